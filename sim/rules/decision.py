"""Stage 2, decision (rules 12–15): all four clusters of filters, by horizon, and the consent of two.

Here stand what all arenas of a pair share, the threshold of action (13), the consent of two and formal commitments
(15). ``decision_terms`` has the terms of utility, ``decision_intents`` weighs them for every ordered pair and arena. Arrays: N states, P poles, 4 arenas;
x is ``tie``, d is ``intent``, x* is ``consent``.
"""

import math

from sim.rules.arithmetic import positive, unit
from sim.rules.compiled import compiled
from sim.rules.draws import RUNG, uniforms

RUNG_BARS = (0.25, 0.45, 0.65)
CRISIS_FROM, CRISIS_SPAN = 0.1, 0.3  # restrictiveness at which a crisis begins, and over which it becomes full
SAME_DANGER_HALF = 0.1


@compiled
def concentration(tie, pole_tie, out):
    """Herfindahl index of all of i's tie mass over partners and poles; 0 without ties. (N,)."""
    states, poles = tie.shape[1], pole_tie.shape[1]
    for i in range(states):
        total = squares = 0.0
        for j in range(states):
            mass = tie[0, i, j] + tie[1, i, j] + tie[2, i, j] + tie[3, i, j]
            total += mass
            squares += mass * mass
        for p in range(poles):
            mass = pole_tie[0, p, i] + pole_tie[1, p, i] + pole_tie[2, p, i] + pole_tie[3, p, i]
            total += mass
            squares += mass * mass
        out[i] = squares / (total * total) if total > 0.0 else 0.0


@compiled
def shared_threats(perceived, true, aggregated, common, root):
    """Σ_k√(perceived threat_ki·threat_kj) into ``aggregated`` and Σ_k min(threat_ki, threat_kj) into ``common``; (N, N).

    k runs over states and poles. Pairs with a state that k does not threaten add nothing and are skipped: most are.
    ``root``: (N,) buffer.
    """
    sources, states = true.shape
    aggregated[:, :] = 0.0
    common[:, :] = 0.0
    for k in range(sources):
        for j in range(states):
            root[j] = math.sqrt(true[k, j])
        for i in range(states):
            seen = math.sqrt(perceived[k, i])
            if seen > 0.0:
                for j in range(states):
                    aggregated[i, j] += seen * root[j]
            own = true[k, i]
            if own > 0.0:
                for j in range(states):
                    other = true[k, j]
                    common[i, j] += own if own < other else other


@compiled
def shared_partners(tie, out):
    """Σ_k x_ik·x_jk in every arena, (4, N, N): a sparse product, since most ties are 0."""
    states = tie.shape[1]
    out[:, :, :] = 0.0
    for a in range(4):
        for i in range(states):
            for k in range(states):
                weight = tie[a, i, k]
                if weight > 0.0:
                    for j in range(states):
                        out[a, i, j] += weight * tie[a, k, j]


@compiled
def foes_with(hostility, defence_tie, out):
    """Σ_k hostility_ik·x_jk,defence, (N, N): how far j is tied to i's enemies."""
    states = hostility.shape[0]
    out[:, :] = 0.0
    for i in range(states):
        for k in range(states):
            hostile = hostility[i, k]
            if hostile > 0.0:
                for j in range(states):
                    out[i, j] += hostile * defence_tie[k, j]


@compiled
def crises(event, restrictiveness, out):
    """Rule 13. crisis_i = max(event, clip((restrictiveness_i − .1)/.3)), (N,), 0–1."""
    for i in range(out.shape[0]):
        structural = unit((restrictiveness[i] - CRISIS_FROM) / CRISIS_SPAN)
        out[i] = event[i] if event[i] > structural else structural


@compiled
def crisis_toward(crisis_i, shared):
    """Rule 13. crisis_ij = crisis_i·s/(s + .1): a crisis counts toward partners in the same danger."""
    return crisis_i * shared / (shared + SAME_DANGER_HALF)


@compiled
def threshold(crisis_ij, institutions_i, leader_i, lock_in_ij, threshold_base, calm_leader):
    """Rule 13. threshold_base + (1−crisis_ij)·(veto and cohesion terms) − leader.

    leader_i is w_leader·½(optimism + 2·risk_acceptance − 1), here scaled by (calm_leader + (1−calm_leader)·crisis_ij).
    In a crisis leaders replace institutions and coalitions; in calm the reverse (L20). Routine mutes a reluctant
    leader, not an eager one: multiplied by (1 − lock_in) when negative.
    """
    leader = (calm_leader + (1.0 - calm_leader) * crisis_ij) * leader_i
    leader = leader * (1.0 - lock_in_ij) if leader < 0.0 else leader
    return threshold_base + (1.0 - crisis_ij) * institutions_i - leader


@compiled
def intent_argument(utility, threshold_ij, lock_in_ij, temperature_i):
    """Rule 14. (U − threshold + .6·lock_in·|threshold| + .1·lock_in)/temperature. Lock-in never lowers it."""
    return (utility - threshold_ij + 0.6 * lock_in_ij * abs(threshold_ij) + 0.1 * lock_in_ij) / temperature_i


@compiled
def institutional_threshold(veto_points, cohesion, w_veto, w_cohesion):
    """Rule 13. w_veto·veto_points + w_cohesion·(1 − cohesion): what institutions and coalitions add in calm (L90)."""
    return w_veto * veto_points + w_cohesion * (1.0 - cohesion)


@compiled
def leader_push(optimism, risk_acceptance, w_leader):
    """Rule 13. w_leader·½(optimism + 2·risk_acceptance − 1), −w_leader … w_leader."""
    return w_leader * 0.5 * (optimism + 2.0 * risk_acceptance - 1.0)


@compiled
def calm_thresholds(optimism, risk_acceptance, veto_points, cohesion, clarity, parameters, thresholds, temperatures):
    """Rules 13–14. Threshold in calm without lock-in, and temperature, of every state: for its ties to poles. (N,) each."""
    p = parameters
    for i in range(thresholds.shape[0]):
        institutions = institutional_threshold(veto_points[i], cohesion[i], p.w_veto, p.w_cohesion)
        push = leader_push(optimism[i], risk_acceptance[i], p.w_leader)
        thresholds[i] = threshold(0.0, institutions, push, 0.0, p.threshold_base, p.calm_leader)
        temperatures[i] = temperature(clarity[i], p.temperature_base, p.temperature_clarity)


@compiled
def temperature(clarity, temperature_base, temperature_clarity):
    """Rule 14. temperature_base·(1 + temperature_clarity·(1 − clarity))."""
    return temperature_base * (1.0 + temperature_clarity * (1.0 - clarity))


@compiled
def consents(intent, exists, hurdle, imposition, out):
    """Rule 15. x* = [(min(d_ij, d_ji) − hurdle)/(1 − hurdle)]₊, symmetric, (4, N, N).

    A tie needs both sides (Jackson and Wolinsky 1996); the hurdle keeps a flat logistic from making ties out of
    indifference. Knock-out ``imposition``: the more willing side decides.
    """
    states = intent.shape[1]
    for a in range(4):
        for i in range(states):
            out[a, i, i] = 0.0
            for j in range(i):
                mine, yours = intent[a, i, j], intent[a, j, i]
                less, more = (mine, yours) if mine < yours else (yours, mine)
                # + 0·(mine + yours): a NaN on either side must not be hidden by the comparison
                willing = (more if imposition else less) + 0.0 * (mine + yours)
                agreed = positive((willing - hurdle) / (1.0 - hurdle)) if exists[i] and exists[j] else 0.0
                out[a, i, j] = agreed
                out[a, j, i] = agreed


@compiled
def formal_steps(consent, lock_in, rung_rate, seed, replicate, clock, state_keys, rung):
    """Rule 15. Rungs 0–3 (3 in defence: a mutual-defence treaty) move one step at most a quarter; (4, N, N) int.

    Up with hazard rung_rate·(x* − next bar), down with hazard rung_rate·(own bar − x*)·(1 − lock_in): since x* is set
    by the less willing side, one side suffices to step down. Rungs are an outcome: no other rule reads them but 26.
    """
    states = consent.shape[1]
    for i in range(states):
        for j in range(i):
            moving = False
            for a in range(4):
                step = rung[a, i, j]
                if (step < 3 and consent[a, i, j] > RUNG_BARS[step]) or (
                    step > 0 and consent[a, i, j] < RUNG_BARS[step - 1]
                ):
                    moving = True
            if moving:
                chances = uniforms(seed, replicate, clock, RUNG, state_keys[j], state_keys[i])
                for a in range(4):
                    step = rung[a, i, j]
                    change = 0
                    if step < 3 and consent[a, i, j] > RUNG_BARS[step]:
                        change = 1 if chances[a] < rung_rate * (consent[a, i, j] - RUNG_BARS[step]) else 0
                    elif step > 0 and consent[a, i, j] < RUNG_BARS[step - 1]:
                        hazard = rung_rate * (RUNG_BARS[step - 1] - consent[a, i, j]) * (1.0 - lock_in[a, i, j])
                        change = -1 if chances[a] < hazard else 0
                    rung[a, i, j] = step + change
                    rung[a, j, i] = step + change
