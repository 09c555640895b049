"""Every parameter of the model: its name in words, start value, prior range, hard limits and meaning.

The start values are those of the specification (``../shared/design/model.md`` while the project is built;
``docs/parameters.md`` afterwards). Where the specification gives a range without a start value, the start is
the middle of the range. ``low`` and ``high`` are the prior from which sensitivity and history matching draw;
``minimum`` and ``maximum`` are what a scenario may set at all.
"""

from collections import namedtuple
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Parameter:
    """One uncertain number of the rules.

    low, high: prior range (equal for a number that is held fixed in screening).
    minimum, maximum: outside these a scenario is refused.
    rule: number of the rule in which it stands (0: outcomes).
    """

    default: float
    low: float
    high: float
    minimum: float
    maximum: float
    rule: int
    meaning: str


def _uncertain(low, high, rule, meaning, default=None, minimum=0.0, maximum=10.0):
    start = (low + high) / 2 if default is None else default
    return Parameter(start, low, high, minimum, maximum, rule, meaning)


def _fixed(default, rule, meaning, minimum=0.0, maximum=10.0):
    return Parameter(default, default, default, minimum, maximum, rule, meaning)


# fmt: off
PARAMETERS: dict[str, Parameter] = {
    # environment
    "reach_distance": _uncertain(0.8, 2.4, 1, "distance at which a pole's exposure falls to 1/e, thousand km", minimum=0.05),
    "reach_slope": _uncertain(1.5, 4.5, 2, "how fast reach saturates with capability, policing, bandwidth and exposure", maximum=50),
    "counterbalance": _uncertain(0.0, 0.6, 3, "share of a pole's opposed reach that a supporting pole can cancel", maximum=1),
    "permissiveness_offset": _fixed(0.0, 9, "added to true permissiveness in every quarter (a lever)", -1, 1),
    "clarity_offset": _fixed(0.0, 9, "added to clarity in every quarter (a lever)", -1, 1),
    "norm_scale": _uncertain(0.3, 1.5, 7, "weight of the universal norm order against bespoke institutions", 0.9),
    # perception
    "leader_bias": _uncertain(0.2, 0.7, 10, "how far a leader's optimism colours perception under ambiguity", maximum=5),
    "culture_bias": _uncertain(0.2, 0.7, 10, "how far an assertive strategic culture colours perception under ambiguity", maximum=5),
    "noise": _uncertain(0.05, 0.25, 10, "standard deviation of perception noise at clarity 0", maximum=2),
    "noise_persistence": _fixed(0.8, 10, "autocorrelation of perception noise from quarter to quarter", 0, 0.99),
    "update_speed": _fixed(0.5, 10, "how fast perceptions move to new signals", 0, 1),
    "learning": _uncertain(0.0, 0.3, 11, "caution learnt from a punished state of the same exposure"),
    # decision: benefits
    "w_threat": _uncertain(1.0, 3.0, 12, "weight of common threat"),
    "w_supply": _uncertain(0.2, 0.7, 12, "weight of capability acquisition", 0.5),
    "w_autonomy": _uncertain(0.4, 1.2, 12, "weight of the autonomy motive", 0.8),
    "reliability_gain": _fixed(0.5, 12, "extra autonomy motive when the patron is unreliable"),
    "w_complement": _uncertain(0.4, 1.1, 12, "weight of complementarity and corridors", 0.75),
    "w_identity": _uncertain(0.15, 0.5, 12, "weight of kinship in culture, and only there", 0.35),
    "w_coordination": _uncertain(0.15, 0.5, 12, "weight of common rules", 0.3),
    "w_spillover": _uncertain(0.1, 0.6, 12, "weight of ties of the same pair in other arenas", 0.45),
    "w_closure": _uncertain(0.1, 0.5, 12, "weight of shared partners", 0.25),
    "w_comembership": _fixed(0.2, 12, "weight of the depth of shared organisations"),
    "w_vested": _uncertain(0.0, 0.2, 12, "weight of constituencies that routine has made"),
    # decision: costs
    "w_punishment": _uncertain(0.4, 1.4, 12, "weight of expected punishment by poles", 0.9),
    "kin_friction": _uncertain(0.2, 0.8, 12, "share of friction that full kinship removes", maximum=1),
    "transaction": _fixed(0.15, 12, "transaction cost of a tie in every arena"),
    "w_sovereignty": _uncertain(0.3, 1.0, 12, "weight of the sovereignty cost, convex in the tie"),
    "w_congestion": _uncertain(0.2, 0.6, 12, "weight of finite administrative bandwidth", 0.3),
    "congestion_capacity": _fixed(12.0, 12, "tie mass that a perfect administration can carry", 0.1, 1000),
    "w_entrapment": _uncertain(0.1, 0.5, 12, "weight of being drawn into a partner's quarrels"),
    "w_balance": _uncertain(0.2, 0.8, 12, "weight of structural balance (the friend of my enemy)"),
    # decision: threshold, intent, consent
    "threshold_base": _uncertain(-0.2, 0.1, 13, "threshold before filters", -0.08, -5, 5),
    "w_veto": _uncertain(0.1, 0.5, 13, "threshold raised by veto points in calm"),
    "w_cohesion": _uncertain(0.1, 0.5, 13, "threshold raised by a divided society in calm"),
    "calm_leader": _fixed(0.3, 13, "weight of the leader in calm as a share of that in crisis", 0, 1),
    "w_leader": _uncertain(0.05, 0.35, 13, "weight of the leader's optimism and risk acceptance"),
    "temperature_base": _uncertain(0.03, 0.08, 14, "randomness of choice at clarity 1", 0.05, 0.005, 5),
    "temperature_clarity": _uncertain(0.5, 2.5, 14, "extra randomness of choice under ambiguity", 1.0),
    "hurdle": _uncertain(0.2, 0.4, 15, "intent below which no tie is wanted", 0.35, 0, 0.95),
    "rung_rate": _fixed(0.5, 15, "hazard per quarter of a formal step per unit of consent above its bar"),
    # implementation and lock-in
    "build_rate": _uncertain(0.12, 0.35, 16, "speed at which a wanted tie is built at full effort", maximum=1),
    "decay_rate": _uncertain(0.05, 0.2, 16, "speed at which an unwanted tie decays without lock-in", maximum=1),
    "stakes_growth": _uncertain(0.01, 0.04, 17, "stakes accrued per quarter by a full tie", maximum=1),
    "stakes_decay": _uncertain(0.005, 0.03, 17, "share of stakes lost per quarter", maximum=1),
    "stakes_half": _uncertain(0.25, 0.9, 17, "stakes at which lock-in is one half", minimum=0.01),
    "w_preempt": _uncertain(0.0, 0.5, 18, "extra effort while an open window is seen to close"),
    # poles
    "pole_rate": _fixed(0.1, 19, "speed at which pole ties adjust", 0, 1),
    "coercion_rate": _fixed(0.5, 20, "hazard of coercion per unit of opposed tie mass above tolerance"),
    "resistance_bar": _uncertain(0.5, 1.5, 21, "strength needed to resist, per unit of the pole's reach"),
    "veto_bar": _fixed(0.5, 22, "opposed reach in connectivity above which a pole vetoes a corridor segment", 0, 1),
    # organisations
    "found_rate": _fixed(0.1, 23, "hazard per quarter that an eligible core pair proposes an organisation", 0, 1),
    "accession_bar": _fixed(0.05, 25, "value and consent needed for membership, above the hurdle", 0, 1),
    "depth_rate": _fixed(0.1, 24, "speed of deepening under a full secretariat", 0, 1),
    "consensus_quantile": _uncertain(0.0, 0.5, 24, "quantile of members' ties that sets depth: 0 consensus, .5 majority", 0.0, 0, 1),
    "finance_growth": _fixed(0.02, 24, "common funds accrued per quarter at full internal connectivity", 0, 1),
    # leaders and feedback
    "abrogation": _fixed(0.5, 26, "chance that a new leader drops a rung without lock-in, where nothing vetoes it", 0, 1),
    "belief_spread": _fixed(0.3, 26, "standard deviation of a successor's beliefs around the culture's mean", 0, 2),
    "growth_feedback": _uncertain(0.0, 0.004, 28, "capability growth per quarter and unit of complementary ties", 0.002, 0, 0.1),
    "optimism_feedback": _fixed(0.05, 28, "largest change of optimism a quarter by success or punishment", 0, 0.05),
}
# fmt: on

ParameterValues = namedtuple("ParameterValues", tuple(PARAMETERS))  # type: ignore[misc]  # its names are data
ParameterValues.__doc__ = "One value (float) for each entry of PARAMETERS, by name; what compiled rules read."


def parameter_values(changes: dict[str, float] | None = None) -> ParameterValues:
    """The start values with ``changes`` applied.

    Raises KeyError for an unknown name; ranges are checked where a file is read.
    """
    values = {name: parameter.default for name, parameter in PARAMETERS.items()}
    for name, value in (changes or {}).items():
        if name not in values:
            raise KeyError(f"unknown parameter {name!r}")
        values[name] = value
    return ParameterValues(*(float(value) for value in values.values()))


def uncertain_parameters() -> list[str]:
    """Names whose prior range has a width: the volume that screening and history matching draw from."""
    return [name for name, parameter in PARAMETERS.items() if parameter.high > parameter.low]


def prior_sample(number: int, seed: int) -> np.ndarray:
    """``number`` × len(PARAMETERS) independent uniform draws from the prior ranges (fixed ones constant)."""
    low = np.array([parameter.low for parameter in PARAMETERS.values()])
    high = np.array([parameter.high for parameter in PARAMETERS.values()])
    return low + (high - low) * np.random.default_rng(seed).random((number, len(PARAMETERS)))
