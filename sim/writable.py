"""May it be written there? One answer for every ``--out``, asked before anything is run or drawn; nothing is left behind."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sim.errors import NcrError


def check_folder(folder: Path, marker: str = "", result: str = "", ours: Iterable[str] = ()) -> None:
    """NcrError unless ``folder`` can be written to.

    marker: the file by which an earlier ``result`` (in words) is known; the folder must then be new or empty, hold that file, or
    hold nothing but hidden files and ``ours``. Without one it may hold anything.
    """
    if folder.exists() and not folder.is_dir():
        raise NcrError(f"{folder}: is a file; name a folder after --out")
    if marker and folder.is_dir() and not (folder / marker).exists():
        if any(not path.name.startswith(".") and path.name not in ours for path in folder.iterdir()):
            raise NcrError(f"{folder}: holds other files and no {result}; name an empty or new folder after --out")
    _check_place(folder)


def check_file(file: Path, endings: tuple[str, ...]) -> None:
    """NcrError unless ``file`` can be written and ends in one of ``endings`` (such as ".png")."""
    if file.suffix.lower() not in endings:
        raise NcrError(f"--out {file}: name a file that ends in {' or '.join(endings)}")
    if file.is_dir():
        raise NcrError(f"--out {file}: is a folder; name a file")
    if file.exists() and not os.access(file, os.W_OK):
        raise NcrError(f"{file}: cannot be written to (it is read-only); choose another --out")
    _check_place(file.parent)


def _check_place(folder: Path) -> None:
    """Try it: permissions alone do not tell, since a read-only or virtual file system refuses root too."""
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        os.rmdir(tempfile.mkdtemp(prefix=".writing-", dir=nearest))
    except OSError as error:
        raise NcrError(f"{nearest}: cannot be written to ({error.strerror}); choose another --out") from error
