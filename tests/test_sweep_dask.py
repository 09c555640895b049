"""Dask: a real cluster of two worker processes gives the rows of threads, also when one of them is killed."""

import os
import signal
import threading
import time

import pytest
from sweeps import FILE, ncr, plan, rows, same

pytest.importorskip("distributed")

from sim import sweep
from sim.sweep.cluster import dask_executor


@pytest.fixture(scope="module")
def executor():
    with dask_executor("local", 2) as executor:
        yield executor


@pytest.fixture(scope="module")
def threaded(tmp_path_factory):
    return rows(sweep(plan(replicates=8), tmp_path_factory.mktemp("threads") / "out"))


def workers(executor):
    return list(executor._client.run(os.getpid).values())


def from_cache():
    """In a worker: how often a whole run was compiled, and how often it was taken from the cache."""
    from sim.run import run_recorded

    return sum(run_recorded.stats.cache_misses.values()), sum(run_recorded.stats.cache_hits.values())


def test_a_cluster_gives_the_rows_of_threads_and_compiles_nothing_anew(executor, threaded, tmp_path):
    assert len(set(workers(executor)) - {os.getpid()}) == 2
    assert same(rows(sweep(plan(replicates=8), tmp_path, executor=executor, shard_size=20)), threaded)
    found = executor._client.run(from_cache).values()
    assert {missed for missed, _ in found} == {0} and sum(taken for _, taken in found) > 0


def test_a_worker_killed_in_mid_sweep_changes_nothing(executor, threaded, tmp_path):
    victim = workers(executor)[0]

    def kill_when_begun():
        while not (tmp_path / "runs").is_dir() or len(list((tmp_path / "runs").iterdir())) < 2:
            time.sleep(0.005)
        os.kill(victim, signal.SIGKILL)

    killer = threading.Thread(target=kill_when_begun)
    killer.start()
    results = sweep(plan(replicates=8), tmp_path, executor=executor, shard_size=4)
    killer.join()
    assert same(rows(results), threaded)
    assert victim not in workers(executor)


def test_the_command_joins_a_cluster(executor, tmp_path, monkeypatch, capsys):
    file, address = tmp_path / "sweep.yaml", executor._client.scheduler.address
    file.write_text(FILE)
    code, shown, err = ncr(monkeypatch, capsys, "sweep", file, "--out", tmp_path / "out", "--dask", address)
    assert code == 0 and "24 runs" in shown, err
    assert same(rows(sweep.load(tmp_path / "out")), rows(sweep(file, tmp_path / "threads")))


def test_a_scheduler_that_does_not_answer_is_said(tmp_path, monkeypatch, capsys):
    from sim.sweep import cluster

    monkeypatch.setattr(cluster, "ARRIVAL", 0.5)
    file = tmp_path / "sweep.yaml"
    file.write_text(FILE)
    words = ["sweep", file, "--out", tmp_path / "out", "--dask", "tcp://127.0.0.1:9"]
    code, out, err = ncr(monkeypatch, capsys, *words)
    assert (code, out) == (1, "") and "no scheduler answers there" in err and "Traceback" not in err
    assert not (tmp_path / "out").exists()
