"""Runs that are stepped from Python, so that ties among some states can be held down: the suppressed bloc of P22.

No lever caps a tie. Here the rules are those of every run, quarter by quarter; between two quarters ties among the named states are cut back
to what they were in the first quarter of the cap. Outcomes by class are not computed.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sim.handles import handle
from sim.outcomes_measures import system_measures
from sim.quarter import prepare, run_quarter
from sim.quarters import ordinal
from sim.scenario.compile import Compiled
from sim.workspace import workspace
from sim.world import BURN_IN, Situation

MEASURES = ("influence_concentration", "regional_share", "centre_of_gravity", "organisational_density", "mean_tie")
ALIVE = 3


def run_stepped(compiled: Compiled, tasks: Sequence, stepped: tuple, threads: int | None = None) -> np.ndarray:
    """(R, 2, 5) MEASURES of each (replicate, parameters) of ``tasks`` in two quarters; stepped: (first, last, capped states)."""
    first, last, capped = stepped
    rows = (ordinal(first) - compiled.quarters[0], ordinal(last) - compiled.quarters[0])
    members = np.array([compiled.states.index(code) for code in capped], dtype=np.int64)
    with ThreadPoolExecutor(threads or 2) as pool:
        return np.stack(list(pool.map(lambda task: _one(compiled, task[0], task[1], rows, members), tasks)))


def _one(compiled: Compiled, replicate: int, values, rows: tuple[int, int], members: np.ndarray) -> np.ndarray:
    situation = Situation(*(array.copy() for array in compiled.initial))
    work = workspace(len(compiled.states), len(compiled.poles), len(compiled.world.corridor_gain))
    world, drivers, parameters, moving = (
        handle(compiled.world), handle(compiled.drivers), handle(values), handle(situation),
    )  # fmt: skip
    prepare(world, drivers, parameters, moving, work)
    ceiling, found = None, np.full((2, len(MEASURES)), np.nan)
    for clock in range(BURN_IN + rows[1] + 1):
        t = max(0, clock - BURN_IN)
        burn_in = int(clock < BURN_IN)
        run_quarter(world, drivers, parameters, np.uint64(compiled.seed), replicate, clock, t, burn_in, moving, work)
        if burn_in:
            continue
        if ceiling is not None:
            situation.tie[...] = np.minimum(situation.tie, ceiling)
            situation.tie_mass[...] = situation.tie.sum(axis=(0, 2))  # congestion answers to it
        if t in rows:
            found[rows.index(t)] = _system(situation, compiled, t)
        if t == rows[0] and len(members):
            ceiling = np.full_like(situation.tie, np.inf)
            inside = np.ix_(np.arange(4), members, members)
            ceiling[inside] = situation.tie[inside]
    return found


def _system(situation: Situation, compiled: Compiled, t: int):
    # vitality only enters organisational density, which P22 does not read: all count as alive
    alive = np.full(len(situation.depth), ALIVE, np.int64)
    copies = (np.ascontiguousarray(array).copy() for array in (compiled.world.leader, compiled.drivers.exists[t]))
    return system_measures(situation.tie, situation.pole_tie, situation.membership, situation.depth, alive, *copies)
