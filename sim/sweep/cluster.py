"""Dask: a cluster on this machine, or one that exists, as an executor for ``run_sweep``.

Blocks of runs travel to the workers and rows travel back; the process that was started alone writes to the folder, so
workers need no shared disk. A worker that dies is replaced and its block is dealt again.
"""

import signal
from contextlib import contextmanager
from multiprocessing import resource_tracker
from os import cpu_count

from sim.errors import NcrError

DEATHS = 10  # workers that may die over one block before the block is taken to be the cause
ARRIVAL = 30  # seconds to wait for a scheduler


@contextmanager
def dask_executor(address: str, workers: int | None = None):
    """A ``concurrent.futures.Executor`` on Dask. address: `local` (``workers`` processes, all cores) or that of a scheduler.

    Raises NcrError where dask is not installed or nothing answers.
    """
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise NcrError(
            "--dask needs dask.distributed, which is not installed; run: pip install 'ncr-sim[dask]'"
        ) from None
    if address != "local" and "://" not in address:
        raise NcrError(f"--dask {address}: write local, or the address of a scheduler such as tcp://host:8786")
    settings = {
        "distributed.scheduler.allowed-failures": DEATHS,
        "distributed.admin.large-graph-warning-threshold": "1GB",
    }
    with dask.config.set(settings):
        if address == "local":
            with _deaf_to_ctrl_c():
                cluster = LocalCluster(
                    n_workers=workers or cpu_count() or 1, threads_per_worker=1, processes=True, dashboard_address=None,
                    silence_logs="ERROR",
                )  # fmt: skip
            with cluster, Client(cluster) as client:
                yield client.get_executor(pure=False)
            return
        try:
            client = Client(address, timeout=ARRIVAL)
        except (OSError, ValueError) as error:
            raise NcrError(f"--dask {address}: no scheduler answers there ({error})") from None
        with client:
            yield client.get_executor(pure=False)


@contextmanager
def _deaf_to_ctrl_c():
    """Threads and processes started meanwhile never hear Ctrl-C, which a terminal sends to all: this one alone ends the sweep.

    They inherit that the signal is blocked. Here it is kept, and heard when the cluster stands. The tracker of shared memory
    is started first, since starting it lets the signal through again.
    """
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
