"""One quarter of one run: the one place where the order of the rules stands.

leaders → environment → perception → decision → implementation → poles → organisations → feedback. Both doors, the
engine (``engine.py``) and the Mesa face (``model.py``), step a run with :func:`run_quarter` and nothing else.
"""

from sim.rules import (
    corridors,
    decision,
    decision_intents,
    deepening,
    environment,
    feedback,
    implementation,
    leaders,
    organisations,
    perception,
    poles,
)
from sim.rules.arithmetic import copy
from sim.rules.compiled import compiled, woven
from sim.workspace import Now


@compiled
def dated(drivers, t):
    """The rows of ``drivers`` that hold in recorded quarter t."""
    return Now(
        drivers.hostility[t], drivers.complementarity[t], drivers.need[t], drivers.autonomy[t], drivers.sovereignty[t],
        drivers.repertoire[t], drivers.cohesion[t], drivers.veto_points[t], drivers.administration[t],
        drivers.leader_change[t], drivers.leader_optimism[t], drivers.leader_risk_acceptance[t],
        drivers.turnover_hazard[t],
    )  # fmt: skip


@compiled
def prepare(world, drivers, parameters, situation, work):
    """What does not change within a run: proximity of states, and a memory of reach to begin with."""
    states = world.distance.shape[0]
    for i in range(states):
        for j in range(states):
            work.proximity[i, j] = environment.exp(-world.distance[i, j] / parameters.reach_distance)
    environment.exposure(drivers.pole_distance[0], drivers.dependence[0], parameters.reach_distance, work.exposure)
    environment.reach(
        drivers.pole_capability[0], drivers.policing[0], drivers.bandwidth[0], work.exposure, parameters.reach_slope,
        situation.reach,
    )  # fmt: skip
    feedback.tie_masses(situation.tie, situation.tie_mass)
    implementation.lock_in(situation.stakes, parameters.stakes_half, work.pair.lock_in)


@woven
def environment_stage(world, drivers, parameters, t, situation, work):
    """Rules 1–9: exposure, reach, permissiveness, threat, clarity, norm cost, reliability of patrons."""
    exists, p = drivers.exists[t], parameters
    bandwidth = drivers.bandwidth[t]
    copy(situation.reach, situation.reach_previous)
    environment.exposure(drivers.pole_distance[t], drivers.dependence[t], p.reach_distance, work.exposure)
    environment.reach(
        drivers.pole_capability[t], drivers.policing[t], bandwidth, work.exposure, p.reach_slope, situation.reach
    )
    environment.reach(
        drivers.pole_capability[t], drivers.policing_counterbalance[t], bandwidth, work.exposure, p.reach_slope,
        work.supporters_reach,
    )  # fmt: skip
    environment.opposed_reach(
        drivers.opposition[t], situation.reach, work.supporters_reach, p.counterbalance, work.opposed_reach
    )
    environment.permissiveness(work.opposed_reach, situation.permissiveness)
    environment.present_strength(
        drivers.capability[t], situation.growth, drivers.credibility[t], situation.credibility_shift,
        work.actor.capability, work.actor.credibility,
    )  # fmt: skip
    environment.threat(
        drivers.hostility[t], drivers.pole_hostility[t], situation.pole_hostility_shift, work.actor.capability,
        drivers.offence[t], work.proximity, exists, situation.reach, situation.threat,
    )  # fmt: skip
    environment.restrictiveness(
        situation.threat, drivers.imminence[t], drivers.pole_imminence[t], situation.restrictiveness
    )
    environment.shown_permissiveness(
        situation.permissiveness, drivers.permissiveness_path[t], world.direct, p.permissiveness_offset, work.target
    )
    environment.impose_permissiveness(work.target, drivers.opposition[t], work.opposed_reach, situation.permissiveness)
    if world.threat_definition and not world.direct:  # a path given directly is taken as it is
        environment.restrict(situation.restrictiveness, situation.permissiveness)
    environment.clarity(
        situation.reach, situation.reach_previous, situation.reach_volatility, situation.threat,
        drivers.policing_reliability[t], bandwidth, world.clarity_certainty, situation.certainty, situation.clarity,
    )  # fmt: skip
    environment.shown_clarity(
        drivers.clarity_path[t], world.direct, world.full_clarity, p.clarity_offset, situation.clarity
    )
    environment.total_threats(situation.threat, work.actor.threats)
    work.actor.norm_cost[0] = environment.norm_cost(
        world.norm_weight, drivers.legitimacy[t], drivers.policing_norm[t], drivers.normative_fragmentation[t],
        p.norm_scale,
    )  # fmt: skip
    environment.reliability(drivers.reliance[t], drivers.policing_reliability[t], bandwidth, work.actor.reliability)


@woven
def perception_stage(world, drivers, parameters, t, clock, seed, replicate, situation, work):
    """Rules 10 and 18: what states see, and whether they see a window close."""
    p = parameters
    environment.means_over_arenas(situation.perceived_permissiveness, work.perceived_before)
    if world.misperception:
        perception.perception_noise(
            p.noise_persistence, seed, replicate, clock, world.state_keys, situation.perception_noise
        )
        perception.filter_bias(
            p.leader_bias, p.culture_bias, situation.optimism, drivers.assertiveness[t], drivers.exists[t], work.bias
        )
        perception.perceive_permissiveness(
            situation.permissiveness, situation.clarity, work.bias, p.noise, situation.perception_noise, p.update_speed,
            drivers.centralisation[t], situation.perceived_permissiveness,
        )  # fmt: skip
        perception.perceive_threat(
            situation.threat, situation.clarity, work.bias, p.noise, situation.perception_noise, p.update_speed,
            drivers.centralisation[t], situation.perceived_threat,
        )  # fmt: skip
    else:
        perception.perceive_truth(
            situation.permissiveness, situation.threat, situation.perceived_permissiveness, situation.perceived_threat
        )
    environment.means_over_arenas(situation.perceived_permissiveness, work.perceived_mean)
    implementation.window_closing(
        work.perceived_before, work.perceived_mean, clock, situation.permissiveness_fell, work.closing
    )


@compiled
def decision_stage(world, drivers, parameters, t, now, situation, work):
    """Rules 12–15 and 22: what every pair wants of each other, and what both consent to."""
    pair, actor = work.pair, work.actor
    decision.concentration(situation.tie, situation.pole_tie, actor.concentration)
    decision.shared_threats(
        situation.perceived_threat, situation.threat, pair.aggregated_threat, pair.common_threat, work.row
    )
    decision.shared_partners(situation.tie, pair.partners)
    decision.foes_with(now.hostility, situation.tie[0], pair.foes)
    decision.crises(drivers.crisis[t], situation.restrictiveness, actor.crisis)
    implementation.lock_in(situation.stakes, parameters.stakes_half, pair.lock_in)
    deepening.shared_depth(world, situation, work.listed, pair.depth, pair.legitimacy)
    poles.standing_hostility(drivers.pole_hostility[t], situation.pole_hostility_shift, work.pole_hostility)
    corridors.corridor_gains(
        world, drivers.segment_capacity[t], now.hostility, work.pole_hostility, work.opposed_reach,
        drivers.patronage[t], situation.consent, parameters.veto_bar, work.flow, pair.corridor,
    )  # fmt: skip
    poles.strongest_compliance(situation.compliance, actor.compliance)
    decision_intents.intents(parameters, world, now, situation, pair, actor, situation.intent, work.rows, work.grids)
    decision.consents(situation.intent, drivers.exists[t], parameters.hurdle, world.imposition, situation.consent)


@woven
def pole_stage(world, drivers, parameters, t, clock, seed, replicate, now, acting, situation, work):
    """Rules 19–21: pole ties move; poles coerce where ties offend them. ``acting``: 0 in burn-in, no coercion."""
    p = parameters
    decision.calm_thresholds(
        situation.optimism, situation.risk_acceptance, now.veto_points, now.cohesion, situation.clarity, p,
        work.thresholds, work.temperatures,
    )  # fmt: skip
    poles.move_pole_ties(
        p, drivers.pole_capability[t], drivers.patronage[t], drivers.bandwidth[t], work.exposure,
        work.pole_hostility, now, work.thresholds, work.temperatures, situation.compliance, drivers.exists[t], work.rows,
        situation.pole_tie,
    )  # fmt: skip
    if acting:
        poles.coerce(
            p, work.opposed_reach, drivers.opposition[t], situation.reach, world.tolerance, work.actor.capability,
            work.pair.common_threat, work.actor.threats, seed, replicate, clock, world.state_keys, world.pole_keys,
            world.resistance, drivers.exists[t], work.target, situation,
        )  # fmt: skip


@woven
def organisation_stage(world, drivers, parameters, t, clock, seed, replicate, now, situation, work):
    """Rules 23–25: offers open, organisations are founded, states join and leave, depth moves."""
    exists, policing, bandwidth = drivers.exists[t], drivers.policing_reliability[t], drivers.bandwidth[t]
    hostility = work.pole_hostility
    organisations.drop_vanished(exists, situation.membership)
    if world.accession:
        organisations.open_offers(
            t, world, parameters, policing, bandwidth, hostility, now.repertoire, exists, situation, work.listed,
            work.row,
        )  # fmt: skip
        organisations.found(world, parameters, seed, replicate, clock, now.repertoire, exists, situation, work.row)
        organisations.change_members(
            world, parameters, policing, bandwidth, hostility, now.repertoire, exists, situation, work.listed, work.row
        )
    deepening.deepen(world, parameters, policing, bandwidth, situation, work.listed, work.row)
    deepening.remember_depth(situation.depth, clock, situation.depth_history)


@compiled
def run_quarter(world, drivers, parameters, seed, replicate, clock, t, burn_in, situation, work):
    """Step one run by one quarter, in place.

    t: recorded quarter, 0 … T−1 (0 throughout burn-in). clock: quarters since the run began, burn-in included; random
    draws are keyed by it. burn_in: 1 while ties, stakes, perceptions and pole ties settle at the drivers of the start;
    leaders, treaties, coercion, organisations and feedback rest meanwhile, so that history begins at the start.
    """
    now = dated(drivers, t)
    if not burn_in:
        leaders.turnover(
            parameters, world, now, work.pair.lock_in, seed, replicate, clock, drivers.exists[t], situation,
            work.leader_changed,
        )  # fmt: skip
    environment_stage(world, drivers, parameters, t, situation, work)
    perception_stage(world, drivers, parameters, t, clock, seed, replicate, situation, work)
    decision_stage(world, drivers, parameters, t, now, situation, work)
    if not burn_in:
        decision.formal_steps(
            situation.consent, work.pair.lock_in, parameters.rung_rate, seed, replicate, clock, world.state_keys,
            situation.rung,
        )  # fmt: skip
    implementation.efforts(
        drivers.extraction[t], now.administration, work.closing, parameters.w_preempt, world.equal_effort,
        drivers.exists[t], work.effort,
    )  # fmt: skip
    implementation.build_ties(
        situation.consent, work.effort, work.pair.lock_in, parameters.build_rate, parameters.decay_rate,
        drivers.exists[t], situation.tie,
    )  # fmt: skip
    implementation.accrue_stakes(situation.tie, parameters.stakes_growth, parameters.stakes_decay, situation.stakes)
    pole_stage(world, drivers, parameters, t, clock, seed, replicate, now, not burn_in, situation, work)
    if not burn_in:
        implementation.add_assets(
            t, world.asset_quarter, world.asset_from, world.asset_to, world.asset_arena, world.asset_size,
            situation.stakes,
        )  # fmt: skip
        organisation_stage(world, drivers, parameters, t, clock, seed, replicate, now, situation, work)
        perception.social_learning(
            situation.punished, drivers.punishment[t], work.exposure, parameters.learning, situation.caution
        )
        feedback.grow(situation.tie, now.complementarity, parameters.growth_feedback, situation.growth)
    copy(situation.tie_mass, work.column)
    feedback.tie_masses(situation.tie, situation.tie_mass)
    if not burn_in:
        feedback.learn_from_outcomes(
            work.column, situation.tie_mass, situation.coerced, parameters.optimism_feedback, situation.optimism
        )
