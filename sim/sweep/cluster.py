"""Dask: a cluster on this machine, or one that exists, as an executor for ``run_sweep``.

Blocks of runs travel to the workers and rows travel back; the process that was started alone writes to the folder, so
workers need no shared disk. A worker that dies is replaced and its block is dealt again.
"""

import signal
import threading
from contextlib import contextmanager
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
    """Processes started meanwhile do not hear Ctrl-C, which a terminal sends to all: this one alone ends the sweep."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set signals, and only it hears them
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
