"""(g) A long sweep killed five times at random moments ends with the rows of one that was left alone, to the bit.

Too long for the tests, which do the same with a few hundred runs (tests/test_sweep_run.py).
"""

import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.timing import ROOT, Options, Section

KILLS = 5
LEVELS = 21  # of each of two levers, as in scenarios/sweeps/retrenchment_overstretch.yaml
FILE = """\
sweep: Killed
scenario: {scenario}
design: {{kind: grid}}
axes:
  us_retrenchment: {{low: 0, high: 1.5, levels: {levels}}}
  russian_overstretch: {{low: 0, high: 2, levels: {levels}}}
replicates: {replicates}
seed: 1
"""


def run(options: Options) -> Section:
    """A sweep that is left alone, and one with shards of another size that is killed; both with all cores."""
    section = Section("g", "A sweep killed five times")
    levels = 3 if options.quick else LEVELS
    replicates = max(1, round((400 if options.quick else options.memory_runs) / levels**2))
    runs = levels**2 * replicates
    with tempfile.TemporaryDirectory(prefix="ncr_kills_") as folder:
        file = Path(folder) / "killed.yaml"
        scenario = ROOT / "scenarios" / "historical_1992.yaml"
        file.write_text(FILE.format(scenario=scenario, levels=levels, replicates=replicates), encoding="utf-8")
        whole, took = finished(file, Path(folder) / "whole")
        section.rows.append(row("left alone", runs, took, 0, None))
        broken, took, kills = killed(file, Path(folder) / "killed", took)
        section.rows.append(row(f"killed {kills} times, shards of 777", runs, took, kills, same_rows(whole, broken)))
    section.notes.append(
        f"{levels} x {levels} values of two levers, {replicates} replicates of scenarios/historical_1992.yaml (156 quarters after 40 "
        "of burn-in), summary outcomes, `ncr sweep` in a process of its own; SIGKILL at moments drawn uniformly; rows compared "
        "sorted by run, byte by byte. Once each, no median."
    )
    return section


def row(form: str, runs: int, took: float, kills: int, same: bool | None) -> dict:
    """One line of the table. Raises RuntimeError if the rows differ: then the sweep is wrong, not slow."""
    if same is False:
        raise RuntimeError(f"{form}: the rows are not those of the sweep that was left alone")
    words = "–" if same is None else "yes"
    return {"form": form, "runs": runs, "seconds": took, "runs/s": runs / took, "killed": kills, "same rows": words}


def started(file: Path, out: Path, *options: str) -> subprocess.Popen:
    """``ncr sweep`` in a process of its own, without a progress bar."""
    command = [sys.executable, "-m", "sim", "sweep", str(file), "--out", str(out), "--json", *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def finished(file: Path, out: Path, *options: str) -> tuple[Path, float]:
    """Run a sweep to its end: its folder and the seconds it took. Raises RuntimeError with what it said if it failed."""
    begun = time.perf_counter()
    process = started(file, out, *options)
    said = process.communicate()[1]
    if process.returncode:
        raise RuntimeError(f"ncr sweep: exit code {process.returncode}: {said[-500:]}")
    return out, time.perf_counter() - begun


def killed(file: Path, out: Path, whole: float) -> tuple[Path, float, int]:
    """Kill a sweep KILLS times, each within the first quarter of ``whole`` seconds of a start; then let it end."""
    begun, chance, kills = time.perf_counter(), random.Random(), 0
    for _ in range(KILLS):
        process = started(file, out, "--shard-size", "777")
        try:
            process.communicate(timeout=chance.uniform(0.02, 0.25) * whole)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            kills += 1
    finished(file, out, "--shard-size", "777")
    return out, time.perf_counter() - begun, kills


def same_rows(one: Path, other: Path) -> bool:
    """Whether two sweeps have the same rows, sorted by run, to the bit."""
    from sim import sweep

    first, second = (sweep.load(out).runs.sort_values("run", ignore_index=True) for out in (one, other))
    return list(first) == list(second) and all(
        first[name].to_numpy().tobytes() == second[name].to_numpy().tobytes()
        if first[name].dtype.kind in "iufb"
        else first[name].astype(str).equals(second[name].astype(str))
        for name in first
    )
