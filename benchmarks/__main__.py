"""``python -m benchmarks [LETTER …] [--quick | --full] [--memory-runs N]``: one command, a table, a JSON file."""

import argparse
import importlib
import sys
from datetime import UTC, datetime

from benchmarks import report
from benchmarks.timing import Options, load, machine

BENCHMARKS = {  # letter: module, function
    "a": ("cells", "run"),
    "b": ("ratios", "run"),
    "c": ("alliance", "run"),
    "d": ("sweeps", "run_overhead"),
    "e": ("sweeps", "run_memory"),
    "f": ("startup", "run"),
    "g": ("kills", "run"),
}


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Benchmarks; see benchmarks/README.md.")
    parser.add_argument("letters", nargs="*", metavar="LETTER", help=f"which: {' '.join(BENCHMARKS)}; default all")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="small sizes, about a minute; results.md is left alone")
    size.add_argument("--full", action="store_true", help="the cold compilation too (minutes)")
    parser.add_argument(
        "--memory-runs", type=int, default=100_000, metavar="N", help="runs of the sweeps in (e) and (g)"
    )
    parser.add_argument("--remark", metavar="TEXT", help="stands beside the sections of this run in results.md")
    given = parser.parse_args()
    unknown = [letter for letter in given.letters if letter not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is called {' '.join(unknown)}; there are {' '.join(BENCHMARKS)}")
    if given.memory_runs < 100:
        parser.error(f"--memory-runs {given.memory_runs}: write a whole number from 100 on")
    return given


def main() -> int:
    """Run the benchmarks that are asked for, one after the other; what was measured before a failure is kept."""
    given = arguments()
    options = Options(given.quick, given.full, given.memory_runs)
    here = machine()
    path = report.OUT / ("bench_quick.json" if options.quick else "bench.json")
    results = {"machine": here, "sections": report.kept(path, here)}
    print(report.described(here))
    failed = 0
    for letter in sorted(set(given.letters)) or BENCHMARKS:
        module, function = BENCHMARKS[letter]
        print(f"measuring ({letter}) …", file=sys.stderr)
        before, when = load(), datetime.now(UTC).strftime("%Y-%m-%d")
        try:
            section = getattr(importlib.import_module(f"benchmarks.{module}"), function)(options)
        except Exception as error:
            failed += 1
            print(f"\n({letter}) failed: {type(error).__name__}: {error}", file=sys.stderr)
            continue
        results["sections"][letter] = report.record(section, when, (before, load()), given.remark)
        print(report.as_text(results["sections"][letter]), flush=True)
        report.write(results, path, None if options.quick else report.TABLE)
    print(f"\n{path.relative_to(report.ROOT)} holds every sample")
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
