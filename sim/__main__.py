"""Entry of the command ``ncr`` (and of ``python -m sim``): Ctrl-C while Python still imports is an end like any other."""

import sys

INTERRUPTED = 130


def main() -> None:
    """Import the command and run it."""
    try:
        from sim.cli import main as run
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
    run()


if __name__ == "__main__":
    main()
