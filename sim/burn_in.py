"""Burn-ins kept for the next run that needs the same one.

Before it is recorded, a run settles for ten years at the drivers of the start. That reads the world, the first row of
the drivers, the initial situation, the parameters, the seed and the replicate, and nothing else; two runs that agree in all of
these have the same burn-in to the bit. In a sweep over levers all design points do, replicate by replicate.
"""

import hashlib
from typing import NamedTuple

import numpy as np

from sim.handles import record_of
from sim.parameters import ParameterValues
from sim.scenario.compile import Compiled
from sim.world import Situation

ROOM = 64 * 2**20  # bytes that one thread may keep


class Settled(NamedTuple):
    """What the first recorded quarter reads of the quarters before it."""

    situation: Situation
    lock_in: np.ndarray  # (4, N, N), of the last quarter: turnover reads it before it is renewed
    proximity: np.ndarray  # (N, N), made once a run


class BurnIns:
    """Up to ``limit`` burn-ins, and no more than ROOM holds; the first ones stay, since a sweep asks for all in turn."""

    def __init__(self, limit: int):
        self.limit = limit
        self.kept: dict[tuple, Settled] = {}
        self._start: tuple[Compiled | None, bytes] = (None, b"")

    def recall(
        self, compiled: Compiled, parameters: ParameterValues, seed: int, replicate: int, situation, work
    ) -> bool:
        """Put ``situation`` and ``work`` where this run's burn-in ends; False if that is not known."""
        settled = self.kept.get(self._key(compiled, parameters, seed, replicate)) if self.limit else None
        if settled is None:
            return False
        for array, kept in zip(situation, settled.situation, strict=True):
            array[...] = kept
        work = record_of(work)
        record_of(work.pair).lock_in[...] = settled.lock_in
        work.proximity[...] = settled.proximity
        return True

    def keep(self, compiled: Compiled, parameters: ParameterValues, seed: int, replicate: int, situation, work) -> None:
        """Remember where this run's burn-in ended, if there is room."""
        work = record_of(work)
        lock_in, proximity = record_of(work.pair).lock_in, work.proximity
        size = sum(array.nbytes for array in (*situation, lock_in, proximity))
        if len(self.kept) < min(self.limit, ROOM // size):
            copies = Situation(*(array.copy() for array in situation))
            settled = Settled(copies, lock_in.copy(), proximity.copy())
            self.kept[self._key(compiled, parameters, seed, replicate)] = settled

    def _key(self, compiled: Compiled, parameters: ParameterValues, seed: int, replicate: int) -> tuple:
        if self._start[0] is not compiled:
            self._start = (compiled, hash_of_start(compiled))
        return self._start[1], tuple(parameters), seed, replicate


def hash_of_start(compiled: Compiled) -> bytes:
    """Hash of all that a burn-in reads of a compiled scenario: world, drivers of the first quarter, initial situation."""
    digest = hashlib.blake2b()
    for record in (compiled.world, [dated[0] for dated in compiled.drivers], compiled.initial):
        for value in record:
            array = np.ascontiguousarray(value)
            digest.update(f"{array.dtype}{array.shape}".encode())
            digest.update(array.data)
    return digest.digest()
