"""Runs of one arm as stacked arrays, asked by code and quarter."""

from functools import cached_property

import numpy as np

from sim.errors import NcrError
from sim.quarters import label, ordinal
from sim.scenario.compile import Compiled


class Observed:
    """R runs of one arm. Without series, the only quarter that is known is the last: ask with ``at=None``."""

    def __init__(self, compiled: Compiled, recordings: list, corridors=(), stepped: np.ndarray | None = None):
        self.compiled = compiled
        self.corridors = tuple(corridors)  # codes, in the order of the arrays
        self.recordings = recordings
        self.stepped = stepped  # (R, 2, 5) system measures of arms that were stepped (capped.py)
        self._stacks: dict[str, np.ndarray] = {}

    @cached_property
    def failed(self) -> np.ndarray:
        """(R,) bool: runs that met a number that is not finite."""
        if self.stepped is not None:
            return ~np.isfinite(self.stepped).all(axis=(1, 2))
        return np.array([recording.failure[0] != 0 for recording in self.recordings])

    def measured(self, function) -> np.ndarray:
        """``function`` of these runs as float, NaN for runs that failed."""
        values = np.array(function(self), dtype=float)
        values[self.failed] = np.nan
        return values

    def all(self, name: str) -> np.ndarray:
        """(R, …) one array of all recordings."""
        if name not in self._stacks:
            self._stacks[name] = np.stack([getattr(recording, name) for recording in self.recordings])
        return self._stacks[name]

    def row(self, at: str | None) -> int:
        """Row of a quarter in the series; −1, the last, for None."""
        if at is None:
            return -1
        place = ordinal(at) - self.compiled.quarters[0]
        if len(self.recordings[0].hedging) != len(self.compiled.quarters) or not 0 <= place < len(
            self.compiled.quarters
        ):
            raise NcrError(f"{at} is not recorded here: {label(self.compiled.quarters[-1])} is the last quarter")
        return place

    def stretch(self, first: str | None, last: str) -> slice:
        """Rows of a stretch of quarters, both ends included."""
        return slice(self.row(first), self.row(last) + 1)

    def states(self, *codes: str) -> list[int]:
        """Indices of states."""
        return [_index(self.compiled.states, code, "state") for code in codes]

    def pole(self, code: str) -> int:
        """Index of a pole."""
        return _index(self.compiled.poles, code, "pole")

    def organisation(self, code: str) -> int:
        """Index of an organisation."""
        return _index(self.compiled.organisations, code, "organisation")

    @property
    def free(self) -> np.ndarray:
        """(M,) bool: organisations that no pole leads."""
        return self.compiled.world.leader < 0


def _index(codes, code, kind) -> int:
    if code not in codes:
        raise NcrError(f"{kind} {code} is not in this world: it has {', '.join(codes)}")
    return codes.index(code)
