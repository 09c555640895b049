"""Classes, bloc index, depth of defence, system measures."""

import numpy as np

from analysis.propositions.observed import Observed
from sim.outcomes import COLLECTIVE_DEFENCE, FUNCTIONAL_CLUB, POLE_ABSORBED, SOFT_BLOC
from sim.recording import SYSTEM_MEASURES, window_ends

FULL = 2  # full membership, as recordings have it


def soft_bloc(o: Observed) -> np.ndarray:
    """1 if a free body is a soft bloc or deeper in any window."""
    return np.isin(o.all("organisation_class")[..., o.free], (SOFT_BLOC, COLLECTIVE_DEFENCE)).max(axis=(1, 2))


def club(o: Observed) -> np.ndarray:
    """1 if a free body is a functional club or deeper in any window."""
    wanted = (FUNCTIONAL_CLUB, SOFT_BLOC, COLLECTIVE_DEFENCE)
    return np.isin(o.all("organisation_class")[..., o.free], wanted).max(axis=(1, 2))


def collective_defence(o: Observed) -> np.ndarray:
    """1 if a free body is a collective defence in any window."""
    return (o.all("organisation_class")[..., o.free] == COLLECTIVE_DEFENCE).max(axis=(1, 2))


def pole_absorbed(o: Observed) -> np.ndarray:
    """1 if the region is pole-absorbed in the last window."""
    return o.all("window_class")[:, -1] == POLE_ABSORBED


def bloc_index(o: Observed) -> np.ndarray:
    """Bloc index of the best free body in the last window, 0–1."""
    return o.all("window_bloc_index")[:, -1]


def defence_depth(o: Observed) -> np.ndarray:
    """Greatest defence depth of a free body in the last quarter."""
    return o.all("depth")[:, -1][:, o.free, 0].max(axis=1)


def mean_tie(o: Observed) -> np.ndarray:
    """Mean tie over pairs and arenas in the last quarter."""
    return o.all("system")[:, -1, SYSTEM_MEASURES.index("mean_tie")]


def founding_time(quarters: int):
    """Window end (in quarters) of the first soft bloc; ``quarters`` where there is none, so that never is late."""

    def measure(o: Observed) -> np.ndarray:
        held = np.isin(o.all("organisation_class")[..., o.free], (SOFT_BLOC, COLLECTIVE_DEFENCE)).max(axis=2)
        return np.where(held.any(axis=1), window_ends(len(o.compiled.quarters))[held.argmax(axis=1)], quarters)

    return measure


def quarters(o: Observed) -> np.ndarray:
    """How many quarters were recorded."""
    return np.full(len(o.recordings), float(len(o.compiled.quarters)))


def stepped(name: str):
    """Change of a system measure between the two quarters of a stepped run."""
    from analysis.propositions.capped import MEASURES

    return lambda o: o.stepped[:, 1, MEASURES.index(name)] - o.stepped[:, 0, MEASURES.index(name)]
