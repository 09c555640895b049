"""The work of a sweep: blocks of consecutive runs, each made into rows by whoever is handed it.

A run has a number: point · replicates + replicate. What it gives depends on the job and its number alone, so blocks may
be cut and dealt out in any way.
"""

import pickle
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from sim.code import CODE
from sim.engine import Engine, drawn_parameters, stated
from sim.errors import NcrError
from sim.manifest import inputs_hash
from sim.recording import Recording
from sim.scenario.compile import Compiled
from sim.sweep.axes import LEVER, Axis
from sim.sweep.points import Impossible, PointCompiler
from sim.sweep.rows import columns_of, outcome_columns, row_schema


class Block(NamedTuple):
    """Runs ``first`` to ``last`` − 1, and the design points (rows, axes) that they belong to."""

    first: int
    last: int
    points: np.ndarray

    @property
    def runs(self) -> int:
        """How many."""
        return self.last - self.first


@dataclass(frozen=True)
class Job:
    """What every worker of a sweep needs to know.

    key: of the sweep, so that a worker prepares once. code, inputs: hashes of the code and of the compiled scenario; a
    worker that has others refuses.
    independent: runs draw by their number, else by their replicate, so that design points share draws.
    parameters: (rows, len(PARAMETERS)), drawn with the rest: a run whose draws are number d has row d modulo rows; None for the
    scenario's in all. An axis, and what the scenario sets, come before them.
    """

    key: str
    code: str
    inputs: str
    scenario: Any
    axes: tuple[Axis, ...]
    seed: int
    replicates: int
    independent: bool
    parameters: np.ndarray | None = None

    def pack(self) -> bytes:
        """For the journey to another process."""
        return zlib.compress(pickle.dumps(self), 1)


class Worker:
    """Runs blocks of one job: an engine for each thread, turned from point to point."""

    def __init__(self, job: Job):
        self.job = job
        self.compiler = PointCompiler(job.scenario, job.axes)
        if job.code != CODE or job.inputs != inputs_hash(self.compiler.base):
            raise NcrError("a worker has other code than the sweep was begun with: install one version everywhere")
        self.schema = row_schema([axis.name for axis in job.axes])
        codes = self.compiler.base.organisations
        self.focus = codes.index(job.scenario.focus) if job.scenario.focus in codes else -1
        levers = all(axis.subject.kind == LEVER for axis in job.axes)  # only they leave the burn-in as it is
        self.remember = job.replicates if levers and not job.independent else 0
        self.stated = stated(job.scenario, [axis.name for axis in job.axes])
        self.threads = threading.local()

    def rows(self, block: Block, stopped: Callable[[], bool] = lambda: False, ran: Callable[[], object] = lambda: None):
        """The runs of ``block`` as a table (``sim.sweep.rows``), fewer where ``stopped`` says so; ``ran`` after each run."""
        replicates, first_point = self.job.replicates, block.first // self.job.replicates
        ends: list[Recording | str] = []
        now: int = -1
        compiled: Compiled | str = ""
        for run in range(block.first, block.last):
            if stopped():
                break
            if run // replicates != now:
                now = run // replicates
                compiled = self._compiled(block.points[now - first_point])
            ends.append(compiled if isinstance(compiled, str) else self._run(compiled, run))
            ran()
        return self._table(block, ends)

    def _compiled(self, values: np.ndarray) -> Compiled | str:
        """The arrays of a design point, or why there are none."""
        try:
            return self.compiler.at(
                {axis.name: float(value) for axis, value in zip(self.job.axes, values, strict=True)}
            )
        except Impossible as reason:
            return str(reason)
        except (MemoryError, OSError):  # of the machine, not of the point: the sweep stops, and goes on another day
            raise
        except Exception as error:  # one point must not end a sweep of a million; its rows say what happened
            return _fault(error)

    def _run(self, compiled: Compiled, run: int) -> Recording | str:
        job, parameters = self.job, compiled.parameters
        draw = run if job.independent else run % job.replicates
        try:
            if job.parameters is not None:
                row = job.parameters[draw % len(job.parameters)]
                parameters = drawn_parameters(compiled, row, self.stated)
            return self._engine(compiled).run(parameters, job.seed, draw, series=False)
        except (MemoryError, OSError):
            raise
        except Exception as error:
            self.threads.engine = None
            return _fault(error)

    def _engine(self, compiled) -> Engine:
        engine = getattr(self.threads, "engine", None)
        if engine is None:
            engine = self.threads.engine = Engine(compiled, remember=self.remember)
        elif engine.compiled is not compiled:
            engine.turn_to(compiled)
        return engine

    def _table(self, block: Block, ends: list[Recording | str]) -> pa.Table:
        """Rows of the first runs of a block, of which ``ends`` holds how they ended or why they could not begin."""
        run = np.arange(block.first, block.first + len(ends))
        point = run // self.job.replicates
        values = block.points[point - block.first // self.job.replicates]
        axes = dict(zip(columns_of(self.compiler.axes), values.T, strict=True))
        keys = {"run": run, "point": point, "replicate": run % self.job.replicates}
        outcomes = outcome_columns(ends, self.compiler.base, self.focus)
        return pa.table({**keys, **axes, **outcomes}, schema=self.schema)


def _fault(error: Exception) -> str:
    return f"fault of the program: {type(error).__name__}: {' '.join(str(error).split())[:200]}"


# In another process --------------------------------------------------------------------------------------------------

_here: dict[str, Worker] = {}
_lock = threading.Lock()


def remote_rows(packed: bytes, key: str, block: Block) -> bytes:
    """The rows of a block as Arrow bytes, made in whatever process this runs; the job is unpacked once in each."""
    with _lock:
        if key not in _here:
            _here.clear()
            _here[key] = Worker(pickle.loads(zlib.decompress(packed)))
        worker = _here[key]
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, worker.schema) as stream:
        stream.write_table(worker.rows(block))
    return sink.getvalue().to_pybytes()


def unpacked_rows(data: bytes) -> pa.Table:
    """The table that :func:`remote_rows` sent."""
    return pa.ipc.open_stream(data).read_all()


def blocks_of(missing: list[tuple[int, int]], size: int, points: np.ndarray, replicates: int):
    """Cut ranges of runs into blocks, at multiples of ``size``; lazily, since there may be many."""
    for begin, end in missing:
        while begin < end:
            stop = min(end, (begin // size + 1) * size)
            yield Block(begin, stop, points[begin // replicates : (stop - 1) // replicates + 1])
            begin = stop
