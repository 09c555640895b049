"""Many runs: threads over runs, each run alone in its arrays. Results depend on nothing but scenario and seed."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from os import cpu_count
from queue import SimpleQueue

import numpy as np

from sim import __version__, code  # noqa: F401 - the hash of what is imported, taken now
from sim.burn_in import BurnIns
from sim.errors import NcrError
from sim.handles import handle
from sim.outcomes import OutcomeThresholds
from sim.parameters import PARAMETERS, ParameterValues
from sim.quarter import run_quarter
from sim.recording import WINDOW, Recording, blank_recording
from sim.run import observer, run_recorded
from sim.scenario.compile import Compiled, compile_scenario, held_parameters, read_only
from sim.scenario.schema import OFFSETS, Scenario
from sim.workspace import workspace
from sim.world import BURN_IN, Situation

POWER_STEPS, NUDGE = 60, 1e-6  # of the power method for the spectral radius
RADIUS_RUNS = 10  # runs of a scenario whose spectral radius is computed


class Engine:
    """What one thread needs to run ``compiled`` again and again: buffers of its own; inputs are shared and only read.

    remember: how many burn-ins to keep. Worlds that differ only after the start, as those of a sweep over levers do, share the
    burn-in of a replicate, a third of a run; what follows is the same to the bit (:mod:`sim.burn_in`).
    """

    def __init__(self, compiled: Compiled, thresholds: OutcomeThresholds | None = None, remember: int = 0):
        self.size = (len(compiled.states), len(compiled.poles), len(compiled.organisations))
        self.burn_ins = BurnIns(remember)
        self._point_at(compiled)
        self.situation = Situation(*(array.copy() for array in compiled.initial))
        self.situation_handle = handle(self.situation)
        self.work = workspace(*self.size[:2], len(compiled.world.corridor_gain))
        self.watch = observer(*self.size)
        self.thresholds = thresholds or OutcomeThresholds()

    def _point_at(self, compiled: Compiled) -> None:
        self.compiled, self.inputs = compiled, compiled.drivers
        # Whoever made the arrays, read-only ones: numba compiles a handle anew for every mixture with others.
        self.world, self.drivers = handle(read_only(compiled.world)), handle(read_only(compiled.drivers))

    def turn_to(self, compiled: Compiled) -> None:
        """Run ``compiled`` from now on: a world of the same size, so the buffers fit. Raises ValueError for another."""
        if compiled is not self.compiled:
            if (len(compiled.states), len(compiled.poles), len(compiled.organisations)) != self.size:
                raise ValueError("a world of another size: make another Engine")
            self._point_at(compiled)

    def run(self, parameters: ParameterValues, seed: int, replicate: int, *, series=True, ties=False) -> Recording:
        """One run from the initial situation; the situation at its end stays in ``self.situation``."""
        recording = blank_recording(*self.size, len(self.compiled.quarters), series=series, ties=ties)
        given, into = handle(parameters), handle(recording)

        def quarters(first, last):
            run_recorded(
                self.world, self.drivers, given, np.uint64(seed), replicate, first, last, self.thresholds,
                self.situation_handle, self.work, self.watch, into,
            )  # fmt: skip

        if not self.burn_ins.recall(self.compiled, parameters, seed, replicate, self.situation, self.work):
            for array, initial in zip(self.situation, self.compiled.initial, strict=True):
                array[...] = initial
            quarters(0, BURN_IN)
            if recording.failure[0]:
                return recording
            self.burn_ins.keep(self.compiled, parameters, seed, replicate, self.situation, self.work)
        quarters(BURN_IN, BURN_IN + len(self.compiled.quarters))
        return recording

    def spectral_radius(self, parameters: ParameterValues, seed: int, replicate: int) -> float:
        """Spectral radius of the linearised tie map where the last run ended: below 1, ties settle (model.md, Pitfalls).

        The map replays the last quarter from the ties at its end, everything else held: power method on central
        differences, growth averaged over the second half of the steps. Clipped ties do not move and add nothing.
        """
        here = Situation(*(array.copy() for array in self.situation))
        last = len(self.compiled.quarters) - 1
        keys = (np.uint64(seed), replicate, BURN_IN + last, last, 0)
        parameters = handle(parameters)

        def ties_after(ties):
            for array, kept in zip(self.situation, here, strict=True):
                array[...] = kept
            self.situation.tie[...] = ties
            self.situation.tie_mass[...] = ties.sum(axis=(0, 2))  # congestion answers to it
            run_quarter(self.world, self.drivers, parameters, *keys, self.situation_handle, self.work)
            return self.situation.tie.copy()

        own = np.eye(here.tie.shape[1], dtype=bool)
        direction, growth = np.where(own, 0.0, np.ones_like(here.tie)), []  # a state has no tie to itself
        for _ in range(POWER_STEPS):
            size = np.sqrt((direction**2).sum())
            if size == 0.0:
                return 0.0
            direction /= size
            ahead, behind = ties_after(here.tie + NUDGE * direction), ties_after(here.tie - NUDGE * direction)
            direction = (ahead - behind) / (2.0 * NUDGE)
            growth.append(np.sqrt((direction**2).sum()))
        for array, kept in zip(self.situation, here, strict=True):
            array[...] = kept
        return float(np.mean(growth[POWER_STEPS // 2 :]))


def run_all(
    compiled: Compiled,
    tasks: Sequence[tuple[int, ParameterValues]],
    *,
    series: bool = True,
    ties: bool = False,
    threads: int | None = None,
    thresholds: OutcomeThresholds | None = None,
    done: Callable[[], object] = lambda: None,
) -> list[Recording]:
    """Run every (replicate, parameters) of ``tasks``; recordings in their order. ``done`` is called once for each."""
    workers = max(1, min(threads or cpu_count() or 1, len(tasks)))
    engines: SimpleQueue = SimpleQueue()
    for _ in range(workers):
        engines.put(Engine(compiled, thresholds))

    def one(task):
        engine = engines.get()
        try:
            recording = engine.run(task[1], compiled.seed, task[0], series=series, ties=ties)
            if series and task[0] < RADIUS_RUNS and not recording.failure[0]:
                recording.system[-1, -1] = engine.spectral_radius(task[1], compiled.seed, task[0])
            return recording
        finally:
            engines.put(engine)

    def counted(recordings):
        """In this thread alone: a bar that several threads move can stop them all for ever when a pipe breaks."""
        kept = []
        for recording in recordings:
            kept.append(recording)
            done()
        return kept

    if workers == 1:
        return counted(map(one, tasks))
    with ThreadPoolExecutor(workers) as pool:
        try:
            return counted(pool.map(one, tasks))
        except BaseException:  # Ctrl-C: do not begin what is still waiting
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def parameter_draws(scenario, compiled: Compiled, table: np.ndarray | None) -> list[ParameterValues]:
    """Parameters of each replicate: those of the scenario, or row r of ``table`` (R, len(PARAMETERS)) for replicate r.

    A row never undoes what the scenario sets itself (parameters, offsets) nor what a knock-out holds.
    """
    replicates = scenario.replicates
    if table is None:
        return [compiled.parameters] * replicates
    table = checked_table(table)
    if len(table) != replicates:
        raise NcrError(f"parameters: {len(table)} rows given, {replicates} wanted, one a replicate")
    return [drawn_parameters(compiled, row, stated(scenario)) for row in table]


def stated(scenario, axes: Iterable[str] = ()) -> tuple[str, ...]:
    """Parameters that no draw may move: what the scenario sets, both offsets, and axes of a sweep."""
    return (*scenario.parameters, *OFFSETS, *(name for name in axes if name in PARAMETERS))


def checked_table(table) -> np.ndarray:
    """A table of parameters as an array (rows, len(PARAMETERS)); the columns of a DataFrame go by name.

    NcrError for another shape, other names, what is not a finite number, and what a parameter cannot be.
    """
    if hasattr(table, "columns"):  # without pandas, whose import a first run need not wait for
        if set(table.columns) != set(PARAMETERS) or len(table.columns) != len(PARAMETERS):
            odd = sorted({str(name) for name in {*table.columns} ^ {*PARAMETERS}})
            raise NcrError(
                f"parameters: a column for each parameter by its name is wanted; missing or too many: {', '.join(odd)}"
            )
        table = table[list(PARAMETERS)]
    try:
        table = np.ascontiguousarray(table, float)
    except (TypeError, ValueError) as error:
        raise NcrError(f"parameters: not a table of numbers ({error})") from None
    if table.ndim != 2 or not len(table) or table.shape[1] != len(PARAMETERS):
        raise NcrError(f"parameters: shape {table.shape} given, (rows, {len(PARAMETERS)}) wanted")
    if not np.isfinite(table).all():
        raise NcrError("parameters: the table holds what is not a finite number")
    for (name, parameter), column in zip(PARAMETERS.items(), table.T, strict=True):
        if not parameter.minimum <= column.min() <= column.max() <= parameter.maximum:
            raise NcrError(
                f"parameters: {name} runs from {column.min():g} to {column.max():g}; it can be from {parameter.minimum:g} to {parameter.maximum:g}"
            )
    return table


def drawn_parameters(compiled: Compiled, row: np.ndarray, kept: Iterable[str]) -> ParameterValues:
    """``row`` (len(PARAMETERS),) as the parameters of one run; those that are ``kept`` (:func:`stated`) or held by a knock-out stay as compiled."""
    kept = {name: getattr(compiled.parameters, name) for name in kept}
    return held_parameters(compiled, ParameterValues(*map(float, row))._replace(**kept))


def simulate(
    scenario, replicates: int | None = None, seed: int | None = None, *, twin: bool = True, ties: bool = False,
    threads: int | None = None, parameters: np.ndarray | None = None, progress: bool = False,
):  # fmt: skip
    """Run ``scenario`` (or the file of one) and, beside it, its frozen-driver twin with the same draws; returns Results.

    replicates, seed: those of the scenario unless given (0 is a seed). ties: keep every tie of every quarter.
    parameters: (replicates, len(PARAMETERS)) to give each replicate its own. progress: a bar on stderr after 2 seconds.
    Raises NcrError for a scenario that is too short to have an outcome.
    """
    from tqdm import tqdm

    from sim.results import Results

    scenario = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    changes = {"seed": seed, "replicates": replicates}
    changes = {name: value for name, value in changes.items() if value is not None}
    scenario = scenario.replace(**changes) if changes else scenario
    compiled = compile_scenario(scenario)
    if len(compiled.quarters) < WINDOW:
        raise NcrError(f"the scenario has {len(compiled.quarters)} quarters; outcomes need at least {WINDOW}")
    tasks = list(enumerate(parameter_draws(scenario, compiled, parameters)))
    runs = len(tasks) * (2 if twin else 1)
    with tqdm(total=runs, unit="run", delay=2.0, disable=not progress) as bar:
        options = {"series": True, "ties": ties, "threads": threads, "done": bar.update}
        recordings = run_all(compiled, tasks, **options)
        twins = run_all(compile_scenario(scenario, frozen=True), tasks, **options) if twin else None
    manifest = {
        "package": "ncr-sim",
        "version": __version__,
        "seed": compiled.seed,
        "replicates": len(tasks),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    drawn = None if parameters is None else np.array([values for _, values in tasks])
    return Results.from_recordings(scenario, compiled, recordings, twins, manifest, drawn)
