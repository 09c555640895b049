"""(f) Start-up: from the command to help, to an import, to the first quarter; and a cold compilation."""

import tempfile
from functools import partial

from benchmarks.timing import Options, Section, interleaved, median, python, seconds, spread

SCENARIO = "scenarios/historical.yaml"
LOAD = f"from sim import Scenario; from sim.scenario.compile import compile_scenario; compile_scenario(Scenario.load('{SCENARIO}'))"
NCR = "import sys; from sim.cli import main; sys.argv[0] = 'ncr'; main()"
CASES = {
    "python, doing nothing": ("-c", "pass"),
    "import sim": ("-c", "import sim"),
    "ncr --help": ("-c", NCR, "--help"),
    "load the Eurasian scenario, make its arrays": ("-c", LOAD),
    "first quarter of the Eurasian world, rules in the cache": ("-m", "sim.warm", SCENARIO, "quarter"),
    "first whole run of it, rules in the cache": ("-m", "sim.warm", SCENARIO, "whole"),
    "ncr run, one replicate, no twin, table": ("-c", NCR, "run", SCENARIO, "--replicates", "1", "--no-twin"),
}  # fmt: skip
QUICK = ("python, doing nothing", "import sim", "ncr --help", "first quarter of the Eurasian world, rules in the cache")


def run(options: Options) -> Section:
    """Wall-clock seconds of fresh processes, in turn."""
    section = Section("f", "Start-up")
    names = QUICK if options.quick else CASES
    section.samples = interleaved({name: partial(_process, *CASES[name]) for name in names}, 5)
    for name, values in section.samples.items():
        section.rows.append({"what": name, "seconds": median(values), "spread, %": 100.0 * spread(values)})
    if options.full:
        took = _cold()
        section.samples["cold compilation"] = [took]
        section.rows.append({"what": "cold compilation (python -m sim.warm), once", "seconds": took, "spread, %": None})
    else:
        section.notes.append("A cold compilation takes minutes and is measured with --full only.")
    section.notes.append("Each a process of its own, files in the system's cache, until it ends.")
    return section


def _process(*arguments: str) -> float:
    return seconds(lambda: python(*arguments))


def _cold() -> float:
    with tempfile.TemporaryDirectory(prefix="ncr_cold_") as folder:
        return seconds(lambda: python("-m", "sim.warm", SCENARIO, XDG_CACHE_HOME=folder, NUMBA_CACHE_DIR=""))
