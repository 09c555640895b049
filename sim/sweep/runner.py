"""Running a sweep: blocks dealt to an executor, shards written as they come, resumed where it was left."""

import logging
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from datetime import UTC, datetime
from functools import partial
from os import PathLike, cpu_count
from pathlib import Path

import numpy as np
import pandas as pd

from sim import __version__
from sim.code import CODE
from sim.coded import CODED, coded_numbers
from sim.engine import checked_table
from sim.errors import NcrError
from sim.manifest import grounds
from sim.recording import WINDOW
from sim.sweep.drawn import drawn_table, source_of
from sim.sweep.identity import identity, refuse_changes, signature
from sim.sweep.results import SweepResults
from sim.sweep.rows import columns_of
from sim.sweep.schema import Sweep
from sim.sweep.store import DESIGN, DRAWN, NOTHING_LOST, Store, StoreError, check_folder, put, read_manifest, told
from sim.sweep.work import Block, Job, Worker, blocks_of, remote_rows, unpacked_rows

LARGEST_SHARD = 500  # runs; a killed sweep loses at most one unfinished shard a worker
SHARDS_A_WORKER = 8  # a small sweep is cut finer, so that every worker has something to do
WAITING = 256  # blocks handed to the executor ahead of their turn
log = logging.getLogger("sim.sweep")


def run_sweep(
    plan, out=None, *, executor: Executor | None = None, threads: int | None = None, shard_size: int | None = None,
    replicates: int | None = None, seed: int | None = None, parameters: np.ndarray | None = None,
    parameters_from: str | None = None, progress: bool = False,
    say: Callable[[str], object] = log.warning,
) -> SweepResults:  # fmt: skip
    """Run a sweep, or what is left of it, and return its results; the tables depend on the plan alone.

    plan: a Sweep, or the path of a sweep file. out: folder, new or of the same sweep begun before; without one, a
    temporary folder that lives as long as the results. executor: any ``concurrent.futures.Executor``, whose workers send
    their rows back; without one, ``threads`` threads (all cores). shard_size: runs a shard. replicates, seed: in place
    of the plan's (0 is a seed). progress: a bar on stderr. say: told what a user should know, one line at a time.
    parameters: (rows, len(PARAMETERS)), row r for replicate r of every point, so that points stay comparable, and from the
    first row again after the last (of an independent sweep: row r for run r); axes, and what the scenario sets, come before
    them. None: the scenario's in all runs. parameters_from: where they come from, a key of ``drawn.SETS`` (default: own).

    Raises ScenarioError or NcrError for a wrong plan or folder, before anything is written; StoreError when the disk
    fails later. After any error or Ctrl-C the same call goes on where this one stopped.
    """
    sweep = Sweep.load(plan) if isinstance(plan, str | PathLike) else plan
    if not isinstance(sweep, Sweep):
        raise NcrError(f"a sweep is a Sweep or the path of a sweep file, not {type(plan).__name__}; see Sweep.make")
    sweep = sweep.replace(seed=seed, replicates=replicates)
    for name, number in (("threads", threads), ("shard_size", shard_size)):
        if number is not None and number < 1:
            raise NcrError(f"{name} {number}: write a whole number from 1 on")
    quarters = sweep.scenario.end - sweep.scenario.start + 1
    if quarters < WINDOW:
        raise NcrError(f"the scenario has {quarters} quarters; outcomes need at least {WINDOW}")
    keep = tempfile.TemporaryDirectory(prefix="ncr-sweep-") if out is None else None
    folder = Path(keep.name if keep else out)
    check_folder(folder)
    if parameters is not None:
        parameters = checked_table(parameters)
    one = identity(sweep, parameters, source_of(parameters, parameters_from))
    store = Store(folder, signature(one))
    _refuse(store, one)  # before anything is written …
    with store.locked(), told(folder):
        _refuse(store, one)  # … and once nobody else can write
        manifest = _begin(store, sweep, one, parameters)
        missing = _left(store, sweep, say)
        workers = threads or cpu_count() or 1
        size = shard_size or max(1, min(LARGEST_SHARD, -(-sweep.runs // (SHARDS_A_WORKER * workers))))
        blocks = blocks_of(missing, size, sweep.points, sweep.replicates)
        done = sweep.runs - sum(last - first for first, last in missing)
        job = job_of(sweep, store.inputs, one, parameters)
        from tqdm import tqdm

        tqdm.set_lock(threading.RLock())  # its own lock spans processes, and Ctrl-C at a bad moment leaves it taken
        with tqdm(total=sweep.runs, initial=done, unit="run", delay=1.0, disable=not progress, smoothing=0.1) as bar:
            if executor is None:
                _with_threads(job, blocks, store, workers, _counting(bar))
            else:
                _with_executor(job, blocks, store, executor, bar.update)
        manifest = manifest | {"finished": datetime.now(UTC).isoformat(timespec="seconds")}
        store.note(manifest)
    return SweepResults(folder, manifest, keep)


def _refuse(store: Store, one: dict) -> None:
    """Raise NcrError where another sweep was begun; its manifest says so, or where that was lost, its shards do."""
    begun, shards = read_manifest(store.folder), store.shards()
    if begun is not None:
        refuse_changes(store.folder, begun["identity"], one)
    elif shards and not any(shard.whole(store.inputs) for shard in shards):
        raise NcrError(f"{store.folder}: holds runs of another sweep; name another --out")


def job_of(sweep: Sweep, key: str, one: dict, parameters: np.ndarray | None = None) -> Job:
    """What workers need of a sweep with the identity ``one``; the scenario without the text that it was read from."""
    scenario = sweep.scenario.model_copy()
    scenario._origin = None
    assert sweep.seed is not None
    axes = tuple(sweep.axes.values())
    return Job(key, CODE, one["scenario"], scenario, axes, sweep.seed, sweep.replicates, sweep.independent, parameters)


def _begin(store: Store, sweep: Sweep, one: dict, parameters: np.ndarray | None) -> dict:
    """Write manifest, design, parameters and coded numbers, first of all; returns the manifest."""
    scenario, columns = sweep.scenario, columns_of(sweep.axes)
    world = scenario.world
    manifest = {
        "package": "ncr-sim", "version": __version__, "kind": "sweep",
        "sweep": sweep.title, "description": sweep.description, "scenario": scenario.title, "focus": scenario.focus,
        "points": len(sweep.points), "replicates": sweep.replicates, "runs": sweep.runs, "seed": sweep.seed,
        "columns": columns, "levers": dict(scenario.levers), "parameters": dict(scenario.parameters),
        "knockouts": list(scenario.knockouts), "parameters_from": one["parameters_from"],
        "parameter_sets": 1 if parameters is None else len(np.unique(parameters, axis=0)), "inputs": store.inputs, "identity": one,
        "names": {
            code: entry.name for table in (world.states, world.poles, world.organisations) for code, entry in table.items()
        },
        **grounds(scenario),
    }  # fmt: skip
    store.note(manifest)
    design = pd.DataFrame(sweep.points, columns=columns)
    design.insert(0, "point", range(len(design)))
    with told(store.folder):
        put(store.folder / DESIGN, design.to_parquet(index=False))
        if parameters is not None:
            put(store.folder / DRAWN, drawn_table(parameters, scenario, sweep.axes).to_parquet(index=False))
        put(store.folder / CODED, coded_numbers(scenario).to_parquet(index=False))
    return manifest


def _left(store: Store, sweep: Sweep, say) -> list[tuple[int, int]]:
    """Ranges of runs that are still to be made; says what was found of an earlier start."""
    for shard in store.tidy():
        say(f"{shard.path}: was damaged and is set aside; runs {shard.first} to {shard.last - 1} are computed anew")
    missing = store.missing(sweep.runs)
    done = sweep.runs - sum(last - first for first, last in missing)
    if done:
        say(
            f"{store.folder}: {done:,} of {sweep.runs:,} runs are already there"
            + ("" if missing else "; nothing is left to do")
        )
    return missing


def _with_threads(job: Job, blocks, store: Store, workers: int, ran) -> None:
    """Threads of this process, each with its own engine; they write their shards themselves."""
    worker, stop = Worker(job), threading.Event()

    def work(block: Block) -> None:
        table = worker.rows(block, stop.is_set, ran)
        if len(table):  # of a block that was stopped, what is finished
            store.write(block.first, table)

    with ThreadPoolExecutor(workers) as pool:
        _deal(pool, work, blocks, lambda block, result: None, stop)


def _counting(bar):
    """A bar that several threads may move."""
    lock = threading.Lock()

    def ran() -> None:
        with lock:
            bar.update()

    return ran


def _with_executor(job: Job, blocks, store: Store, executor: Executor, ran) -> None:
    """Any executor: blocks travel there, rows travel back, and this process alone writes to the folder."""

    def write(block: Block, data: bytes) -> None:
        store.write(block.first, unpacked_rows(data))
        ran(block.runs)

    try:
        _deal(executor, partial(remote_rows, job.pack(), job.key), blocks, write, threading.Event())
    except (BrokenExecutor, CancelledError) as error:
        raise StoreError(f"the workers are gone ({type(error).__name__}); {NOTHING_LOST}") from None


def _deal(executor: Executor, work, blocks, take, stop: threading.Event) -> None:
    """Hand out ``blocks`` a few at a time and ``take`` (block, result) as they finish; after an error, stop and pass it on."""
    waiting: dict[Future, Block] = {}
    blocks = iter(blocks)
    try:
        while True:
            while len(waiting) < WAITING and (block := next(blocks, None)) is not None:
                waiting[executor.submit(work, block)] = block
            if not waiting:
                return
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                take(waiting.pop(future), future.result())
    except BaseException:
        stop.set()
        for future in waiting:
            future.cancel()
        raise
