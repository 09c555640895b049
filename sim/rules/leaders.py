"""Leaders (rule 26): turnover by dated schedule or by hazard, successors' beliefs, and treaties at risk."""

from sim.rules.arithmetic import clip, unit
from sim.rules.compiled import compiled
from sim.rules.draws import ABROGATION, NO_KEY, SUCCESSOR, TURNOVER, normals, uniforms

SCHEDULED, SCHEDULED_UNKNOWN, BY_HAZARD = 1, 2, 3
LOCKED = 0.3  # a rung with lock-in above this survives a change of leader


@compiled
def leaves_office(scheduled, hazard, seed, replicate, clock, key):
    """Rule 26. 0 stays; SCHEDULED or SCHEDULED_UNKNOWN as dated in the world; BY_HAZARD by chance."""
    if scheduled != 0:
        return scheduled
    if hazard > 0.0 and uniforms(seed, replicate, clock, TURNOVER, key, NO_KEY)[0] < hazard:
        return BY_HAZARD
    return 0


@compiled
def successor(predecessor, culture_mean, spread, draw, low, high):
    """Rule 26. ½ predecessor + ½ draw around the culture's mean, held to its scale."""
    return clip(0.5 * predecessor + 0.5 * (culture_mean + spread * draw), low, high)


@compiled
def abrogate(i, veto_points, abrogation, lock_in, seed, replicate, clock, state_keys, rung):
    """Rule 26. A new leader drops each rung with lock_in < .3 by one, with chance abrogation·(1 − veto_points).

    Changes of the supporting coalition raise abrogation where few can veto it (X9: Leeds, Mattes and Vogel 2009).
    """
    for j in range(rung.shape[1]):
        if rung[0, i, j] + rung[1, i, j] + rung[2, i, j] + rung[3, i, j] > 0:
            chances = uniforms(seed, replicate, clock, ABROGATION, state_keys[i], state_keys[j])
            for a in range(4):
                if rung[a, i, j] > 0 and lock_in[a, i, j] < LOCKED and chances[a] < abrogation * (1.0 - veto_points):
                    rung[a, i, j] -= 1
                    rung[a, j, i] = rung[a, i, j]


@compiled
def turnover(parameters, world, now, lock_in, seed, replicate, clock, exists, situation, changed):
    """Rule 26. New leaders of this quarter, their beliefs, and the treaties they drop. ``changed``: (N,) written."""
    for i in range(changed.shape[0]):
        kind = 0
        if exists[i]:
            kind = leaves_office(
                now.leader_change[i], now.turnover_hazard[i], seed, replicate, clock, world.state_keys[i]
            )
        changed[i] = kind
        if kind == SCHEDULED:
            situation.optimism[i] = now.leader_optimism[i]
            situation.risk_acceptance[i] = now.leader_risk_acceptance[i]
        elif kind != 0:
            hope, daring, _, _ = normals(seed, replicate, clock, SUCCESSOR, world.state_keys[i], NO_KEY)
            spread = parameters.belief_spread
            situation.optimism[i] = successor(situation.optimism[i], world.culture_optimism[i], spread, hope, -1.0, 1.0)
            situation.risk_acceptance[i] = unit(
                successor(situation.risk_acceptance[i], world.culture_risk_acceptance[i], spread, daring, 0.0, 1.0)
            )
        if kind != 0:
            abrogate(
                i, now.veto_points[i], parameters.abrogation, lock_in, seed, replicate, clock, world.state_keys,
                situation.rung,
            )  # fmt: skip
