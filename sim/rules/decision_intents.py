"""Stage 2, intents (rules 12–14): every state weighs every other, in every arena.

The terms of ``decision_terms`` are summed here, one short pass over all ordered pairs for every group of terms, so that
each pass vectorises. Matrices are (N, N), row i being the state that decides, column j the one it looks at.
"""

from sim.rules.arithmetic import logistic
from sim.rules.compiled import compiled
from sim.rules.decision import (
    crisis_toward,
    institutional_threshold,
    intent_argument,
    leader_push,
    temperature,
    threshold,
)
from sim.rules.decision_terms import (
    aggregation,
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
)
from sim.world import VISIBILITY

AUTONOMY_ARENA = (0.5, 0.6, 0.3, 1.0)
SOVEREIGNTY_ARENA = (1.2, 0.5, 0.3, 0.8)
NORM_ARENA = (0.0, 0.0, 0.25, 0.5)


@compiled
def defence_benefits(shared, strength, need, credibility, w_threat, w_supply, out):
    """Rule 12, benefits of defence: common threat and supply of capability. ``strength``: (N,) ``aggregation`` of j."""
    for i in range(out.shape[0]):
        need_i, credibility_i = need[i], credibility[i]
        for j in range(out.shape[1]):
            out[i, j] = common_threat(shared[i, j], strength[j], w_threat) + capability_acquisition(
                need_i, credibility[j], need[j], credibility_i, w_supply
            )


@compiled
def connectivity_benefits(complementary, corridor, w_complement, out):
    """Rule 12, benefits of connectivity: complementary economies and corridors."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = complementarity_gain(complementary[i, j], corridor[i, j], w_complement)


@compiled
def culture_benefits(kinship, w_identity, out):
    """Rule 12, benefits of culture: kinship, here and nowhere else."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = identity(kinship[i, j], w_identity)


@compiled
def institutions_benefits(defence, connectivity, culture, shared, strength, w_threat, w_coordination, out):
    """Rule 12, benefits of institutions: common rules, and half of the common threat."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            half_threat = 0.5 * common_threat(shared[i, j], strength[j], w_threat)
            out[i, j] = half_threat + coordination(defence[i, j], connectivity[i, j], culture[i, j], w_coordination)


@compiled
def add_tie_benefits(
    defence, connectivity, culture, institutions, into, w_spillover, motive, arena_factor, partner, out
):
    """Rule 12: add spillover from the four ties and the autonomy motive of i (N,), which j's worth (N,) multiplies."""
    for i in range(out.shape[0]):
        motive_ia = motive[i] * arena_factor
        for j in range(out.shape[1]):
            out[i, j] += motive_ia * partner[j] + spillover(
                defence[i, j], connectivity[i, j], culture[i, j], institutions[i, j], into, w_spillover
            )


@compiled
def add_network_benefits(partners, depth, lock_in, w_closure, w_comembership, w_vested, out):
    """Rule 12: add closure, co-membership and vested interest."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] += closure(partners[i, j], depth[i, j], w_closure, w_comembership) + vested_interest(
                lock_in[i, j], w_vested
            )


@compiled
def pair_costs(kinship, foes, hostility, transaction, kin_friction, w_balance, crowded, out):
    """Rule 12, costs that are the same in every arena: transaction, structural balance, congestion of i (N,)."""
    for i in range(out.shape[0]):
        crowded_i = crowded[i]
        for j in range(out.shape[1]):
            out[i, j] = (
                transaction_cost(kinship[i, j], transaction, kin_friction)
                + structural_balance(foes[i, j], hostility[i, j], w_balance)
                + crowded_i
            )


@compiled
def arena_costs(
    shared, punished, tie, sovereignty, kinship, arena_sovereignty, w_sovereignty, kin_friction, norm, legitimacy, out
):  # fmt: skip
    """Rule 12, costs in one arena but entrapment: shared ones, punishment of i (N,), sovereignty, norm."""
    for i in range(out.shape[0]):
        punished_i, sovereignty_i = punished[i], sovereignty[i]
        for j in range(out.shape[1]):
            out[i, j] = (
                shared[i, j]
                + punished_i
                + sovereignty_cost(
                    tie[i, j], sovereignty_i, kinship[i, j], arena_sovereignty, w_sovereignty, kin_friction
                )
                + norm_break(norm, legitimacy[i, j])
            )


@compiled
def add_entrapment(threats, common, w_entrapment, out):
    """Rule 12: add entrapment in j's quarrels that are not i's, a cost of defence."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] += entrapment(threats[j], common[i, j], w_entrapment)


@compiled
def crises_toward(crisis, common, out):
    """Rule 13. :func:`crisis_toward` of every pair, (N, N)."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = crisis_toward(crisis[i], common[i, j])


@compiled
def weigh(
    benefits, costs, crisis, lock_in, repertoire, institutions, leader, threshold_base, calm_leader, temperatures, out
):  # fmt: skip
    """Rules 12–14. U = repertoire_i·benefits − costs against the threshold of i, through the logistic. 0–1; 0 to itself.

    repertoire, institutions, leader, temperatures: (N,) of the deciding state.
    """
    for i in range(out.shape[0]):
        repertoire_i, institutions_i, leader_i, temperature_i = (
            repertoire[i],
            institutions[i],
            leader[i],
            temperatures[i],
        )
        for j in range(out.shape[1]):
            bar = threshold(crisis[i, j], institutions_i, leader_i, lock_in[i, j], threshold_base, calm_leader)
            utility = repertoire_i * benefits[i, j] - costs[i, j]
            out[i, j] = intent_argument(utility, bar, lock_in[i, j], temperature_i)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = logistic(out[i, j])
        out[i, i] = 0.0


@compiled
def intents(parameters, world, now, situation, pair, actor, intent, rows, grids):
    """Rules 12–14. d_ija = logistic((U − threshold + lock-in)/temperature) for every ordered pair and arena, (4, N, N).

    ``now``: the dated attributes of this quarter. ``actor``: what each state brings to all its decisions. ``pair``: what
    all arenas of a pair share. ``rows``: (8, N) and ``grids``: (4, N, N) buffers.
    """
    p, tie, kinship = parameters, situation.tie, world.kinship
    partner, strength, motive, crowded, punished = rows[0], rows[1], rows[2], rows[3], rows[4]
    institutions, leader, temperatures = rows[5], rows[6], rows[7]
    benefits, costs, shared, crisis = grids[0], grids[1], grids[2], grids[3]
    optimism, risk_acceptance, tie_mass, clarity = (
        situation.optimism, situation.risk_acceptance, situation.tie_mass, situation.clarity,
    )  # fmt: skip
    capability, reliability, concentrated = actor.capability, actor.reliability, actor.concentration
    perceived, caution, compliance = situation.perceived_permissiveness, situation.caution, actor.compliance
    administration, threat, norm = now.administration, pair.aggregated_threat, actor.norm_cost[0]
    for i in range(tie.shape[1]):
        partner[i] = autonomy_partner(capability[i])
        strength[i] = aggregation(capability[i])
        motive[i] = autonomy_motive(now.autonomy[i], reliability[i], concentrated[i], p.w_autonomy, p.reliability_gain)
        able = 0.25 * (administration[0, i] + administration[1, i] + administration[2, i] + administration[3, i])
        crowded[i] = congestion(tie_mass[i], able, p.congestion_capacity, p.w_congestion)
        leader[i] = leader_push(optimism[i], risk_acceptance[i], p.w_leader)
        institutions[i] = institutional_threshold(now.veto_points[i], now.cohesion[i], p.w_veto, p.w_cohesion)
        temperatures[i] = temperature(clarity[i], p.temperature_base, p.temperature_clarity)
    pair_costs(kinship, pair.foes, now.hostility, p.transaction, p.kin_friction, p.w_balance, crowded, shared)
    crises_toward(actor.crisis, pair.common_threat, crisis)
    for a in range(4):
        lock_in = pair.lock_in[a]
        if a == 0:
            defence_benefits(threat, strength, now.need, actor.credibility, p.w_threat, p.w_supply, benefits)
        elif a == 1:
            connectivity_benefits(now.complementarity, pair.corridor, p.w_complement, benefits)
        elif a == 2:
            culture_benefits(kinship, p.w_identity, benefits)
        else:
            institutions_benefits(tie[0], tie[1], tie[2], threat, strength, p.w_threat, p.w_coordination, benefits)
        add_tie_benefits(
            tie[0],
            tie[1],
            tie[2],
            tie[3],
            world.spillover[a],
            p.w_spillover,
            motive,
            AUTONOMY_ARENA[a],
            partner,
            benefits,
        )
        add_network_benefits(
            pair.partners[a], pair.depth[a], lock_in, p.w_closure, p.w_comembership, p.w_vested, benefits
        )
        for i in range(tie.shape[1]):
            punished[i] = expected_punishment(perceived[a, i], compliance[i], caution[i], VISIBILITY[a], p.w_punishment)
        arena_costs(
            shared, punished, tie[a], now.sovereignty, kinship, SOVEREIGNTY_ARENA[a], p.w_sovereignty, p.kin_friction,
            norm * NORM_ARENA[a], pair.legitimacy, costs,
        )  # fmt: skip
        if a == 0:
            add_entrapment(actor.threats, pair.common_threat, p.w_entrapment, costs)
        weigh(
            benefits, costs, crisis, lock_in, now.repertoire[a], institutions, leader, p.threshold_base, p.calm_leader,
            temperatures, intent[a],
        )  # fmt: skip
