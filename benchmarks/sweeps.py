"""(d) What the sweep runner adds to a bare loop over the engine; (e) how much memory a long sweep takes."""

import json
import shutil
import sys
import tempfile
import threading
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.timing import ROOT, Options, Section, interleaved, median, python, seconds, side_by_side, spread
from sim.engine import Engine
from sim.scenario.compile import compile_scenario
from sim.scenario.schema import Scenario

THREADS = 2
AXIS, LOW, HIGH = "w_threat", 1.0, 3.0
TEACHING, EURASIA = ("teaching", "twelve.yaml"), ("", "historical.yaml")  # folder below scenarios/, file
NOT_BUILT = "not built yet: this version has no `sim.sweep`"


def sweep_function():
    """The function ``sweep(path, out=…, threads=…)``, or None where this version has none."""
    try:
        from sim import sweep
    except ImportError:
        return None
    return sweep if callable(sweep) else getattr(sweep, "sweep", None)


def write_sweep(folder: Path, world: tuple[str, str], points: int, replicates: int) -> Path:
    """A sweep file over one parameter, beside a copy of the scenario and its world; returns its path."""
    shutil.copytree(ROOT / "scenarios" / world[0], folder / "scenarios")
    path = folder / "scenarios" / "bench_sweep.yaml"
    path.write_text(
        f"sweep: Benchmark\nscenario: {world[1]}\ndesign: {{kind: grid}}\n"
        f"axes: {{{AXIS}: {{low: {LOW}, high: {HIGH}, levels: {points}}}}}\nreplicates: {replicates}\n",
        encoding="utf-8",
    )
    return path


def load(world: tuple[str, str]):
    """A shipped scenario as arrays."""
    return compile_scenario(Scenario.load(ROOT / "scenarios" / world[0] / world[1]))


def bare_loop(compiled, points: int, replicates: int, threads: int = THREADS) -> list:
    """The same runs without a runner: an engine a thread, a row kept of each run; nothing is written."""
    values = np.linspace(LOW, HIGH, points)
    tasks = iter([(value, replicate) for value in values for replicate in range(replicates)])
    lock, rows = threading.Lock(), []

    def work():
        engine = Engine(compiled)
        while True:
            with lock:
                task = next(tasks, None)
            if task is None:
                return
            parameters = compiled.parameters._replace(**{AXIS: float(task[0])})
            recording = engine.run(parameters, compiled.seed, task[1], series=False)
            rows.append((*task, int(recording.window_class[-1]), float(recording.window_bloc_index[-1])))

    side_by_side([work] * threads)
    return rows


# Overhead ------------------------------------------------------------------------------------------------------------


def run_overhead(options: Options) -> Section:
    """Two lengths of the same sweep, so that what is paid once and what is paid a run come apart."""
    section = Section("d", "What the sweep runner adds to a bare loop")
    sweep = sweep_function()
    if sweep is None:
        section.notes.append(f"Skipped, {NOT_BUILT}.")
        return section
    compiled = load(TEACHING)
    points, lengths = 10, ((6, 24) if options.quick else (40, 200))
    cases = {}
    for replicates in lengths:
        cases["bare", replicates] = partial(_bare, compiled, points, replicates)
        cases["sweep", replicates] = partial(_sweep, sweep, points, replicates)
    samples = interleaved(cases, 5)
    section.samples = {f"{kind} {points * r} runs": values for (kind, r), values in samples.items()}
    for replicates in lengths:
        bare, runner = samples["bare", replicates], samples["sweep", replicates]
        section.rows.append({
            "runs": points * replicates, "bare loop, s": median(bare), "sweep, s": median(runner),
            "added, %": 100.0 * median([s / b - 1.0 for s, b in zip(runner, bare, strict=True)]),
            "spread, %": 100.0 * spread(bare),
        })  # fmt: skip
    short, long = (median(samples["sweep", r]) - median(samples["bare", r]) for r in lengths)
    per_run = (long - short) / (points * (lengths[1] - lengths[0]))
    once = short - per_run * points * lengths[0]
    section.notes += [
        f"The runner adds about {once:.2f} s once a sweep (reading, manifest, folder) and {1e6 * per_run:.0f} µs a run. "
        f"The world is the teaching one (12 states, {len(compiled.quarters)} quarters), on {THREADS} threads, summary "
        f"outcomes, {points} values of `{AXIS}`.",
        "The bare loop compiles the scenario beforehand and writes nothing; the runner's time holds reading the files "
        "and writing the tables.",
    ]
    return section


def _bare(compiled, points: int, replicates: int) -> float:
    return seconds(lambda: bare_loop(compiled, points, replicates))


def _sweep(sweep, points: int, replicates: int) -> float:
    with tempfile.TemporaryDirectory(prefix="ncr_sweep_") as folder:
        path = write_sweep(Path(folder), TEACHING, points, replicates)
        return seconds(lambda: sweep(path, out=Path(folder) / "out", threads=THREADS))


# Memory --------------------------------------------------------------------------------------------------------------


def run_memory(options: Options) -> Section:
    """Peak memory of a child process at a tenth of the runs and at all of them: it must not grow with their number."""
    section = Section("e", "Peak memory of a sweep")
    built = sweep_function() is not None
    runs = 2_000 if options.quick else options.memory_runs
    world = TEACHING if options.quick else EURASIA
    kinds = [("sweep", runs // 10), ("sweep", runs)] if built else [("bare loop", min(runs, 500))]
    for kind, number in kinds:
        found = json.loads(python("-m", "benchmarks.sweeps", kind.split()[0], str(number), *world).splitlines()[-1])
        section.rows.append({
            "form": kind, "world": world[1], "runs": found["runs"], "peak, MB": found["peak"],
            "before the first run, MB": found["before"], "runs/s": found["runs"] / found["seconds"],
        })  # fmt: skip
    if not built:
        section.notes.append(
            f"The sweep itself: {NOT_BUILT}. The bare loop keeps a row of each run and nothing else: the floor."
        )
    section.notes.append(
        "One process each, interpreter, libraries and compiled code included, on "
        f"{THREADS} threads. Once, not a median: the peak of a process hardly varies."
    )
    return section


def peak_megabytes() -> float:
    """The most memory this process ever held. On Linux its own mark: getrusage there inherits that of the parent."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2.0**20 if sys.platform == "darwin" else 1024.0)


def child(kind: str, runs: int, world: tuple[str, str]) -> dict:
    """What the child process measures: (e) for a sweep or for the bare loop."""
    points = 10
    replicates = max(1, runs // points)
    compiled = load(world)
    Engine(compiled).run(compiled.parameters, compiled.seed, 0, series=False)
    before, start = peak_megabytes(), perf_counter()
    if kind == "sweep":
        with tempfile.TemporaryDirectory(prefix="ncr_sweep_") as folder:
            path = write_sweep(Path(folder), world, points, replicates)
            sweep_function()(path, out=Path(folder) / "out", threads=THREADS)
    else:
        bare_loop(compiled, points, replicates)
    took = perf_counter() - start
    return {"runs": points * replicates, "before": before, "peak": peak_megabytes(), "seconds": took}


if __name__ == "__main__":
    print(json.dumps(child(sys.argv[1], int(sys.argv[2]), (sys.argv[3], sys.argv[4]))))
