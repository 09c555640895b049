"""How everything here is measured: side by side, in turn, medians; and on what machine."""

import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
Case = TypeVar("Case", bound=Hashable)
LIBRARIES = ("numpy", "numba", "llvmlite", "mesa", "pandas", "pyarrow", "networkx")


@dataclass
class Options:
    """What the user asked for."""

    quick: bool = False
    full: bool = False
    memory_runs: int = 100_000

    @property
    def repeats(self) -> int:
        """Rounds of every comparison; odd, so that a median is a measurement."""
        return 5 if self.quick else 9

    @property
    def sample_seconds(self) -> float:
        """How long one sample should last at least."""
        return 0.03 if self.quick else 0.4


@dataclass
class Section:
    """Result of one benchmark: rows of a table (medians), remarks, and every sample behind them."""

    letter: str
    title: str
    rows: list[dict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    samples: dict[str, list[float]] = field(default_factory=dict)


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds that ``work`` takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def interleaved(cases: Mapping[Case, Callable[[], float]], rounds: int) -> dict[Case, list[float]]:
    """Samples of every case, in turn: round by round each case once, so that what slows the machine slows all alike.

    A case returns its own measure. Each is called once before, unmeasured; every other round goes backwards.
    """
    for measure in cases.values():
        measure()
    samples: dict[Case, list[float]] = {name: [] for name in cases}
    names = list(cases)
    for turn in range(rounds):
        for name in names if turn % 2 == 0 else reversed(names):
            samples[name].append(cases[name]())
    return samples


def median(values: list[float]) -> float:
    """Median of a list."""
    return statistics.median(values)


def spread(values: list[float]) -> float:
    """Interquartile range as a share of the median: how far to trust it."""
    low, middle, high = statistics.quantiles(values, n=4)
    return (high - low) / middle


def ratio(numerators: list[float], denominators: list[float]) -> float:
    """Median over rounds of the ratio within a round."""
    return median([a / b for a, b in zip(numerators, denominators, strict=True)])


def repeated(work: Callable[[], object], target: float, least: int = 1) -> int:
    """How often ``work`` has to be called to last ``target`` seconds, at least ``least`` times."""
    work()
    return max(least, int(target / max(1e-7, seconds(work))) + 1)


def side_by_side(works: Sequence[Callable[[], object]]) -> float:
    """Wall-clock seconds until all works are done, a thread each (one: in this thread)."""
    if len(works) == 1:
        return seconds(works[0])
    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(lambda work: work(), [lambda: None] * len(works)))  # threads are started before the clock
        return seconds(lambda: list(pool.map(lambda work: work(), works)))


def environment(**changes: str) -> dict[str, str]:
    """Environment of a child process that imports this ``sim``, wherever the tree stands."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "", **changes}


def python(*arguments: str, **changes: str) -> str:
    """Run this Python with ``arguments`` at the root of the tree; returns its output, raises if it fails."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment(**changes), capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip() or "no message").splitlines()[-1]
        raise RuntimeError(f"a child process ended with code {done.returncode}: {last}")
    return done.stdout


def machine() -> dict:
    """Processor, cores, load and versions: nothing that tells whose machine it is."""
    import llvmlite.binding

    import sim
    from sim.rules.compiled import source_hash

    model = ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = {}
    for library in LIBRARIES:
        try:
            versions[library] = version(library)
        except PackageNotFoundError:
            versions[library] = "not installed"
    return {
        "processor": model or platform.processor() or platform.machine(),
        "code_for": llvmlite.binding.get_host_cpu_name(),
        "cores": usable,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "ncr_sim": sim.__version__,
        "rules": source_hash(),
        "versions": versions,
    }


def load() -> float | None:
    """Processes that wanted to run, mean of the last minute; None where the system does not say."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
