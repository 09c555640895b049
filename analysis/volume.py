"""The parameter volume that experiments draw from: what history matching has retained, else the prior."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from sim.parameters import prior_sample

RETAINED = Path(__file__).resolve().parent / "data" / "retained.csv"


def has_retained() -> bool:
    """Whether a retained sample is here, and the module that reads it."""
    return RETAINED.is_file() and find_spec("analysis.history") is not None


def parameter_volume(number: int, seed: int) -> np.ndarray:
    """``number`` × len(PARAMETERS) draws; the same numbers for the same seed."""
    if has_retained():
        from analysis.history import retained_sample

        return np.asarray(retained_sample(number, seed), dtype=float)
    return prior_sample(number, seed)


def volume_key() -> str:
    """Which volume it is: ``retained`` or ``prior``."""
    return "retained" if has_retained() else "prior"


def volume_name() -> str:
    """The same in words for reports."""
    return "history-matched sample (facts up to 2019)" if has_retained() else "prior (no history-matched sample here)"
