"""The compiled rules without what surrounds them. The one module here that knows the inside of the engine.

If ``quarter.py`` or ``Engine`` changes its arguments, this module and ``plain.py`` are what has to follow.
"""

import numpy as np

from sim.engine import Engine
from sim.handles import handle
from sim.outcomes import OutcomeThresholds
from sim.quarter import dated, decision_stage, prepare, run_quarter
from sim.rules.compiled import compiled
from sim.scenario.compile import Compiled
from sim.world import BURN_IN, Situation

NEVER_MATCHED = OutcomeThresholds(jaccard=2.0)  # no group matches an organisation, hence no nulls are drawn


@compiled
def run_clocks(world, drivers, parameters, seed, replicate, first, last, situation, work):
    """Quarters ``first`` … ``last`` − 1 of a run, counted with burn-in: rules alone, no recording and no outcomes."""
    if first == 0:
        prepare(world, drivers, parameters, situation, work)
    for clock in range(first, last):
        burn_in = 1 if clock < BURN_IN else 0
        t = 0 if clock < BURN_IN else clock - BURN_IN
        run_quarter(world, drivers, parameters, seed, replicate, clock, t, burn_in, situation, work)


@compiled
def decide(world, drivers, parameters, t, times, situation, work):
    """The decision stage of recorded quarter t, ``times`` times over: it moves nothing but intents and consents."""
    now = dated(drivers, t)
    for _ in range(times):
        decision_stage(world, drivers, parameters, t, now, situation, work)


@compiled
def read_workspace(work, actors, norm_cost, corridor, lock_in):
    """Copy out what decisions are made of: ``actors`` (4, N), ``norm_cost`` (1,), ``corridor`` (N, N), ``lock_in``."""
    actors[0, :] = work.actor.capability
    actors[1, :] = work.actor.credibility
    actors[2, :] = work.actor.reliability
    actors[3, :] = work.actor.threats
    norm_cost[0] = work.actor.norm_cost[0]
    corridor[:, :] = work.pair.corridor
    lock_in[:, :, :] = work.pair.lock_in


class Bench:
    """An engine of one world with its rules laid bare."""

    def __init__(self, arrays: Compiled, thresholds: OutcomeThresholds | None = None):
        self.arrays = arrays
        self.engine = Engine(arrays, thresholds)
        self.parameters = handle(arrays.parameters)
        self.clocks = BURN_IN + len(arrays.quarters)
        self.states = len(arrays.states)

    @property
    def cells(self) -> int:
        """Ordered dyads · arenas · quarters of one run, burn-in included."""
        return 4 * self.states**2 * self.clocks

    def reset(self, situation: Situation | None = None) -> None:
        """Set the situation to a given one, or to the initial one."""
        for array, kept in zip(self.engine.situation, situation or self.arrays.initial, strict=True):
            array[...] = kept

    def situation(self) -> Situation:
        """A copy of the situation as it stands."""
        return Situation(*(array.copy() for array in self.engine.situation))

    def whole(self, replicate: int) -> None:
        """One whole run as a sweep does it: rules, windows, outcomes; no quarterly series."""
        self.engine.run(self.arrays.parameters, self.arrays.seed, replicate, series=False)

    def rules(self, replicate: int) -> None:
        """One run of the rules alone, from the initial situation."""
        self.reset()
        self.clock(0, self.clocks, replicate)

    def clock(self, first: int, last: int, replicate: int = 0) -> None:
        """Quarters ``first`` … ``last`` − 1 from the situation as it stands."""
        e = self.engine
        seed = np.uint64(self.arrays.seed)
        run_clocks(e.world, e.drivers, self.parameters, seed, replicate, first, last, e.situation_handle, e.work)

    def decide(self, t: int, times: int = 1) -> None:
        """The decision stage of recorded quarter t, again and again."""
        e = self.engine
        decide(e.world, e.drivers, self.parameters, t, times, e.situation_handle, e.work)

    def workspace(self) -> dict[str, np.ndarray]:
        """What decisions are made of besides the situation: capability, credibility, …, as the last quarter left it."""
        n = self.states
        actors, norm_cost, corridor, lock_in = np.zeros((4, n)), np.zeros(1), np.zeros((n, n)), np.zeros((4, n, n))
        read_workspace(self.engine.work, actors, norm_cost, corridor, lock_in)
        names = ("capability", "credibility", "reliability", "threats")
        return dict(zip(names, actors, strict=True)) | {
            "norm_cost": norm_cost, "corridor": corridor, "lock_in": lock_in,
        }  # fmt: skip
