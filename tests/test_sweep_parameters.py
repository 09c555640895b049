"""Parameters of replicates in a sweep: row r for replicate r at every point; axes and the scenario come before it."""

import json

import numpy as np
import pandas as pd
import pytest
from sweeps import FILE, Here, ncr, plan, rows, same, teaching

from analysis.history import retained_sample
from sim import cli, simulate, sweep
from sim.errors import NcrError
from sim.parameters import PARAMETERS, prior_sample
from sim.sweep.drawn import about_parameters
from sim.sweep.identity import identity

TABLE = prior_sample(3, 8)
AXES = {"ocean_retrenchment": {"values": [0, 1]}, "w_threat": {"values": [1.5, 2.5]}}


def small(**changed):
    return plan(**{"axes": AXES, "replicates": 3} | changed)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return sweep(small(), tmp_path_factory.mktemp("drawn") / "out", parameters=TABLE, threads=1)


def test_rows_are_those_of_single_runs_with_the_same_table(whole):
    for point, values in whole.design.set_index("point").iterrows():
        levers = {"ocean_retrenchment": values["ocean_retrenchment"]}
        scenario = teaching().replace(levers=levers, parameters={"w_threat": values["w_threat"]}, seed=5, replicates=3)
        single = simulate(scenario, twin=False, parameters=TABLE)
        mine = whole.runs[whole.runs["point"] == point]
        assert mine["bloc_index"].tolist() == single.runs["bloc_index"].tolist()
        system = single.system[single.system["quarter"] == single.quarter("2019Q4")]
        assert mine["mean_tie"].to_numpy(np.float32).tolist() == system["mean_tie"].tolist()
    assert (whole.runs["mean_tie"].to_numpy() != sweep(small()).runs["mean_tie"].to_numpy()).all()


def test_what_the_scenario_and_knock_outs_hold_stays(tmp_path):
    scenario = teaching().replace(parameters={"hurdle": 0.31}, knockouts=["identity"])
    results = sweep(small(scenario=scenario), tmp_path / "out", parameters=TABLE)
    single = simulate(
        scenario.replace(levers={"ocean_retrenchment": 1.0}, parameters={"hurdle": 0.31, "w_threat": 2.5}, seed=5, replicates=3),
        twin=False, parameters=TABLE,
    )  # fmt: skip
    assert results.runs.query("point == 3")["bloc_index"].tolist() == single.runs["bloc_index"].tolist()
    assert not {"hurdle", "w_threat", "w_identity", "clarity_offset"} & set(results.parameters)


def test_threads_shards_and_other_processes_change_nothing(whole, tmp_path):
    cut = sweep(small(), tmp_path / "threads", parameters=TABLE, threads=2, shard_size=5)
    away = sweep(small(), tmp_path / "process", parameters=TABLE, executor=Here(), shard_size=4)
    assert same(rows(whole), rows(cut)) and same(rows(whole), rows(away))


def test_after_the_last_row_the_first_comes_again_and_independent_runs_take_theirs_by_number(tmp_path):
    longer = sweep(small(replicates=5), tmp_path / "longer", parameters=np.concatenate([TABLE, TABLE[:2]]))
    assert same(rows(longer), rows(sweep(small(replicates=5), tmp_path / "again", parameters=TABLE)))
    apart = rows(sweep(small(replicates=1, independent=True), tmp_path / "apart", parameters=TABLE))
    for run, row in ((1, 1), (3, 0)):
        alone = sweep(small(replicates=1, independent=True), tmp_path / f"alone{run}", parameters=TABLE[[row]])
        assert same(apart.slice(run, 1), rows(alone).slice(run, 1))
    assert small(independent=True).draws == 12 and small().draws == 3


def test_what_was_drawn_is_in_the_folder(whole):
    drawn = whole.parameters
    assert drawn["draw"].tolist() == [0, 1, 2] and "w_threat" not in drawn and "temperature_base" in drawn
    assert drawn["hurdle"].tolist() == TABLE[:, list(PARAMETERS).index("hurdle")].tolist()
    assert whole.manifest["parameters_from"] == "own" and sweep(small()).parameters is None


def test_a_parameter_stated_at_its_default_makes_another_sweep(whole):
    """Compiled they are the same, but one draws what the other holds."""
    stated = small(scenario=teaching().replace(parameters={"hurdle": 0.35}))
    assert identity(stated, TABLE)["scenario"] == identity(small(), TABLE)["scenario"]
    with pytest.raises(NcrError, match="which of them the scenario sets"):
        sweep(stated, whole.folder, parameters=TABLE)
    executor = Here()
    same_process = [sweep(one, parameters=TABLE, executor=executor) for one in (small(), stated)]
    assert not same(rows(same_process[0]), rows(same_process[1]))
    assert same(rows(same_process[1]), rows(sweep(stated, parameters=TABLE)))


def test_a_reader_is_told_how_many_sets_there_are(whole):
    assert about_parameters(whole.manifest) == (
        "Parameters that are no axis: 3 sets from a table, a replicate each; axes come before them, so that a point need not be one of "
        "these sets; so few say little of the others"
    )
    levers = {"ocean_retrenchment": {"values": [0, 1]}}
    table = prior_sample(9, 1)
    many = sweep(small(axes=levers, replicates=10), parameters=table, parameters_from="prior").manifest
    assert about_parameters(many).endswith(
        "9 sets from the prior ranges, a replicate each; replicates share sets, and intervals over replicates are too narrow for what is "
        "not known of parameters"
    )
    apart = sweep(small(axes=levers, replicates=4, independent=True), parameters=table).manifest
    assert about_parameters(apart).endswith("9 sets from a table, a run each")
    assert "the same in every run" in about_parameters(sweep(small()).manifest)


def test_one_row_is_kept_too(tmp_path):
    drawn = sweep(small(replicates=1), tmp_path / "out", parameters=TABLE[:1]).parameters
    assert drawn["hurdle"].tolist() == [TABLE[0, list(PARAMETERS).index("hurdle")]] and "transaction" not in drawn


def test_columns_of_a_frame_go_by_name(whole):
    frame = pd.DataFrame(TABLE, columns=list(PARAMETERS))[list(PARAMETERS)[::-1]]
    assert same(rows(whole), rows(sweep(small(), parameters=frame)))
    with pytest.raises(NcrError, match="missing or too many: hurdle"):
        sweep(small(), parameters=frame.drop(columns="hurdle"))


def test_where_parameters_come_from_must_be_so(tmp_path):
    for table, said, expected in (
        (TABLE, "mine", "write retained"),
        (TABLE, "fixed", "write retained"),
        (None, "prior", "give a table"),
    ):
        with pytest.raises(NcrError, match=f"parameters_from {said}: .*{expected}"):
            sweep(small(), tmp_path / "out", parameters=table, parameters_from=said)
    assert not (tmp_path / "out").exists()


def test_another_table_is_another_sweep(whole):
    with pytest.raises(NcrError, match="the parameters of the replicates"):
        sweep(small(), whole.folder, parameters=prior_sample(3, 9))
    with pytest.raises(NcrError, match="--parameters was own, is now fixed"):
        sweep(small(), whole.folder)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (TABLE[:, :-1], "wanted"), (TABLE[:0], "wanted"), (TABLE[0], "wanted"), ([["much"] * len(PARAMETERS)], "numbers"),
        (np.where(TABLE == TABLE.max(), np.nan, TABLE), "finite"), (TABLE - 50, "it can be from"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_refused_and_nothing_is_written(tmp_path, table, said):
    with pytest.raises(NcrError, match=f"parameters: .*{said}"):
        sweep(small(), tmp_path / "out", parameters=table)
    assert not (tmp_path / "out").exists()


def test_the_command_draws_retained_points_if_told(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(FILE)
    code, text, _ = ncr(monkeypatch, capsys, "sweep", "plan.yaml", "--out", "retained", "--parameters", "retained")
    assert code == 0 and "of those that meet Eurasian facts to 2019" in text
    found, loaded = sweep.load("retained"), sweep.Sweep.load("plan.yaml")
    mine = sweep(loaded, tmp_path / "mine", parameters=retained_sample(loaded.replicates, loaded.seed))
    assert same(rows(found), rows(mine))
    monkeypatch.setattr(cli, "MOST_ROWS", 3)
    code, _, _ = ncr(monkeypatch, capsys, "sweep", "plan.yaml", "--out", "short", "--parameters", "prior")
    assert code == 0 and same(rows(sweep.load("short")), rows(sweep(loaded, parameters=prior_sample(3, loaded.seed))))
    code, text, _ = ncr(monkeypatch, capsys, "sweep", "plan.yaml", "--out", "fixed", "--json")
    assert code == 0 and json.loads(text)["parameters_from"] == "fixed"
    assert same(rows(sweep.load("fixed")), rows(sweep(loaded, tmp_path / "without")))
    code, _, said = ncr(monkeypatch, capsys, "sweep", "plan.yaml", "--out", "none", "--parameters", "fxed")
    assert (
        code == 1 and "--parameters fxed: write retained, prior or fixed" in said and not (tmp_path / "none").exists()
    )
