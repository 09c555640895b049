"""A sweep gives the same rows however it is cut, stopped, killed, damaged and continued."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from interrupted import interrupted
from sweeps import FILE, ROOT, Here, ncr, plan, rows, same, teaching

from sim import simulate, sweep
from sim.engine import Engine
from sim.errors import NcrError
from sim.statistics import student_975
from sim.sweep import runner, store, work
from sim.sweep.identity import identity
from sim.sweep.rows import MEASURES, OUTCOMES
from sim.sweep.store import MANIFEST, StoreError


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Results of the small plan, uninterrupted, one thread."""
    return sweep(plan(), tmp_path_factory.mktemp("whole") / "out", threads=1)


def shards(folder):
    return sorted((folder / "runs").glob("*.parquet"))


# What a row says -----------------------------------------------------------------------------------------------------


def test_rows_are_those_of_single_runs(whole):
    frame = whole.runs
    assert frame["run"].tolist() == list(range(36)) and (frame["status"] == "ok").all()
    for point in (0, 7, 11):
        values = whole.design.iloc[point]
        coded = plan().axes["states.BEX.strategic_culture.autonomy"].subject
        scenario = teaching().replace(
            levers={"ocean_retrenchment": values["ocean_retrenchment"]}, parameters={"w_threat": values["w_threat"]},
            overrides={coded.name: coded.moved(values[coded.name])}, seed=5, replicates=3,
        )  # fmt: skip
        single = simulate(scenario, twin=False, threads=1)
        mine = frame[frame["point"] == point].reset_index(drop=True)
        shared = [name for name in OUTCOMES if name in single.runs]
        assert len(shared) == 12
        pd.testing.assert_frame_equal(mine[shared], single.runs[shared], check_dtype=False, check_categorical=False)
        last = single.system[single.system["quarter"] == single.quarter("2019Q4")]
        for name in MEASURES:
            assert mine[name].to_numpy(np.float32).tolist() == last[name].tolist()
        states = single.states[single.states["quarter"] == single.quarter("2019Q4")]
        for name in ("clarity", "permissiveness"):
            means = states.groupby("run")[name].mean()
            np.testing.assert_allclose(mine[f"mean_{name}"], means, rtol=1e-6)
        council = single.organisations.query("organisation == 'RIVER_COUNCIL'").groupby("run").last()
        assert mine["focus_members"].tolist() == council["member_count"].tolist()
        assert mine["focus_depth_culture"].to_numpy(np.float32).tolist() == council["depth_culture"].tolist()
        assert mine["focus_class"].tolist() == council["class"].tolist()


def test_means_have_intervals_over_replicates(whole):
    table, frame = whole.mean("mean_tie"), whole.runs
    assert len(table) == 12 and (table["runs"] == 3).all()
    np.testing.assert_allclose(table["mean"], frame.groupby("point")["mean_tie"].mean(), rtol=1e-12)
    assert (table["low"] < table["mean"]).all() and (table["mean"] < table["high"]).all()
    share = whole.mean("soft_bloc")
    np.testing.assert_allclose(share["mean"], frame["soft_bloc"].astype(float).groupby(frame["point"]).mean())
    assert share["low"].between(0, 1).all() and (share["low"] < share["high"]).all()
    classes = whole.classes().set_index("point").drop(columns=whole.axes)
    np.testing.assert_allclose(classes.sum(axis=1), 1)
    with pytest.raises(NcrError, match="no numeric outcome 'members'"):
        whole.mean("members")


def test_a_difference_between_points_is_over_pairs_of_replicates(whole, tmp_path):
    frame = whole.runs
    first, second = (frame[frame["point"] == point]["mean_tie"].to_numpy() for point in (7, 0))
    found = whole.difference("mean_tie", 7, 0)
    assert found["pairs"] == 3 and found["difference"] == pytest.approx((first - second).mean(), rel=1e-12)
    half = student_975(2) * (first - second).std(ddof=1) / 3**0.5
    assert found["high"] - found["low"] == pytest.approx(2 * half, rel=1e-9)
    assert whole.difference("mean_tie", 3, 3) == {"difference": 0.0, "low": 0.0, "high": 0.0, "pairs": 3}
    share = whole.difference("soft_bloc", 7, 0)
    assert share["low"] < share["difference"] < share["high"]  # never certain, as a t interval would be
    with pytest.raises(NcrError, match="no numeric outcome 'class'"):
        whole.difference("class", 7, 0)
    with pytest.raises(NcrError, match="no point 12; there are 0 to 11"):
        whole.difference("mean_tie", 12, 0)
    begun = tmp_path / "begun"
    shutil.copytree(whole.folder, begun, ignore=shutil.ignore_patterns("*.parquet"))
    shutil.copy(whole.folder / "design.parquet", begun)
    assert sweep.load(begun).difference("mean_tie", 7, 0)["pairs"] == 0
    apart = sweep(plan(axes={"w_threat": {"values": [1, 2]}}, independent=True), tmp_path / "apart")
    with pytest.raises(NcrError, match="no pairs"):
        apart.difference("mean_tie", 1, 0)


def test_results_are_read_back_shard_by_shard(whole):
    again = sweep.load(whole.folder)
    assert again.finished and len(list(again.shards())) == len(whole.files()) > 1
    assert pd.concat(again.shards(["run"]))["run"].tolist() == list(range(36))
    pd.testing.assert_frame_equal(again.runs, whole.runs)
    assert pd.read_parquet(whole.folder / "runs")["mean_tie"].tolist() == whole.runs["mean_tie"].tolist()
    with pytest.raises(NcrError, match="there is no such folder|holds no sweep"):
        sweep.load(whole.folder / "runs")


# The same rows -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("threads", "size"), [(2, 4), (1, 36), (3, 1)])
def test_threads_and_shard_size_change_nothing(whole, tmp_path, threads, size):
    assert same(rows(sweep(plan(), tmp_path, threads=threads, shard_size=size)), rows(whole))


def test_without_a_folder_results_live_in_a_temporary_one(whole):
    results = sweep(plan())
    assert same(rows(results), rows(whole))


def test_the_order_of_states_changes_nothing_not_even_the_folder(whole, tmp_path):
    world = teaching().world
    turned = {
        name: dict(reversed(getattr(world, name).items())) for name in ("states", "poles", "dyads", "organisations")
    }
    scenario = teaching().model_copy(update={"world": world.model_copy(update=turned)})
    scenario._origin = teaching()._origin
    assert same(rows(sweep(plan(scenario), tmp_path)), rows(whole))
    told = []
    sweep(plan(scenario), whole.folder, say=told.append)
    assert told == [f"{whole.folder}: 36 of 36 runs are already there; nothing is left to do"]


def test_any_executor_will_do(whole, tmp_path):
    assert same(rows(sweep(plan(), tmp_path, executor=Here(), shard_size=5)), rows(whole))


def test_design_points_share_their_draws_unless_they_are_independent(tmp_path):
    axes = {"kin_friction": {"values": [0.4, 0.4000001]}}
    paired = rows(sweep(plan(axes=axes), tmp_path / "paired"))["mean_tie"].to_numpy().reshape(2, 3)
    apart = rows(sweep(plan(axes=axes, independent=True), tmp_path / "apart"))["mean_tie"].to_numpy().reshape(2, 3)
    assert np.abs(paired[0] - paired[1]).max() < 1e-5 < np.abs(apart[0] - apart[1]).min()
    assert paired[0].tolist() == apart[0].tolist()


def test_another_seed_gives_other_rows_and_0_is_a_seed(whole, tmp_path):
    zero = sweep(plan(), tmp_path / "zero", seed=0)
    assert zero.manifest["seed"] == 0
    assert rows(zero)["mean_tie"].to_pylist() != rows(whole)["mean_tie"].to_pylist()


# Killed, stopped, damaged --------------------------------------------------------------------------------------------


def written(tmp_path, text=FILE):
    path = tmp_path / "sweep.yaml"
    path.write_text(text)
    return path


def started(file, out, *options):
    """``ncr sweep`` in a process of its own."""
    command = [sys.executable, "-m", "sim.cli", "sweep", str(file), "--out", str(out), *options]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for(condition, process):
    limit = time.monotonic() + 300
    while not condition() and process.poll() is None:
        assert time.monotonic() < limit
        time.sleep(0.005)


def test_a_killed_sweep_goes_on_and_ends_with_the_same_rows(tmp_path, monkeypatch, capsys):
    file, out = written(tmp_path, FILE.replace("replicates: 4", "replicates: 20")), tmp_path / "out"
    chance = random.Random()
    for at_least in (False, True):
        process = started(file, out, "--shard-size", "7")
        found = len(shards(out)) if at_least else 0
        wait_for(lambda found=found: (out / "runs").is_dir() and len(shards(out)) > found, process)
        time.sleep(chance.uniform(0, 0.3))
        process.kill()
        process.wait()
        assert process.returncode == -signal.SIGKILL
    assert 0 < len(shards(out)) < 18
    code, shown, said = ncr(monkeypatch, capsys, "sweep", file, "--out", out, "--shard-size", 11, "--json")
    assert code == 0 and "runs are already there" in said
    assert json.loads(shown)["runs"] == 120
    assert not [path for path in shards(out) if path.name.startswith(".")]
    assert same(rows(sweep.load(out)), rows(sweep(file, tmp_path / "other")))


def test_ctrl_c_stops_cleanly_keeps_what_is_done_and_says_how_to_go_on(tmp_path):
    file, out = written(tmp_path, FILE.replace("replicates: 4", "replicates: 40")), tmp_path / "out"
    code, said = interrupted("sweep", file, "--out", out, "--shard-size", 120, "--threads", 2)
    assert code == 130 and "Traceback" not in said
    assert f"what is finished is in {out}, and the same command goes on from there" in said
    kept = sum(shard.last - shard.first for shard in sweep.load(out).files())
    assert 0 < kept < 240  # parts of shards
    assert not sweep.load(out).finished
    told = []
    results = sweep(file, out, say=told.append)
    assert told == [f"{out}: {kept} of 240 runs are already there"] and results.finished
    assert results.runs["run"].tolist() == list(range(240))


def test_damaged_shards_are_said_and_made_anew(whole, tmp_path):
    results = sweep(plan(), tmp_path, shard_size=6)
    one, two, three, *_ = shards(tmp_path)
    data = bytearray(one.read_bytes())
    data[len(data) // 2] ^= 1
    one.write_bytes(data)
    two.write_bytes(two.read_bytes()[:100])
    three.unlink()
    (tmp_path / "runs" / ".writing-1-2-left").write_bytes(b"left by a killed process")
    with pytest.raises(NcrError, match="is damaged; give the command of the sweep again"):
        list(results.shards())
    told = []
    again = sweep(plan(), tmp_path, say=told.append)
    assert len(told) == 3 and "runs 0 to 5 are computed anew" in told[0] and "18 of 36" in told[2]
    assert same(rows(again), rows(whole)) and len(shards(tmp_path)) == len(again.files())


def test_a_shard_of_another_sweep_is_not_taken_for_ones_own(whole, tmp_path):
    other = sweep(plan(seed=6), tmp_path / "other", shard_size=6)
    mine = sweep(plan(), tmp_path / "mine", shard_size=6)
    mine.files()[0].path.unlink()
    stranger = other.files()[0].path
    os.link(stranger, tmp_path / "mine/runs" / stranger.name)
    told = []
    assert same(rows(sweep(plan(), tmp_path / "mine", say=told.append)), rows(whole)) and "was damaged" in told[0]


CHANGES = [
    (lambda: plan(seed=6), "seed was 5, is now 6"),
    (lambda: plan(replicates=4), "replicates was 3, is now 4"),
    (lambda: plan(independent=True), "independent was false, is now true"),
    (lambda: plan(design={"kind": "latin_hypercube", "points": 12}, axes={"w_threat": "prior"}), "the design has changed"),
    (lambda: plan(axes={"w_threat": {"values": [1, 2]}}), "the axis ocean_retrenchment is gone"),
    (lambda: plan(teaching().replace(parameters={"noise": 0.2})), "the scenario or its world has changed"),
    (lambda: plan(teaching().replace(end="2018Q4")), "the scenario or its world has changed"),
    (lambda: plan(teaching().replace(freeze_at="2010Q1")), "what the axis ocean_retrenchment moves has changed"),
    (lambda: plan(teaching().replace(focus=None)), "the focus organisation of the scenario was RIVER_COUNCIL"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "expected"), CHANGES, ids=[expected for _, expected in CHANGES])
def test_a_changed_input_is_refused_and_named(whole, changed, expected):
    before = [(path.name, path.stat().st_mtime_ns) for path in shards(whole.folder)]
    with pytest.raises(NcrError, match=expected) as error:
        sweep(changed(), whole.folder)
    assert "undo the change" in str(error.value)
    assert [(path.name, path.stat().st_mtime_ns) for path in shards(whole.folder)] == before


def test_other_code_is_refused(whole, monkeypatch):
    monkeypatch.setattr("sim.sweep.identity.CODE", "another")
    with pytest.raises(NcrError, match="the code of ncr-sim has changed"):
        sweep(plan(), whole.folder)


def test_a_worker_with_other_code_or_inputs_refuses():
    job = runner.job_of(plan(), "key", identity(plan()))
    work.Worker(job)
    for changed in ({"code": "another"}, {"inputs": "another"}):
        with pytest.raises(NcrError, match="other code"):
            work.Worker(replace(job, **changed))


def test_the_hash_is_of_the_code_that_was_imported(tmp_path):
    from sim.code import CODE, PACKAGE, code_hash

    assert code_hash() == CODE
    shutil.copytree(PACKAGE, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    assert code_hash(tmp_path / "sim") == CODE
    with open(tmp_path / "sim/frames.py", "a") as file:
        file.write("# a word\n")
    assert code_hash(tmp_path / "sim") != CODE


def test_a_shard_that_cannot_be_read_just_now_is_not_lost(whole, tmp_path, monkeypatch):
    folder = tmp_path / "out"
    shutil.copytree(whole.folder, folder)
    kept = [path.name for path in shards(folder)]
    with monkeypatch.context() as broken:

        def stale(path):
            raise OSError(116, "Stale file handle")

        broken.setattr(Path, "read_bytes", stale)
        with pytest.raises(store.StoreError, match="Stale file handle.*every finished shard is kept"):
            sweep(plan(), folder)
    assert [path.name for path in shards(folder)] == kept


@pytest.mark.parametrize("error", [MemoryError(), OSError(28, "No space left on device")])
def test_a_fault_of_the_machine_is_not_a_row(tmp_path, monkeypatch, error):
    calls = []

    def fails(engine, *arguments, **options):
        calls.append(1)
        if len(calls) == 4:
            raise error
        return run(engine, *arguments, **options)

    run = work.Engine.run
    with monkeypatch.context() as broken:
        broken.setattr(work.Engine, "run", fails)
        with pytest.raises(store.StoreError, match="every finished shard is kept"):
            sweep(plan(), tmp_path / "out", threads=1, shard_size=2)
    assert (sweep(plan(), tmp_path / "out", threads=1).runs["status"] == "ok").all()


def test_a_full_disk_is_said_and_loses_nothing(whole, tmp_path, monkeypatch):
    fsync, calls = os.fsync, []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) > 9:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(StoreError, match="No space left on device.*give the same command again"):
        sweep(plan(), tmp_path, shard_size=4, threads=1)
    monkeypatch.undo()
    kept = [path.name for path in shards(tmp_path)]
    assert kept and not [name for name in kept if name.startswith(".")]
    assert same(rows(sweep(plan(), tmp_path)), rows(whole))
    assert set(kept) <= {path.name for path in shards(tmp_path)}


def test_a_disk_that_fails_is_exit_code_2(tmp_path, monkeypatch, capsys):
    def full(self, first, table):
        raise StoreError("No space left on device")

    monkeypatch.setattr(store.Store, "write", full)
    code, out, err = ncr(monkeypatch, capsys, "sweep", written(tmp_path), "--out", tmp_path / "out")
    assert (code, out) == (2, "") and "No space left" in err and "Traceback" not in err


def test_two_sweeps_do_not_write_to_one_folder(whole):
    with store.Store(whole.folder, "x").locked(), pytest.raises(NcrError, match="another sweep is writing here"):
        sweep(plan(), whole.folder)


# Failures are rows ---------------------------------------------------------------------------------------------------


def test_an_impossible_point_fails_with_its_reason_and_the_others_run(tmp_path, monkeypatch, capsys):
    file = written(tmp_path, FILE.replace("[1, 2]", "[1, 50]"))
    code, shown, err = ncr(monkeypatch, capsys, "sweep", file, "--out", tmp_path / "out")
    assert code == 0, err
    assert "24 runs" in shown and "12 failed" in shown
    assert "12 at      3 points   w_threat: 50 is out of range; write a number from 0 to 10" in shown
    assert max(len(line) for line in shown.splitlines() if str(tmp_path) not in line) <= 100
    frame = sweep.load(tmp_path / "out").runs
    assert frame["status"].tolist() == (["ok"] * 4 + ["failed"] * 4) * 3
    assert frame.loc[frame["status"] == "failed", list(OUTCOMES)[2:]].isna().all(axis=None)
    assert sweep.load(tmp_path / "out").mean("mean_tie")["runs"].tolist() == [4, 0] * 3


def test_shares_that_exceed_the_whole_only_together_fail_alone(tmp_path):
    axes = {f"poles.{code}.norm_weight": {"values": [0.1, 0.6]} for code in ("OCEAN", "NORTH")}
    weights = {f"poles.{code}.norm_weight": 0.1 for code in teaching().world.poles}
    frame = sweep(plan(teaching().replace(overrides=weights), axes=axes), tmp_path).runs
    assert frame["status"].tolist() == ["ok"] * 9 + ["failed"] * 3
    assert frame["reason"].iloc[-1].startswith("the norm weights of the poles sum to more than 1")


def test_a_number_that_is_not_finite_names_its_rule_and_quarter(whole, monkeypatch, tmp_path):
    compile_point = work.PointCompiler.at

    def broken(self, values):
        compiled = compile_point(self, values)
        if values.get("w_threat") == 2:
            need = compiled.drivers.need.copy()
            need[5, 1] = np.nan
            compiled = compiled._replace(drivers=compiled.drivers._replace(need=need))
        return compiled

    made = runner.job_of(plan(), "x", identity(plan()))
    worker = work.Worker(made)
    monkeypatch.setattr(work.PointCompiler, "at", broken)
    results = worker.rows(work.Block(0, 36, plan().points)).to_pandas()
    failed = results[results["status"] == "failed"]
    assert set(failed["w_threat"]) == {2.0} and len(failed) == 18
    assert set(failed["reason"]) == {"rule 14 gave a number that is not finite in 2005Q2"}
    kept = rows(whole).to_pandas()
    fine = results["status"] == "ok"
    pd.testing.assert_frame_equal(
        results[fine], kept[fine], check_dtype=False
    )  # an engine that saw a NaN goes on as before


def test_a_fault_in_one_point_is_a_row_too(monkeypatch, tmp_path):
    run = Engine.run

    def faulty(self, parameters, seed, replicate, **options):
        if parameters.w_threat == 2 and replicate == 1:
            raise RuntimeError("a fault")
        return run(self, parameters, seed, replicate, **options)

    monkeypatch.setattr(Engine, "run", faulty)
    frame = sweep(plan(), tmp_path).runs
    assert (frame["status"] == "failed").sum() == 6
    assert set(frame["reason"][frame["status"] == "failed"]) == {"fault of the program: RuntimeError: a fault"}


def test_every_run_failed_is_exit_code_2(tmp_path, monkeypatch, capsys):
    code, shown, _ = ncr(
        monkeypatch, capsys, "sweep", written(tmp_path, FILE.replace("[1, 2]", "[50, 60]")), "--out", tmp_path / "out"
    )
    assert code == 2 and "24 failed" in shown


# The command ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["nowhere.yaml", "--out", "OUT"], "nowhere.yaml"),
        (["FILE"], "--out"),
        (["FILE", "--out", "FILE"], "is a file"),
        (["FILE", "--out", "FILE/deeper"], "--out"),
        (["FILE", "--out", str(ROOT / "docs")], "holds other files and no sweep"),
        (["FILE", "--out", "/proc/sweep"], "cannot be written to"),
        (["FILE", "--out", "OUT", "--threads", "0"], "--threads 0"),
        (["FILE", "--out", "OUT", "--shard-size", "0"], "--shard-size 0"),
        (["FILE", "--out", "OUT", "--replicates", "0"], "replicates 0"),
        (["FILE", "--out", "OUT", "--seed", "-1"], "seed -1"),
        (["FILE", "--out", "OUT", "--dask", "somewhere"], "write local, or the address"),
        ([str(ROOT / "scenarios/historical.yaml"), "--out", "OUT"], "this is not a sweep"),
    ],
)
def test_a_mistake_gets_one_message_exit_code_1_and_writes_nothing(tmp_path, monkeypatch, capsys, words, expected):
    names = {"FILE": str(written(tmp_path)), "OUT": str(tmp_path / "out")}
    words = [word.replace("FILE", names["FILE"]).replace("OUT", names["OUT"]) for word in words]
    code, out, err = ncr(monkeypatch, capsys, "sweep", *words)
    assert (code, out) == (1, "")
    assert expected in err and "Traceback" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sweep.yaml"]


def test_the_folder_of_a_sweep_is_safe_from_ncr_run(whole, monkeypatch, capsys):
    teaching_file = str(ROOT / "scenarios/teaching/twelve.yaml")
    assert ncr(monkeypatch, capsys, "run", teaching_file, "--out", whole.folder)[0] == 1
    assert (whole.folder / MANIFEST).exists()


def test_a_damaged_manifest_is_said(whole, tmp_path):
    sweep(plan(), tmp_path)
    for text in ("{", "[]", "{}"):
        (tmp_path / MANIFEST).write_text(text)
        with pytest.raises(NcrError, match=r"sweep\.json: cannot be read .* remove this file"):
            sweep(plan(), tmp_path)
    (tmp_path / MANIFEST).unlink()
    with pytest.raises(NcrError, match="holds runs of another sweep"):
        sweep(plan(), tmp_path, seed=6)
    told = []
    again = sweep(plan(), tmp_path, say=told.append)
    assert told == [f"{tmp_path}: 36 of 36 runs are already there; nothing is left to do"] and same(
        rows(again), rows(whole)
    )
