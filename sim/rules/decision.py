"""Stage 2, decision (rules 12–15): all four clusters of filters, by horizon, and the consent of two.

``dyad_terms`` prepares what all arenas of a pair share, ``intents`` weighs every ordered pair and arena, ``consents``
lets the less willing side decide, ``formal_steps`` moves treaties. Arrays: N states, P poles, 4 arenas;
x is ``tie``, d is ``intent``, x* is ``consent``.
"""

import math

from sim.rules.arithmetic import logistic, positive, unit
from sim.rules.compiled import compiled
from sim.rules.decision_terms import (
    autonomy_motive,
    autonomy_partner,
    capability_acquisition,
    closure,
    common_threat,
    complementarity_gain,
    congestion,
    coordination,
    entrapment,
    expected_punishment,
    identity,
    norm_break,
    sovereignty_cost,
    spillover,
    structural_balance,
    transaction_cost,
    vested_interest,
)  # fmt: skip
from sim.rules.draws import RUNG, uniforms
from sim.world import VISIBILITY

AUTONOMY_ARENA = (0.5, 0.6, 0.3, 1.0)
SOVEREIGNTY_ARENA = (1.2, 0.5, 0.3, 0.8)
NORM_ARENA = (0.0, 0.0, 0.25, 0.5)
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
def own_benefits(arena, i, parameters, pair, capability, need, credibility, complementarity, kinship, tie, out):
    """Rule 12, the benefits that belong to one arena, for row i, (N,). ``pair`` holds what dyad terms prepared."""
    states = out.shape[0]
    if arena == 0:
        shared, need_i, credibility_i = pair.aggregated_threat[i], need[i], credibility[i]
        w_threat, w_supply = parameters.w_threat, parameters.w_supply
        for j in range(states):
            out[j] = common_threat(shared[j], capability[j], w_threat) + capability_acquisition(
                need_i, credibility[j], need[j], credibility_i, w_supply
            )
    elif arena == 1:
        complementary, corridor, w_complement = complementarity[i], pair.corridor[i], parameters.w_complement
        for j in range(states):
            out[j] = complementarity_gain(complementary[j], corridor[j], w_complement)
    elif arena == 2:
        kin, w_identity = kinship[i], parameters.w_identity
        for j in range(states):
            out[j] = identity(kin[j], w_identity)
    else:
        shared, w_threat, w_coordination = pair.aggregated_threat[i], parameters.w_threat, parameters.w_coordination
        defence, connectivity, culture = tie[0, i], tie[1, i], tie[2, i]
        for j in range(states):
            half_threat = 0.5 * common_threat(shared[j], capability[j], w_threat)
            out[j] = half_threat + coordination(defence[j], connectivity[j], culture[j], w_coordination)


@compiled
def add_tie_benefits(defence, connectivity, culture, institutions, into, motive, partner, w_spillover, out):
    """Rule 12, row i: add spillover from the four ties and the autonomy motive, which j's worth multiplies. (N,)."""
    for j in range(out.shape[0]):
        out[j] += motive * partner[j] + spillover(
            defence[j], connectivity[j], culture[j], institutions[j], into, w_spillover
        )


@compiled
def add_network_benefits(partners, depth, lock_in_row, w_closure, w_comembership, w_vested, out):
    """Rule 12, row i: add closure, co-membership and vested interest. (N,)."""
    for j in range(out.shape[0]):
        out[j] += closure(partners[j], depth[j], w_closure, w_comembership) + vested_interest(lock_in_row[j], w_vested)


@compiled
def pair_costs(kin, foes, hostility, transaction, kin_friction, w_balance, crowded, out):
    """Rule 12, row i: costs that are the same in every arena: transaction, structural balance, congestion. (N,)."""
    for j in range(out.shape[0]):
        out[j] = (
            transaction_cost(kin[j], transaction, kin_friction)
            + structural_balance(foes[j], hostility[j], w_balance)
            + crowded
        )


@compiled
def arena_costs(
    shared, punished, tie, sovereignty, kin, arena_sovereignty, w_sovereignty, kin_friction, norm, arena_norm, legitimacy, out
):  # fmt: skip
    """Rule 12, row i: all costs but entrapment in one arena: shared ones, punishment, sovereignty, norm. (N,)."""
    for j in range(out.shape[0]):
        out[j] = (
            shared[j]
            + punished
            + sovereignty_cost(tie[j], sovereignty, kin[j], arena_sovereignty, w_sovereignty, kin_friction)
            + norm_break(norm, arena_norm, legitimacy[j])
        )


@compiled
def add_entrapment(threats, common, w_entrapment, out):
    """Rule 12, row i: add entrapment, a cost of defence. (N,)."""
    for j in range(out.shape[0]):
        out[j] += entrapment(threats[j], common[j], w_entrapment)


@compiled
def intent_row(
    benefits, costs, crisis, lock_in_row, repertoire, institutions, leader, threshold_base, calm_leader, temperature_i, out
):  # fmt: skip
    """Rules 12–14, row i: U = repertoire·benefits − costs against the threshold, through the logistic. (N,), 0–1."""
    for j in range(out.shape[0]):
        bar = threshold(crisis[j], institutions, leader, lock_in_row[j], threshold_base, calm_leader)
        out[j] = intent_argument(repertoire * benefits[j] - costs[j], bar, lock_in_row[j], temperature_i)
    for j in range(out.shape[0]):
        out[j] = logistic(out[j])


@compiled
def intents(parameters, world, now, situation, pair, actor, intent, rows):
    """Rules 12–14. d_ija = logistic((U − threshold + lock-in)/temperature) for every ordered pair and arena, (4, N, N).

    ``now``: the dated attributes of this quarter. ``actor``: what each state brings to all its decisions.
    ``rows``: (5, N) buffers. One short pass a group of terms, so that each vectorises.
    """
    p = parameters
    tie, kinship, weights = situation.tie, world.kinship, world.spillover
    perceived, caution, tie_mass, clarity = (
        situation.perceived_permissiveness, situation.caution, situation.tie_mass, situation.clarity,
    )  # fmt: skip
    optimism, risk_acceptance = situation.optimism, situation.risk_acceptance
    foes, common, lock_in = pair.foes, pair.common_threat, pair.lock_in
    partners, depth, legitimacy = pair.partners, pair.depth, pair.legitimacy
    capability, credibility, threats, crises_now = actor.capability, actor.credibility, actor.threats, actor.crisis
    reliability, concentrated, compliance = actor.reliability, actor.concentration, actor.compliance
    partner, benefits, shared, costs, crisis = rows[0], rows[1], rows[2], rows[3], rows[4]
    states = tie.shape[1]
    norm = actor.norm_cost[0]
    for j in range(states):
        partner[j] = autonomy_partner(capability[j])
    for i in range(states):
        leader_i = leader_push(optimism[i], risk_acceptance[i], p.w_leader)
        institutions_i = institutional_threshold(now.veto_points[i], now.cohesion[i], p.w_veto, p.w_cohesion)
        temperature_i = temperature(clarity[i], p.temperature_base, p.temperature_clarity)
        motive_i = autonomy_motive(
            now.autonomy[i], reliability[i], concentrated[i], p.w_autonomy, p.reliability_gain
        )
        administration_i = 0.25 * (
            now.administration[0, i] + now.administration[1, i] + now.administration[2, i] + now.administration[3, i]
        )
        crowded_i = congestion(tie_mass[i], administration_i, p.congestion_capacity, p.w_congestion)
        kin, common_i = kinship[i], common[i]
        pair_costs(kin, foes[i], now.hostility[i], p.transaction, p.kin_friction, p.w_balance, crowded_i, shared)
        for j in range(states):
            crisis[j] = crisis_toward(crises_now[i], common_i[j])
        for a in range(4):
            punished_ia = expected_punishment(
                perceived[a, i], compliance[i], caution[i], VISIBILITY[a], p.w_punishment
            )
            lock_ia = lock_in[a, i]
            own_benefits(a, i, p, pair, capability, now.need, credibility, now.complementarity, kinship, tie, benefits)
            add_tie_benefits(
                tie[0, i], tie[1, i], tie[2, i], tie[3, i], weights[a], motive_i * AUTONOMY_ARENA[a], partner,
                p.w_spillover, benefits,
            )  # fmt: skip
            add_network_benefits(
                partners[a, i], depth[a, i], lock_ia, p.w_closure, p.w_comembership, p.w_vested, benefits
            )
            arena_costs(
                shared, punished_ia, tie[a, i], now.sovereignty[i], kin, SOVEREIGNTY_ARENA[a], p.w_sovereignty,
                p.kin_friction, norm, NORM_ARENA[a], legitimacy[i], costs,
            )  # fmt: skip
            if a == 0:
                add_entrapment(threats, common_i, p.w_entrapment, costs)
            intent_row(
                benefits, costs, crisis, lock_ia, now.repertoire[a, i], institutions_i, leader_i, p.threshold_base,
                p.calm_leader, temperature_i, intent[a, i],
            )  # fmt: skip
            intent[a, i, i] = 0.0


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
                if (step < 3 and consent[a, i, j] > RUNG_BARS[step]) or (step > 0 and consent[a, i, j] < RUNG_BARS[step - 1]):
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
