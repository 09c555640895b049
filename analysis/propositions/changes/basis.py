"""What changes of arms have in common: which arrays are drivers and filters, and how one is replaced."""

import numpy as np

from analysis.propositions.arms import ARRAYS, Change
from sim.quarters import ordinal

POLICING = ("policing", "policing_norm", "policing_reliability", "policing_counterbalance")
HELD = (
    *POLICING,
    "bandwidth",
    "legitimacy",
    "opposition",
    "patronage",
    "normative_fragmentation",
    "pole_distance",
    "dependence",
    "pole_hostility",
    "pole_imminence",
    "reliance",
    "pole_capability",
)  # what the frozen-driver twin holds
FILTERS = (
    "assertiveness", "autonomy", "sovereignty", "repertoire", "cohesion", "extraction", "veto_points", "centralisation",
    "administration",
)  # fmt: skip
INSTITUTIONS = ("cohesion", "extraction", "veto_points", "centralisation", "administration")


def row_of(compiled, quarter: str) -> int:
    """Row of a quarter, held to the recorded ones."""
    return int(np.clip(ordinal(quarter) - compiled.quarters[0], 0, len(compiled.quarters) - 1))


def drivers(compiled, **arrays):
    """``compiled`` with other driver arrays."""
    return compiled._replace(drivers=compiled.drivers._replace(**arrays))


def arrays(name: str, apply) -> Change:
    """A change of arrays that does not need the scenario."""
    return Change(name, ARRAYS, lambda scenario, compiled: apply(compiled))


def held(array: np.ndarray, value, first: int = 1, last: int | None = None) -> np.ndarray:
    """A copy with ``value`` in rows ``first`` to ``last``."""
    array = array.copy()
    array[first:last] = value
    return array
