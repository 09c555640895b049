"""Runs for history matching: which facts of set A hold at many points of the prior, in waves of replicates.

Wave 1 runs every point of the design a few times; the subset, the first points of the design, and wave 2, the candidates
that wave 1 leaves, are run more often. Every run has noise of its own: common noise would retain points that suit it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from analysis.facts import Fact
from analysis.facts_a import END, FACTS
from analysis.runs import Runs
from sim.engine import RADIUS_RUNS, parameter_draws, run_all
from sim.errors import NcrError
from sim.parameters import PARAMETERS, ParameterValues, uncertain_parameters
from sim.scenario.compile import Compiled, compile_scenario
from sim.scenario.schema import Scenario

FIRST, MORE = 2, 16  # replicates of a point in wave 1; in the subset and in wave 2
SUBSET = 100  # points whose replicates tell what noise alone does
BATCH = 256  # runs held in memory at once
STRIDE = 32  # replicate numbers that belong to one point; FIRST + MORE at most


class Arm(NamedTuple):
    """One scenario up to 2019Q4 and the facts that are read from it. ties: do they read ties between states?"""

    scenario: Scenario
    compiled: Compiled
    facts: tuple[Fact, ...]
    ties: bool
    trade: dict | None


@dataclass(frozen=True)
class Waves:
    """What held. n points of the design, C candidates, F facts in the order of ``codes``.

    wave_1: (n, FIRST, F) bool. subset: (min(n, SUBSET), MORE, F). wave_2: (C, MORE, F), of points ``candidates`` (C,).
    """

    codes: tuple[str, ...]
    wave_1: np.ndarray
    subset: np.ndarray
    candidates: np.ndarray
    wave_2: np.ndarray

    def save(self, path: Path, recipe: str) -> None:
        """Keep the runs at ``path``; ``recipe``: what made them, compared when they are read again."""
        arrays = {name: getattr(self, name) for name in ("wave_1", "subset", "candidates", "wave_2")}
        with open(path, "wb") as file:
            np.savez_compressed(file, recipe=np.array(recipe), codes=np.array(self.codes), **arrays)

    @classmethod
    def load(cls, path: Path, recipe: str) -> "Waves":
        """Read what :meth:`save` wrote. Raises NcrError if it is no such file or was made by another recipe."""
        try:
            with np.load(path) as kept:
                if str(kept["recipe"]) != recipe:
                    raise NcrError(
                        f"{path}: runs of other points, seed, facts or rules; name another file or delete it"
                    )
                names = ("wave_1", "subset", "candidates", "wave_2")
                return cls(tuple(map(str, kept["codes"])), *(kept[name] for name in names))
        except (OSError, ValueError, KeyError) as error:
            raise NcrError(f"{path}: not the runs of a history matching ({error})") from None


def latin_hypercube(points: int, seed: int) -> np.ndarray:
    """(points, len(PARAMETERS)) a Latin hypercube of the prior (McKay, Beckman and Conover 1979).

    In each uncertain parameter every one of ``points`` slices of equal probability holds one point; fixed parameters
    stay at their start values. Ranks of uniform numbers make the permutations, so nothing but the stream of numpy's
    PCG64 enters.
    """
    if points < 1:
        raise NcrError(f"--points {points}: write a whole number from 1 on")
    names = uncertain_parameters()
    generator = np.random.default_rng(seed)
    slices = generator.random((points, len(names))).argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    share = (slices + generator.random((points, len(names)))) / points
    low = np.array([PARAMETERS[name].low for name in names])
    high = np.array([PARAMETERS[name].high for name in names])
    return with_fixed(low + (high - low) * share)


def with_fixed(uncertain: np.ndarray) -> np.ndarray:
    """(R, number of uncertain parameters) → (R, len(PARAMETERS)), fixed parameters at their start values."""
    table = np.tile([parameter.default for parameter in PARAMETERS.values()], (len(uncertain), 1))
    table[:, [list(PARAMETERS).index(name) for name in uncertain_parameters()]] = uncertain
    return table


def arms(scenarios: Sequence[Scenario], seed: int, trade: dict | None) -> list[Arm]:
    """The starts of 1992 and 2009, cut at 2019Q4, with the facts of each; without ``trade`` its fact is left out."""
    made = []
    for start, scenario in zip((2009, 1992), scenarios, strict=True):
        cut = scenario.replace(end=END, seed=seed)
        facts = tuple(fact for fact in FACTS if fact.start == start and (trade or fact.code != "A9 trade"))
        made.append(Arm(cut, compile_scenario(cut), facts, start == 2009, trade))
    return made


def codes_of(made: Sequence[Arm]) -> tuple[str, ...]:
    """Codes of the facts of all arms, in the order of the columns of what :func:`held` returns."""
    return tuple(fact.code for arm in made for fact in arm.facts)


def held(
    made: Sequence[Arm],
    table: np.ndarray,
    points: np.ndarray,
    first: int,
    number: int,
    threads: int | None = None,
    done: Callable[[int], object] = lambda runs: None,
) -> np.ndarray:
    """(len(points), number, F) bool: does each fact hold in replicates first … first + number − 1 of each point?

    table: the design; points: rows of it. A run that fails holds nothing. ``done`` is told how many runs have ended.
    """  # fmt: skip
    rows = np.repeat(points, number)
    # the first replicates of a scenario also get a spectral radius, which no fact reads
    keys = RADIUS_RUNS + rows * STRIDE + np.tile(np.arange(first, first + number), len(points))
    columns = []
    for arm in made:
        parts = []
        for start in range(0, len(rows), BATCH):
            batch = slice(start, start + BATCH)
            parts.append(_held_in(arm, table[rows[batch]], keys[batch], threads))
            done(len(parts[-1]))
        columns.append(np.concatenate(parts) if parts else np.zeros((0, len(arm.facts)), bool))
    return np.concatenate(columns, axis=1).reshape(len(points), number, len(codes_of(made)))


def _held_in(arm: Arm, draws: np.ndarray, keys: np.ndarray, threads) -> np.ndarray:
    """(R, facts of the arm) bool of one batch."""
    values: list[ParameterValues] = parameter_draws(arm.scenario.replace(replicates=len(draws)), arm.compiled, draws)
    tasks = [(int(key), value) for key, value in zip(keys, values, strict=True)]
    recordings = run_all(arm.compiled, tasks, ties=arm.ties, threads=threads)
    result = np.zeros((len(tasks), len(arm.facts)), bool)
    ran = np.array([recording.failure[0] == 0 for recording in recordings])
    if ran.any():
        runs = replace(Runs.from_recordings(arm.scenario, arm.compiled, recordings), trade=arm.trade)
        result[ran] = np.stack([np.asarray(fact.holds(runs)) for fact in arm.facts if fact.holds], axis=1)
    return result
