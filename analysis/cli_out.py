"""The folder after ``--out`` of commands that add tables to it."""

import os
from pathlib import Path

from sim.errors import NcrError


def check_out(out: Path) -> None:
    """NcrError unless tables can be written to ``out``, whatever else it holds."""
    if out.exists() and not out.is_dir():
        raise NcrError(f"{out}: is a file; name a folder after --out")
    nearest = next(path for path in (out, *out.absolute().parents) if path.exists())
    probe = nearest / f".writing-{os.getpid()}"
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise NcrError(f"{nearest}: cannot be written to ({error.strerror}); choose another --out") from None
