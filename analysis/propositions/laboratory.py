"""Runs every arm once and hands each proposition its table of measures.

Common random numbers: run (draw d, replicate k) has the same parameters, seed and replicate number in every arm of every
proposition. An arm that several propositions use is run once. Nothing is kept of a run but its measures.
"""

from collections.abc import Callable, Sequence

import numpy as np

from analysis.propositions.arms import Arm
from analysis.propositions.capped import run_stepped
from analysis.propositions.case import Case
from analysis.propositions.experiment import Finding, Proposition, Table
from analysis.propositions.observed import Observed
from analysis.volume import parameter_volume
from sim.engine import RADIUS_RUNS, parameter_draws, run_all
from sim.errors import NcrError
from sim.scenario.schema import Scenario

DRAWS, REPLICATES = 150, 4
CHUNK = 100  # runs whose recordings are held at once
PERMUTATION_STREAM = 25  # keeps draw-level changes apart from the draws of parameters


def try_propositions(
    propositions: Sequence[Proposition], case: Case, draws: int = DRAWS, seed: int = 1, *, replicates: int = REPLICATES,
    threads: int | None = None, done: Callable[[int, int], object] = lambda ran, total: None,
) -> list[Finding]:  # fmt: skip
    """Findings of ``propositions``, in their order. ``done(ran, total)`` is called after each arm."""
    tables = measure(propositions, case, draws, seed, replicates=replicates, threads=threads, done=done)
    return [proposition.find(tables[proposition.id]) for proposition in propositions]


def measure(
    propositions: Sequence[Proposition], case: Case, draws: int, seed: int, *, replicates: int = REPLICATES,
    threads: int | None = None, done: Callable[[int, int], object] = lambda ran, total: None,
) -> dict[str, Table]:  # fmt: skip
    """Tables by proposition: arm: measure: (draws, replicates, …), NaN where a run failed or has no value."""
    if draws < 2 or replicates < 2:
        raise NcrError(
            f"{draws} draws of {replicates} replicates: an interval needs 2 draws, and a variance 2 replicates"
        )
    check_seed(seed)
    wanted: dict[Arm, list[tuple[str, str, str, Callable]]] = {}
    for proposition in propositions:
        for name, arm in proposition.arms.items():
            for label, function in proposition.measures.items():
                if label not in proposition.skip.get(name, ()):
                    wanted.setdefault(arm, []).append((proposition.id, name, label, function))
    wanted = _merged(wanted)
    scenarios = {
        early: Scenario.load(case.early if early else case.scenario) for early in {arm.early for arm in wanted}
    }
    table = np.repeat(parameter_volume(draws, seed), replicates, axis=0)
    found: dict[str, Table] = {proposition.id: {name: {} for name in proposition.arms} for proposition in propositions}
    for number, (arm, entries) in enumerate(wanted.items(), start=1):
        functions = {entry[:3]: entry[3] for entry in entries}
        for (code, name, label), values in run_arm(
            arm, scenarios[arm.early], table, seed, replicates, functions, threads
        ).items():
            found[code][name][label] = values
        done(number, len(wanted))
    return found


def check_seed(seed: int) -> None:
    """Raise NcrError for a seed that no run can have."""
    if not 0 <= seed < 2**64:
        raise NcrError(f"seed {seed}: write a whole number from 0 to 2^64 - 1")


def _merged(wanted: dict) -> dict:
    """Arms that differ only in whether the series is kept are run once, with it: the outcomes are the same."""
    merged: dict = {}
    for arm, entries in wanted.items():
        full = arm.but(series=True)
        merged.setdefault(full if full in wanted else arm, []).extend(entries)
    return merged


def run_arm(arm: Arm, scenario, table: np.ndarray, seed: int, replicates: int, functions: dict, threads=None) -> dict:
    """Measures of one arm by the keys of ``functions``: (draws, replicates, …). table: (runs, parameters), by draw."""
    runs = len(table)
    scenario, compiled = arm.compile(scenario.replace(seed=seed, replicates=runs))
    parameters = parameter_draws(scenario, compiled, table)
    # replicate numbers from RADIUS_RUNS on: the engine works out no spectral radius for them
    corridors = sorted(scenario.world.corridors)
    tasks = [(RADIUS_RUNS + r, values) for r, values in enumerate(parameters)]
    parts: dict = {key: [] for key in functions}
    step = replicates if arm.by_draw else CHUNK
    for first in range(0, runs, step):
        mine = compiled
        for change in arm.by_draw:
            mine = change.apply(mine, np.random.default_rng((seed, PERMUTATION_STREAM, first // replicates)))
        chunk = tasks[first : first + step]
        if arm.stepped:
            observed = Observed(mine, [], corridors, run_stepped(mine, chunk, arm.stepped, threads))
        else:
            observed = Observed(
                mine,
                run_all(mine, chunk, series=arm.series, ties=True, threads=threads, thresholds=arm.thresholds),
                corridors,
            )
        for key, function in functions.items():
            parts[key].append(observed.measured(function))
    joined = {key: np.concatenate(values) for key, values in parts.items()}
    return {key: values.reshape(-1, replicates, *values.shape[1:]) for key, values in joined.items()}
