"""Tables: what they hold, that they survive the disk, and that pairs are pairs."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.engine import parameter_draws, run_all, simulate
from sim.errors import NcrError
from sim.parameters import parameter_values
from sim.recording import CLASS_NAMES
from sim.results import TABLES, Results, check_writable
from sim.scenario.compile import compile_scenario
from sim.scenario.schema import Scenario
from sim.statistics import paired_difference, paired_share_difference, student_975, wilson
from sim.summary import membership, opening, render, summarise

ROOT = Path(__file__).resolve().parent.parent
TEACHING = ROOT / "scenarios/teaching/twelve.yaml"


@pytest.fixture(scope="module")
def results():
    return simulate(Scenario.load(TEACHING), replicates=6, ties=True, threads=2)


def test_tables_have_one_row_a_key(results):
    existing = compile_scenario(Scenario.load(TEACHING)).drivers.exists
    assert len(results.runs) == 6
    assert len(results.system) == 6 * len(existing)
    assert len(results.states) == 6 * existing.sum()
    for name, keys in (("states", ["run", "quarter", "state"]), ("organisations", ["run", "quarter", "organisation"])):
        assert not getattr(results, name).duplicated(keys).any()
    assert set(results.runs["class"]) <= set(CLASS_NAMES)
    assert (results.runs["status"] == "ok").all()


def test_alignment_shares_sum_to_one(results):
    shares = results.alignment(["BEX", "CAV"])
    assert list(shares.columns) == ["run", "quarter", "state", "partner", "share"]
    np.testing.assert_allclose(shares.groupby(["run", "quarter", "state"], observed=True)["share"].sum(), 1, atol=1e-5)
    with pytest.raises(NcrError, match="no state XXX"):
        results.alignment("XXX")


def test_disk_round_trip(results, tmp_path):
    results.save(tmp_path / "out")
    again = Results.load(tmp_path / "out")
    for one, two in ((results, again), (results.twin, again.twin)):
        for name in TABLES:
            pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), check_dtype=False, check_categorical=False)
    assert again.manifest["inputs"] == results.manifest["inputs"]
    with pytest.raises(NcrError, match="no results here"):
        Results.load(tmp_path)


def test_a_failed_run_is_a_row_with_its_reason():
    compiled = compile_scenario(Scenario.load(TEACHING))
    broken = compiled.parameters._replace(w_threat=float("nan"))
    recordings = run_all(compiled, [(0, compiled.parameters), (1, broken)])
    results = Results.from_recordings(Scenario.load(TEACHING), compiled, recordings, None, {"seed": 1, "replicates": 2})
    assert list(results.runs["status"]) == ["ok", "failed"]
    assert "rule 14" in results.runs["reason"][1]
    assert set(results.states["run"]) == {0}


def test_summary_renders_within_100_columns(results):
    names = results.manifest["states"] | results.manifest["poles"] | results.manifest["organisations"]
    text = render(summarise(results), names)
    assert max(map(len, text.splitlines())) <= 100
    assert results._repr_html_().count("<tr>") >= 2


def test_replicates_may_have_their_own_parameters():
    scenario = Scenario.load(TEACHING)
    table = np.tile(np.array(parameter_values()), (2, 1))
    assert len(simulate(scenario, replicates=2, parameters=table, twin=False).runs) == 2
    with pytest.raises(NcrError, match="wanted"):
        simulate(scenario, replicates=3, parameters=table)


def test_a_parameter_table_undoes_neither_settings_nor_knockouts():
    scenario = Scenario.load(TEACHING).replace(
        replicates=1, parameters={"w_threat": 1.5}, knockouts=["spillover"], levers={"clarity_offset": 0.1}
    )
    (drawn,) = parameter_draws(scenario, compile_scenario(scenario), np.full((1, len(parameter_values())), 0.25))
    assert (drawn.w_threat, drawn.w_spillover, drawn.clarity_offset, drawn.hurdle) == (1.5, 0.0, 0.1, 0.25)


def test_too_short_a_scenario_is_refused():
    with pytest.raises(NcrError, match="at least 8"):
        simulate(Scenario.load(TEACHING).replace(end="2004Q4"), replicates=1)


def test_membership_of_the_focus_adds_up(results):
    focus, runs = results.focus, results.runs
    table = membership(results, focus).set_index("state")
    last = results.organisations[results.organisations["organisation"] == focus]
    last = last[last["quarter"] == results.quarter(results.manifest["end"])]
    for state, row in table.iterrows():
        here = sum(state in members.split(",") for members in last["members"]) / len(runs)
        assert row["member"] == here <= row["ever"] <= 1
        assert row["low"] <= row["member"] <= row["high"]
    assert opening(results, focus) == {"exists": 1.0, "from": results.manifest["start"]}
    assert opening(results, "FOUNDED_4")["exists"] <= 1


def test_a_share_that_never_differed_is_not_certain():
    difference, low, high = paired_share_difference([False] * 200, [False] * 200)
    assert difference == 0 and -0.02 < low < -0.005 and 0.005 < high < 0.02
    difference, low, high = paired_share_difference([True] * 60 + [False] * 40, [False] * 100)
    assert difference == 0.6 and 0.45 < low < 0.6 < high < 0.7
    assert np.isnan(paired_share_difference([], [])[0])


def test_a_folder_that_cannot_be_written_is_refused_and_left_alone(tmp_path, monkeypatch):
    check_writable(tmp_path / "new" / "deeper")
    assert list(tmp_path.iterdir()) == []

    def refuse(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(NcrError, match="Read-only"):
        check_writable(tmp_path / "new")


def test_intervals():
    low, high = wilson(0, 100)
    assert low < 1e-12 and 0.03 < high < 0.04
    assert wilson(0, 0) == (0, 1)
    mean, low, high = paired_difference([1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 2.0, 4.0])
    assert mean == 0.75 and low < 0 < high  # 3 degrees of freedom: t = 3.18
    assert abs(student_975(3) - 3.182) < 0.03 and abs(student_975(200) - 1.972) < 0.001
