"""Knock-outs: what a world is like without one rule, one term, one channel or one cluster of filters.

A knock-out holds some parameters at a value, or changes compiled arrays, or both; none changes a rule. The names of
terms are those of rule 12. A cluster of filters is set to the cast's mean of each date in all three stages, so that a
knock-out removes differences between states and not the level; what it does in perception alone is ``perception_bias``. Knock-outs are applied in the order of their names.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sim.scenario.cast import BELIEFS_CODED
from sim.world import NEVER

WEAK_SHARE = 0.2  # weak filters stand at the unfavourable fifth of the cast


@dataclass(frozen=True)
class Knockout:
    """One knock-out.

    rules: numbers in model.md. meaning: what it does, in words. parameters: values that it holds, also in sweeps.
    change: compiled → compiled, for arrays and switches. drops_events: the scenario is compiled without its events.
    """

    name: str
    rules: tuple[int, ...]
    meaning: str
    parameters: dict[str, float] = field(default_factory=dict)
    change: Callable | None = None
    drops_events: bool = False

    def apply(self, compiled):
        """``compiled`` (a ``sim.scenario.compile.Compiled``) without what this knocks out; the given one is not changed."""
        changed = self.change(compiled) if self.change else compiled
        return changed._replace(parameters=changed.parameters._replace(**self.parameters))


# Changes of arrays ---------------------------------------------------------------------------------------------------


def with_world(**changes) -> Callable:
    """Replace fields of World; a function is given the old array."""
    return lambda compiled: compiled._replace(world=_replaced(compiled.world, changes))


def with_drivers(**changes) -> Callable:
    """Replace fields of Drivers; a function is given the old array."""
    return lambda compiled: compiled._replace(drivers=_replaced(compiled.drivers, changes))


def with_initial(**changes) -> Callable:
    """Replace fields of the initial Situation; a function is given the old array."""
    return lambda compiled: compiled._replace(initial=_replaced(compiled.initial, changes))


def _replaced(arrays, changes):
    new = {name: change(getattr(arrays, name)) if callable(change) else change for name, change in changes.items()}
    return arrays._replace(**new)


def together(*changes: Callable) -> Callable:
    """Several changes as one."""

    def change(compiled):
        for each in changes:
            compiled = each(compiled)
        return compiled

    return change


def nothing(array: np.ndarray) -> np.ndarray:
    """Zeros (or False) of the same shape and type."""
    return np.zeros_like(array)


def first_row(array: np.ndarray) -> np.ndarray:
    """The values of the first quarter in all quarters."""
    return np.repeat(array[:1], array.shape[0], axis=0)


def hold_policing(channel: str) -> Callable:
    """Policing as one channel sees it, held at its value at ``freeze_at`` from then on (rule 8)."""

    def change(compiled):
        path = getattr(compiled.drivers, channel).copy()
        path[compiled.freeze :] = path[compiled.freeze]
        return compiled._replace(drivers=compiled.drivers._replace(**{channel: path}))

    return change


def equal_distances(compiled):
    """Every state as far from every other, and from every pole, as the cast is on average at that date."""
    states = len(compiled.states)
    distance, pole_distance = compiled.world.distance, compiled.drivers.pole_distance
    mean = running_sum(distance.ravel()) / max(1, states * (states - 1))
    level = np.where(np.eye(states, dtype=bool), 0.0, mean)
    by_date = pole_distance.reshape(pole_distance.shape[0], -1)
    pole_mean = running_sum(by_date)[:, None, None] / max(1, by_date.shape[1])
    equal = np.broadcast_to(pole_mean, pole_distance.shape).copy()
    return together(with_world(distance=level), with_drivers(pole_distance=equal))(compiled)


def no_late_organisations(compiled):
    """Organisations that would open after the start never do."""
    opens = compiled.world.opens
    return with_world(opens=np.where(opens > 0, NEVER, opens))(compiled)


# Filters -------------------------------------------------------------------------------------------------------------


def running_sum(values: np.ndarray) -> np.ndarray:
    """Sum over the last axis from left to right: the same bits on every processor, unlike a vectorised sum."""
    return np.cumsum(values, axis=-1)[..., -1] if values.shape[-1] else np.zeros(values.shape[:-1])


def _present(exists: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Which entries of ``values`` (T, N) or (T, 4, N) belong to states that exist; all, at a date without any."""
    rows = exists | ~exists.any(axis=1, keepdims=True)
    return np.broadcast_to(rows if values.ndim == 2 else rows[:, None, :], values.shape)


def cast_mean(values: np.ndarray, exists: np.ndarray) -> np.ndarray:
    """(T, …, N): the mean over the states that exist at each date, for every state."""
    present = _present(exists, values)
    mean = running_sum(np.where(present, values, 0.0)) / np.maximum(running_sum(present), 1)
    return np.broadcast_to(mean[..., None], values.shape).copy()


def cast_quantile(values: np.ndarray, exists: np.ndarray, share: float) -> np.ndarray:
    """(T, …, N): the quantile ``share`` over the states that exist at each date (linear), for every state."""
    present = _present(exists, values)
    ranked = np.sort(np.where(present, values, np.inf), axis=-1)
    position = share * (present.sum(axis=-1, keepdims=True) - 1)
    low = np.floor(position).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(present.sum(axis=-1, keepdims=True) - 1, 0))
    below, above = np.take_along_axis(ranked, low, -1), np.take_along_axis(ranked, high, -1)
    return np.broadcast_to(below + (position - low) * (above - below), values.shape).copy()


def filters_at_mean(*names: str) -> Callable:
    """Dated attributes at the cast's mean."""

    def change(compiled):
        drivers = compiled.drivers
        return compiled._replace(
            drivers=drivers._replace(**{name: cast_mean(getattr(drivers, name), drivers.exists) for name in names})
        )

    return change


def leaders_at_mean(compiled):
    """Everyone who holds or takes office has the mean beliefs of the cast at the start."""
    present = compiled.drivers.exists[:1]
    optimism = cast_mean(compiled.initial.optimism[None, :], present)[0]
    risk = cast_mean(compiled.initial.risk_acceptance[None, :], present)[0]
    coded = compiled.drivers.leader_change == BELIEFS_CODED
    return together(
        with_initial(optimism=optimism.copy(), risk_acceptance=risk.copy()),
        with_world(culture_optimism=optimism, culture_risk_acceptance=risk),
        with_drivers(leader_optimism=np.where(coded, optimism, 0.0), leader_risk_acceptance=np.where(coded, risk, 0.0)),
    )(compiled)


def weak_filters(compiled):
    """Unfavourable 20th percentile: much veto power and sovereignty; little cohesion, means, speed and daring."""
    drivers = compiled.drivers
    low = ("cohesion", "extraction", "administration", "centralisation")
    weak = {name: cast_quantile(getattr(drivers, name), drivers.exists, WEAK_SHARE) for name in low}
    for name in ("veto_points", "sovereignty"):
        weak[name] = cast_quantile(getattr(drivers, name), drivers.exists, 1.0 - WEAK_SHARE)
    risk = cast_quantile(compiled.initial.risk_acceptance[None, :], drivers.exists[:1], WEAK_SHARE)[0]
    coded = np.where(drivers.leader_change == BELIEFS_CODED, risk, 0.0)
    return together(
        with_drivers(**weak, leader_risk_acceptance=coded),
        with_initial(risk_acceptance=risk.copy()),
        with_world(culture_risk_acceptance=risk),
    )(compiled)


# The list ------------------------------------------------------------------------------------------------------------


def _channel(name: str, field_name: str, sees: str) -> Knockout:
    meaning = f"retrenchment does not reach {sees}: policing is held there at its value at freeze_at"
    return Knockout(f"channel_{name}", (8,), meaning, change=hold_policing(field_name))


def _term(name: str, meaning: str, **parameters: float) -> Knockout:
    return Knockout(name, (12,), f"no {meaning}", parameters)


_LISTED = (
    # environment
    Knockout("distance_decay", (1, 5), "distance makes no difference: all stand at the mean distance", change=equal_distances),
    Knockout("dependence", (1,), "no state depends on a pole's economy", change=with_drivers(dependence=nothing)),
    Knockout("reach", (2,), "no pole reaches anybody: permissiveness is 1", {"reach_slope": 0.0}),
    Knockout("counterbalance", (3,), "a supporting pole cancels nothing of an opponent's reach", {"counterbalance": 0.0}),
    Knockout("opposition", (3, 4), "no pole minds or supports ties: permissiveness is 1", change=with_drivers(opposition=nothing)),
    Knockout(
        "threat", (5,), "nobody threatens: no state is offensive and no pole hostile",
        change=with_drivers(offence=nothing, pole_hostility=nothing),
    ),
    Knockout(
        "imminence", (5,), "threats are never imminent: restrictiveness is 0, and only events make a crisis",
        change=with_drivers(imminence=nothing, pole_imminence=nothing),
    ),
    Knockout("clarity", (6,), "signals are unambiguous: clarity is 1", {"clarity_offset": 0.0}, with_world(full_clarity=1)),
    _channel("policing", "policing", "what poles enforce"),
    _channel("norms", "policing_norm", "the universal norm order"),
    _channel("reliability", "policing_reliability", "what clients and pole-led organisations expect"),
    _channel("counterbalance", "policing_counterbalance", "a supporting pole's reach"),
    Knockout(
        "given_environment", (9,), "permissiveness and clarity are derived, without given paths and offsets",
        {"clarity_offset": 0.0, "permissiveness_offset": 0.0}, with_world(direct=0),
    ),
    # perception
    Knockout(
        "misperception", (10,), "perception is clamped to the truth", {"noise": 0.0, "leader_bias": 0.0, "culture_bias": 0.0},
        with_world(misperception=0),
    ),
    Knockout("perception_noise", (10,), "perception has no noise", {"noise": 0.0}),
    Knockout("perception_bias", (10,), "leaders and culture do not colour perception", {"leader_bias": 0.0, "culture_bias": 0.0}),
    Knockout("social_learning", (11,), "nobody learns from the punishment of others", {"learning": 0.0}),
    # decision: benefits
    _term("common_threat", "balancing against common threats", w_threat=0.0),
    _term("capability_acquisition", "supply of capability", w_supply=0.0),
    _term("autonomy", "autonomy motive", w_autonomy=0.0),
    _term("complementarity", "gain from complementary economies and corridors", w_complement=0.0),
    _term("identity", "benefit of kinship in culture", w_identity=0.0),
    _term("coordination", "benefit of common rules", w_coordination=0.0),
    _term("spillover", "spillover between arenas", w_spillover=0.0),
    _term("closure", "benefit of shared partners and organisations", w_closure=0.0, w_comembership=0.0),
    _term("vested_interest", "constituencies of routine", w_vested=0.0),
    # decision: costs
    _term("expected_punishment", "fear of punishment", w_punishment=0.0),
    _term("transaction", "transaction cost", transaction=0.0),
    _term("sovereignty", "sovereignty cost", w_sovereignty=0.0),
    _term("congestion", "limit of administrative bandwidth", w_congestion=0.0),
    _term("entrapment", "fear of a partner's quarrels", w_entrapment=0.0),
    _term("structural_balance", "cost of befriending an enemy's friend", w_balance=0.0),
    Knockout("norm", (7, 12), "no reputational cost of bespoke institutions", {"norm_scale": 0.0}),
    Knockout("kinship", (12,), "no kinship: no identity, no lower friction", change=with_world(kinship=nothing)),
    Knockout("corridors", (12, 22), "no corridor is worth anything", change=with_world(corridor_gain=nothing)),
    # decision: threshold, intent, consent
    Knockout(
        "thresholds", (13,), "no filter moves the threshold of action",
        {"w_veto": 0.0, "w_cohesion": 0.0, "w_leader": 0.0},
    ),
    Knockout("ambiguous_choice", (14,), "ambiguity does not make choice more random", {"temperature_clarity": 0.0}),
    Knockout("consent", (15,), "imposition: the more willing side decides", change=with_world(imposition=1)),
    Knockout("rungs", (15, 26), "no formal commitments; nothing but the table of rungs changes", {"rung_rate": 0.0}, with_initial(rung=nothing)),
    # implementation and lock-in
    Knockout("implementation", (16,), "every state builds with the cast's mean effort", change=with_world(equal_effort=1)),
    Knockout(
        "lock_in", (14, 16, 17), "no stakes: ties leave nothing behind, and no asset is built", {"stakes_growth": 0.0},
        together(with_initial(stakes=nothing), with_world(asset_size=nothing)),
    ),
    Knockout("assets", (17,), "no pipeline, fund or plant is added after the start", change=with_world(asset_size=nothing)),
    Knockout("preemption", (18,), "nobody hurries while a window closes", {"w_preempt": 0.0}),
    # poles
    Knockout("pole_ties", (19,), "no ties to poles", {"pole_rate": 0.0}, with_initial(pole_tie=nothing)),
    Knockout("coercion", (20,), "poles do not coerce", {"coercion_rate": 0.0, "resistance_bar": 1.0}),
    Knockout("resistance", (21,), "the coerced always comply", {"resistance_bar": 1.0}, with_world(resistance=0)),
    Knockout("corridor_veto", (22,), "no pole vetoes a corridor segment; hostile hosts still close it", {"veto_bar": 1.0}),
    Knockout("brokerage", (22,), "no pole can open a vetoed segment", change=with_world(brokerage=0)),
    # organisations
    Knockout("founding", (23,), "states found no organisations", {"found_rate": 0.0}),
    Knockout("offers", (23, 25), "organisations that would open after the start never do", change=no_late_organisations),
    Knockout("deepening", (24,), "organisations do not deepen", {"depth_rate": 0.0}),
    Knockout(
        "accession", (25,), "no state joins or leaves an organisation, and none opens",
        {"accession_bar": 0.05, "found_rate": 0.0}, with_world(accession=0),
    ),
    Knockout("exclusivity", (25,), "organisations do not exclude one another", change=with_world(exclusive=nothing)),
    # leaders, events, feedback
    Knockout(
        "turnover", (26,), "leaders stay in office",
        change=with_drivers(
            leader_change=nothing, leader_optimism=nothing, leader_risk_acceptance=nothing, turnover_hazard=nothing
        ),
    ),
    Knockout("abrogation", (26,), "new leaders keep the treaties they find", {"abrogation": 0.0}),
    Knockout("events", (27,), "no dated event happened", drops_events=True),
    Knockout("growth", (28,), "ties do not make capability grow", {"growth_feedback": 0.0}),
    Knockout("belief_feedback", (28,), "outcomes do not move leaders' optimism", {"optimism_feedback": 0.0}),
    Knockout(
        "capability_trend", (28,), "capabilities stay as they are at the start",
        change=with_drivers(capability=first_row, pole_capability=first_row),
    ),
    # filters
    Knockout(
        "leader_images", (10, 13, 26, 28), "leaders hold the cast's mean beliefs, successors too, whatever happens",
        {"belief_spread": 0.0, "optimism_feedback": 0.0}, leaders_at_mean,
    ),
    Knockout(
        "strategic_culture", (10, 12, 25), "assertiveness, repertoire, autonomy and sovereignty at the cast's mean",
        change=filters_at_mean("assertiveness", "repertoire", "autonomy", "sovereignty"),
    ),
    Knockout(
        "state_society", (13, 16), "cohesion and extraction at the cast's mean",
        change=filters_at_mean("cohesion", "extraction"),
    ),
    Knockout(
        "domestic_institutions", (10, 12, 13, 16, 26), "veto points, centralisation and administration at the cast's mean",
        change=filters_at_mean("veto_points", "centralisation", "administration"),
    ),
    Knockout(
        "weak_filters", (10, 12, 13, 16), "all states at the unfavourable 20th percentile of the filters' attributes",
        change=weak_filters,
    ),
)  # fmt: skip
KNOCKOUTS: dict[str, Knockout] = {knockout.name: knockout for knockout in _LISTED}
