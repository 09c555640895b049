"""The table of coded numbers: every number of the world by its path, with what it rests on, also after the disk."""

import re
from pathlib import Path

import pandas as pd
import pytest

from sim.coded import CODED, COLUMNS, coded_numbers
from sim.engine import simulate
from sim.results import Results
from sim.scenario.paths import find
from sim.scenario.schema import Scenario
from sim.sweep.runner import run_sweep
from sim.sweep.schema import Sweep

ROOT = Path(__file__).resolve().parent.parent
TEACHING = ROOT / "scenarios/teaching/twelve.yaml"


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load(TEACHING)


def by_path(scenario) -> pd.DataFrame:
    return coded_numbers(scenario).set_index("path")


def test_every_path_is_one_that_can_be_swept_or_overridden(scenario):
    table = coded_numbers(scenario)
    assert list(table.columns) == COLUMNS and table["path"].is_unique
    for path in table["path"]:
        find(scenario.world, path)


def test_every_number_has_a_source_and_judgements_a_range_and_a_note():
    table = coded_numbers(Scenario.load(ROOT / "scenarios/historical.yaml"))
    assert (table["source"] != "").all() and (table["before"] == "").all()
    judged = table[table["source"] == "coded judgement"]
    assert len(judged) and judged[["low", "high"]].notna().all(axis=None) and (judged["note"] != "").all()


def test_a_dated_number_has_its_values_at_both_ends_of_the_scenario(scenario):
    row = by_path(scenario).loc["normative_fragmentation"]
    coded = scenario.world.normative_fragmentation
    assert [row["start"], row["end"]] == list(coded.at([scenario.start, scenario.end])) and row["start"] < row["end"]
    assert row["knots"].count(";") == len(coded.knots) - 1


def test_an_override_shows_what_it_replaced(scenario):
    paths = {"states.BEX.need": 0.9, "dyads.ALD-KEL.hostility": 0.2, "normative_fragmentation": 0.4}
    plain, changed = by_path(scenario), by_path(scenario.replace(overrides=paths))
    assert "dyads.ALD-KEL.hostility" not in plain.index
    assert changed.loc["states.BEX.need", "end"] == 0.9
    assert float(changed.loc["states.BEX.need", "before"]) == plain.loc["states.BEX.need", "end"]
    assert changed.loc["dyads.ALD-KEL.hostility", "before"] == "not coded"
    assert changed.loc["normative_fragmentation", "before"] == plain.loc["normative_fragmentation", "knots"]
    assert set(changed.index[changed["before"] != ""]) == set(paths)


def test_a_given_environment_is_coded_too():
    table = by_path(Scenario.load(ROOT / "scenarios/teaching/twelve_direct.yaml"))
    assert table.loc["environment.clarity.KEL", "end"] == 0.4 and table.loc["environment.clarity.KEL", "note"]


def test_a_saved_result_keeps_it(scenario, tmp_path):
    results = simulate(scenario, replicates=1, twin=False)
    results.save(tmp_path)
    again = Results.load(tmp_path)
    pd.testing.assert_frame_equal(again.coded, results.coded, check_dtype=False)
    (tmp_path / CODED).unlink()
    assert Results.load(tmp_path).coded is None


def test_every_column_is_explained():
    section = next(s for s in (ROOT / "docs/tables.md").read_text().split("\n## ") if s.startswith("`coded`"))
    cells = [row.split("|")[1] for row in section.splitlines() if row.startswith("| ")]
    assert {name for cell in cells for name in re.findall("`(.*?)`", cell)} == set(COLUMNS)


def test_the_manifest_says_what_a_lever_moves_and_whence_events_come(scenario):
    m = simulate(scenario, replicates=1, twin=False).manifest
    assert m["declared"]["south_rise"]["pole"] in m["poles"] and m["file"] == str(TEACHING)
    assert all(event["sources"] and not event["own"] for event in m["events"])
    assert all(abs(sum(abs(s["size"]) for s in event["shocks"]) - event["size"]) < 1e-6 for event in m["events"])


def test_a_sweep_keeps_it(scenario, tmp_path):
    axes = {"w_threat": {"low": 1, "high": 2, "levels": 2}}
    plan = Sweep.make(scenario, design={"kind": "grid"}, axes=axes, replicates=1)
    done = run_sweep(plan, tmp_path, threads=1)
    pd.testing.assert_frame_equal(done.coded, coded_numbers(scenario), check_dtype=False)
    assert done.manifest["sources"] == scenario.world.sources and set(done.manifest["declared"]) == set(
        scenario.world.levers
    )
