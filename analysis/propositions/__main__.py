"""``python -m analysis.propositions [P1 P3 …] [--draws N] [--seed S] [--json] [--out DIR]``."""

import argparse
import sys

from analysis.propositions.command import run_propositions
from analysis.propositions.laboratory import DRAWS, REPLICATES
from sim.errors import NcrError


def main(arguments: list[str] | None = None) -> int:
    """Parse, run, and turn a user's mistake into one line and exit code 1."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis.propositions", description="The theory's propositions as experiments."
    )
    parser.add_argument("wanted", nargs="*", metavar="P", help="P1 … P25; all if none is named")
    parser.add_argument("--draws", type=int, default=DRAWS, help="draws of the parameters (default %(default)s)")
    parser.add_argument(
        "--replicates", type=int, default=REPLICATES, help="runs of each draw in each arm (default %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of draws and runs")
    parser.add_argument("--also-seed", type=int, help="run again under a second seed and show its verdicts")
    parser.add_argument("--threads", type=int, help="all cores by default; results do not depend on it")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", help="folder for a page and a figure of each")
    parser.add_argument("--document", help="file for everything as one page")
    options = vars(parser.parse_args(arguments))
    try:
        return run_propositions(print, options.pop("wanted"), progress=sys.stderr.isatty(), **options)
    except NcrError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: cannot be written ({error.strerror})", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
