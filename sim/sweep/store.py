"""A sweep on disk: a manifest, the design, and shards of rows, each whole or absent.

    sweep.json              what is run: hashes of inputs, versions, design, seed; written before the first run
    design.parquet          one row a design point
    parameters.parquet      one row a draw, where each has parameters of its own
    coded.parquet           every coded number of the scenario with its sources
    runs/FIRST-LAST-SUM.parquet    rows of the runs FIRST to LAST − 1; SUM begins the SHA-256 of the file

A shard is written under a temporary name, flushed to the disk and renamed, so that a killed sweep leaves whole shards
only. Its name says what it holds and what its bytes hash to: a damaged one is recognised without any other record, and
a sweep may be continued with shards of another size.
"""

import errno
import fcntl
import hashlib
import json
import os
import re
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sim import writable
from sim.coded import CODED
from sim.errors import NcrError

MANIFEST, DESIGN, DRAWN, RUNS, LOCK = "sweep.json", "design.parquet", "parameters.parquet", "runs", ".lock"
_SHARD = re.compile(r"(\d{12})-(\d{12})-([0-9a-f]{16})\.parquet")
_SIGNATURE = b"inputs"
NOTHING_LOST = "every finished shard is kept; put it right and give the same command again to go on"


class StoreError(NcrError):
    """The folder of a sweep cannot be written; what is finished is safe."""


class Shard:
    """A shard by its name: runs ``first`` to ``last`` − 1 in ``path``."""

    def __init__(self, path: Path):
        match = _SHARD.fullmatch(path.name)
        if not match:
            raise ValueError(f"{path.name} is not the name of a shard")
        self.path = path
        self.first, self.last, self.sum = int(match[1]), int(match[2]), match[3]

    def whole(self, inputs: str) -> bool:
        """Whether its bytes are those that were written, for the sweep with these inputs. OSError if it cannot be read."""
        data = self.path.read_bytes()
        try:
            if _sum(data) != self.sum:
                return False
            file = pq.ParquetFile(pa.BufferReader(data))
            written = (file.schema_arrow.metadata or {}).get(_SIGNATURE, b"").decode()
            return written == inputs and file.metadata.num_rows == self.last - self.first
        except pa.ArrowException:
            return False

    def read(self, columns=None) -> pa.Table:
        """Its rows; NcrError if the file is damaged."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise NcrError(f"{self.path}: cannot be read ({error.strerror})") from None
        if _sum(data) != self.sum:
            raise NcrError(f"{self.path}: is damaged; give the command of the sweep again to compute it anew")
        return pq.read_table(pa.BufferReader(data), columns=columns).replace_schema_metadata(None)


class Store:
    """The folder of one sweep, opened for writing by one process at a time."""

    def __init__(self, folder, inputs: str):
        self.folder = Path(folder)
        self.runs = self.folder / RUNS
        self.inputs = inputs

    def write(self, first: int, table: pa.Table) -> Shard:
        """Write the rows of consecutive runs from ``first`` on; the shard is there whole once this returns."""
        sink = pa.BufferOutputStream()
        pq.write_table(table.replace_schema_metadata({_SIGNATURE: self.inputs.encode()}), sink, compression="zstd")
        data = sink.getvalue().to_pybytes()
        name = f"{first:012d}-{first + len(table):012d}-{_sum(data)}.parquet"
        with told(self.runs):
            put(self.runs / name, data)
        return Shard(self.runs / name)

    def shards(self) -> list[Shard]:
        """Shards by their names, in the order of runs; nothing is read."""
        return shards_in(self.folder)

    def tidy(self) -> list[Shard]:
        """Set aside what is not a whole shard of this sweep; returns the damaged ones. Only with the lock held.

        A shard that cannot be read just now may be whole: that stops the sweep and loses nothing.
        """
        damaged = []
        with told(self.runs):
            self.runs.mkdir(parents=True, exist_ok=True)
            for path in self.runs.iterdir():
                if path.name.startswith(".writing-"):
                    path.unlink()
            reached = 0
            for shard in self.shards():
                if shard.first >= reached and shard.whole(self.inputs):
                    reached = shard.last
                    continue
                if shard.first >= reached:
                    damaged.append(shard)
                    os.replace(shard.path, shard.path.with_suffix(".damaged"))
                else:  # it repeats runs that another shard has: no loss
                    shard.path.unlink()
        return damaged

    def missing(self, runs: int) -> list[tuple[int, int]]:
        """Ranges of runs that no shard holds."""
        gaps, reached = [], 0
        for shard in self.shards():
            if shard.first > reached:
                gaps.append((reached, shard.first))
            reached = max(reached, shard.last)
        return [*gaps, (reached, runs)] if reached < runs else gaps

    def note(self, manifest: dict) -> None:
        """Write the manifest, whole or not at all."""
        with told(self.folder):
            put(self.folder / MANIFEST, (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode())

    @contextmanager
    def locked(self):
        """Hold the folder: two processes would do everything twice. The lock ends with the process, however it ends."""
        with told(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.folder / LOCK, os.O_CREAT | os.O_RDWR, 0o644)
        _held.add(descriptor)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                    raise NcrError(
                        f"{self.folder}: another sweep is writing here; wait for it or name another --out"
                    ) from None
            yield  # a file system without locks does not stop a sweep
        finally:
            _held.discard(descriptor)
            os.close(descriptor)


_held: set[int] = set()  # locks of this process


def _let_go() -> None:
    """In a forked child: a lock is held by whoever has the file open, and a child that outlives a killed sweep would."""
    while _held:
        os.close(_held.pop())


os.register_at_fork(after_in_child=_let_go)


def put(path: Path, data: bytes) -> None:
    """Write a file under a temporary name, flush it to the disk, and rename it."""
    temporary = path.with_name(f".writing-{os.getpid()}-{threading.get_ident()}-{path.name}")
    try:
        with open(temporary, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # the name, too; some file systems cannot flush a folder
            os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def told(folder: Path):
    """Turn an error of the disk into one that says what to do."""
    try:
        yield
    except MemoryError as error:
        raise StoreError(f"{folder}: the sweep cannot go on (memory is full); {NOTHING_LOST}") from error
    except OSError as error:
        raise StoreError(f"{folder}: the sweep cannot go on ({error.strerror or error}); {NOTHING_LOST}") from error


def shards_in(folder) -> list[Shard]:
    """Shards in a folder, in the order of their runs; of equal first runs, the longest first."""
    places = Path(folder) / RUNS
    paths = places.iterdir() if places.is_dir() else ()
    found = [Shard(path) for path in paths if _SHARD.fullmatch(path.name)]
    return sorted(found, key=lambda shard: (shard.first, -shard.last, shard.sum))


def read_manifest(folder) -> dict | None:
    """The manifest of a sweep in ``folder``, None if there is none. Raises NcrError for one that is damaged."""
    path = Path(folder) / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or not isinstance(manifest.get("identity"), dict):
            raise ValueError("it is not the manifest of a sweep")
        return manifest
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        fix = "remove this file and give the command of the sweep again: finished runs are known by marks of their own"
        raise NcrError(f"{path}: cannot be read ({error}); {fix}, or name another --out") from None


def check_folder(folder: Path) -> None:
    """Raise NcrError unless a sweep can be written to ``folder``: new, empty, or begun before. Leaves nothing behind."""
    ours = (DESIGN, DRAWN, CODED, RUNS) if shards_in(folder) else ()  # of a sweep whose manifest was lost
    writable.check_folder(folder, MANIFEST, "sweep", ours)


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
