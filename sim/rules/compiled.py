"""The one decorator that every rule wears, and the cache that never runs old code.

numba's on-disk cache looks at the file of a function, not at the files of the functions it calls: after an
edit in a callee it would silently run the old code. The cache folder is therefore named by a hash of all
sources that take part in a run, of numba's version and of the settings below. Set ``NUMBA_DISABLE_JIT=1``
to step through the same functions as plain Python.
"""

import hashlib
import os
from pathlib import Path

import numba

PACKAGE = Path(__file__).resolve().parent.parent
SETTINGS = {"nogil": True, "error_model": "numpy", "fastmath": False, "boundscheck": False}


def sources(package: Path = PACKAGE) -> list[Path]:
    """Files whose text compiled code can depend on: rules, whatever compiles, and the constants they read."""
    constants = [package / name for name in ("parameters.py", "world.py", "recording.py", "handles.py", "workspace.py")]
    compiles = [path for path in package.glob("*.py") if b"import compiled" in path.read_bytes()]
    return sorted({*(package / "rules").glob("*.py"), *constants, *compiles})


def source_hash(package: Path = PACKAGE) -> str:
    """Hash of every source file that compiled code can depend on, of numba's version and of the settings."""
    digest = hashlib.sha256(f"{numba.__version__} {sorted(SETTINGS.items())}".encode())
    for path in sources(package):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where compiled rules are kept: a folder of the user's cache, named by :func:`source_hash`."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "ncr-sim" / source_hash()


chosen = os.environ.get("NUMBA_CACHE_DIR")  # a folder chosen by the user is kept apart by the same hash
folder = Path(chosen) / source_hash() if chosen else cache_folder()
numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]  # numba makes its settings at import


def compiled(function):
    """Compile ``function`` for one run: no GIL, strict IEEE arithmetic, cached on disk."""
    return numba.njit(cache=True, **SETTINGS)(function)


def woven(function):
    """Compile ``function`` into the place where it is called: for the stages of a quarter, which only call rules.

    A stage that is compiled by itself is optimised twice, and a cold start takes a quarter longer.
    """
    return numba.njit(inline="always", **SETTINGS)(function)
