"""Tables: what they hold, that they survive the disk, and that pairs are pairs."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from sim.engine import parameter_draws, run_all, simulate
from sim.errors import NcrError
from sim.frames import UNALIGNED
from sim.health import health
from sim.manifest import changes, changes_in_words
from sim.parameters import PARAMETERS, parameter_values, prior_sample
from sim.recording import CLASS_NAMES
from sim.results import TABLES, Results, check_writable
from sim.scenario.compile import compile_scenario
from sim.scenario.reading import nearest
from sim.scenario.schema import Scenario
from sim.statistics import paired_difference, paired_share_difference, student_975, wilson
from sim.summary import depth_by_arena, membership, opening, summarise
from sim.summary_table import render
from sim.sweep.rows import row_schema
from sim.writable import check_file

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


def named_columns(title):
    """Names in the first column of the table of docs/tables.md under the heading that begins with ``title``."""
    sections = (ROOT / "docs/tables.md").read_text().split("\n## ")
    section = next(section for section in sections if section.startswith(title))
    cells = [row.split("|")[1] for row in section.splitlines() if row.startswith("| ")]
    return {name for cell in cells for name in re.findall("`(.*?)`", cell)}


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_every_table_is_explained(results, table):
    of_the_world = {*results.partners, *results.manifest["levers"], *results.manifest["changed_parameters"]} - {
        UNALIGNED
    }
    assert set(getattr(results, table).columns) - of_the_world == named_columns(f"`{table}`")


def test_every_column_of_a_sweep_is_explained():
    assert set(row_schema([]).names) == named_columns("Rows of a sweep")


def test_alignment_shares_sum_to_one(results):
    shares = results.alignment(["BEX", "CAV"])
    assert list(shares.columns) == ["run", "quarter", "state", "partner", "share"]
    np.testing.assert_allclose(shares.groupby(["run", "quarter", "state"], observed=True)["share"].sum(), 1, atol=1e-5)
    with pytest.raises(NcrError, match="no state XXX"):
        results.alignment("XXX")
    for word, told in (
        ("Bexland", r"no state Bexland here; did you mean `BEX`\?"), ("gorland", "did you mean `GOR`"), ("bex", "did you mean `BEX`"),
        ("Ocean", "no state Ocean here; `OCEAN` is a pole"), ("River Council", "`RIVER_COUNCIL` is an organisation"),
        ("Nowhere", "there are ALD, BEX"),
    ):  # fmt: skip
        with pytest.raises(NcrError, match=told):
            results.alignment(["BEX", word])


def test_a_part_of_a_long_name_stands_for_it_if_it_is_in_no_other():
    names = {"UAE": "United Arab Emirates", "UNI": "Union of Arab Cities", "SAU": "Kingdom of Saudi Arabia"}
    assert [nearest(word, names) for word in ("saudi", "emirates", "arab", "nowhere")] == ["SAU", "UAE", None, None]
    assert nearest("emirates", list(names)) is None  # a bare list has no names


def test_of_equally_near_names_the_one_that_begins_alike_is_meant():
    assert nearest("BEY", ["YBE", "BEX"]) == nearest("BEY", ["BEX", "YBE"]) == "BEX"


def test_disk_round_trip(results, tmp_path):
    results.save(tmp_path / "out")
    again = Results.load(tmp_path / "out")
    for one, two in ((results, again), (results.twin, again.twin)):
        for name in TABLES:
            assert getattr(one, name).equals(getattr(two, name)), name
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
    text = render(summarise(results), results.names)
    assert max(map(len, text.splitlines())) <= 100
    assert "unaligned" not in text and "at the start (" in text and text.endswith("terms: docs/glossary.md")
    assert results._repr_html_().count("<tr>") >= 2


def test_what_rounds_to_0_has_no_sign(results):
    summary = summarise(results)
    summary["paired"][0] |= {"difference": -0.0001, "low": -0.0104, "high": 0.0002}
    summary["alignment_changes"][0] |= {"twin": -0.001, "change": 0.3}
    text = render(summary, results.names)
    assert "        0.000  [-0.010, 0.000]" in text and "+0.30   twin  0.00" in text


def test_the_table_says_whose_a_class_is(results):
    rows = {row["class"]: row for row in summarise(results)["classes"]}
    runs = results.runs[results.runs["class"] == "soft bloc"]
    assert rows["soft bloc"]["whose"] == dict(runs["organisation"].astype(str).value_counts(normalize=True))
    assert rows["none"]["whose"] == {} and next(iter(rows["soft bloc"]["whose"])) in render(summarise(results), {})


def strict(summary: dict) -> dict:
    """What a strict reader gets of ``--json``: NaN and Infinity are no JSON."""

    def refuse(word):
        raise AssertionError(word)

    return json.loads(json.dumps(summary), parse_constant=refuse)


def test_one_run_is_strict_json_and_renders():
    results = simulate(Scenario.load(TEACHING), replicates=1)
    summary = strict(summarise(results))
    index = next(row for row in summary["paired"] if row["outcome"] == "bloc index")
    assert index["low"] is None and index["difference"] == pytest.approx(index["scenario"] - index["twin"])
    assert max(map(len, render(summary, results.names).splitlines())) <= 100
    alone = strict(summarise(simulate(Scenario.load(TEACHING), replicates=1, twin=False)))
    assert alone["paired"] == [] and alone["classes"][0]["twin"] is None


def test_means_and_differences_are_of_the_pairs_that_both_ran():
    scenario = Scenario.load(TEACHING)
    compiled, frozen = (compile_scenario(scenario, frozen=frozen) for frozen in (False, True))
    good, broken = compiled.parameters, compiled.parameters._replace(w_threat=float("nan"))
    recordings = run_all(compiled, [(0, good), (1, broken), (2, good), (3, good)])
    twins = run_all(frozen, [(0, good), (1, good), (2, broken), (3, good)])
    results = Results.from_recordings(scenario, compiled, recordings, twins, {"seed": 1, "replicates": 4})
    rows = {row["outcome"]: row for row in strict(summarise(results))["paired"]}
    for name, column in (("bloc index", "bloc_index"), ("P(soft bloc or deeper)", "soft_bloc")):
        for arm, tables in (("scenario", results), ("twin", results.twin)):
            assert rows[name][arm] == pytest.approx(tables.runs[column].loc[[0, 3]].astype(float).mean())
    for row in rows.values():
        assert row["pairs"] == 2 and row["difference"] == pytest.approx(row["scenario"] - row["twin"])


def test_a_dead_organisation_does_not_exist(results):
    focus, frame = results.focus, results.organisations
    end = frame["quarter"] == results.quarter(results.manifest["end"])
    dead = frame["vitality"].mask((frame["organisation"] == focus) & end & (frame["run"] < 3), "dead")
    tables = {name: getattr(results, name) for name in TABLES} | {"organisations": frame.assign(vitality=dead)}
    changed = Results(results.manifest, tables)
    assert opening(changed, focus)["exists"] == 0.5
    kept = frame[(frame["organisation"] == focus) & end & (frame["run"] >= 3)]
    depth = depth_by_arena(changed, focus).set_index("arena")["depth"]
    assert depth["culture"] == pytest.approx(kept["depth_culture"].median())
    all_dead = frame["vitality"].where(frame["organisation"] != focus, "dead")
    changed = Results(results.manifest, tables | {"organisations": frame.assign(vitality=all_dead)})
    assert opening(changed, focus) == {"exists": 0.0, "from": None}
    assert "never exists" in render(strict(summarise(changed)), changed.names)


def test_what_was_changed_is_said():
    filed = Scenario.load(ROOT / "scenarios/us_stays.yaml")
    levers = {"us_presence": 1, "us_retrenchment": 0.5}
    varied = filed.replace(levers=levers, parameters={"w_threat": 3, "w_supply": 0.5}, knockouts=["events"])
    assert changes_in_words(changes(Scenario.load(TEACHING))) == []
    assert changes_in_words(changes(filed)) == [
        "Set in the file: us_retrenchment = 0 (default: 1), us_presence = 0 (default: 1)"
    ]
    assert changes_in_words(changes(varied)) == [
        "Set for this run: us_retrenchment = 0.5 (file: 0), us_presence = 1 (file: 0), w_supply held at its default, 0.5, "
        "w_threat = 3 (default: 2), knock-out events"
    ]
    manifest = simulate(varied.replace(end="2012Q4", replicates=1)).manifest
    assert manifest["events"] == [] and [row["name"] for row in manifest["changes"]][-1] == "events"


def test_one_run_with_drawn_parameters_says_which():
    drawn = simulate(TEACHING, replicates=1, twin=False, parameters=prior_sample(1, 3)).runs
    assert (
        drawn["w_threat"][0] == prior_sample(1, 3)[0, list(PARAMETERS).index("w_threat")] and "transaction" not in drawn
    )


def test_the_manifest_lists_events_that_acted(results):
    early = simulate(Scenario.load(TEACHING).replace(end="2009Q4", replicates=1), twin=False)
    assert 0 < len(early.manifest["events"]) < len(results.manifest["events"])
    assert all(event["quarter"] <= "2009Q4" for event in early.manifest["events"])


def test_every_check_says_what_to_do_when_it_fails(results):
    checks = health(results)
    assert checks["look"].str.len().gt(20).all()
    summary = summarise(results)
    summary["health"] = [row | {"ok": False} for row in summary["health"]]
    assert render(summary, results.names).count("LOOK\n    ") == len(checks)


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
    table = prior_sample(1, 3)
    (drawn,) = parameter_draws(scenario, compile_scenario(scenario), table)
    hurdle = table[0, list(PARAMETERS).index("hurdle")]
    assert (drawn.w_threat, drawn.w_spillover, drawn.clarity_offset, drawn.hurdle) == (1.5, 0.0, 0.1, hurdle)


def test_a_path_will_do():
    assert len(simulate(str(TEACHING), replicates=1, twin=False).runs) == 1


def test_too_short_a_scenario_is_refused():
    with pytest.raises(NcrError, match="at least 8"):
        simulate(Scenario.load(TEACHING).replace(end="2004Q4"), replicates=1)


def test_the_table_speaks_of_no_twin_where_none_was_run(results):
    alone = Results(results.manifest, {name: getattr(results, name) for name in TABLES})
    text = render(summarise(alone), alone.names)
    assert "twin" not in text and "–  " not in text
    assert "of these: River Council" in text


def test_nothing_of_a_long_name_or_description_is_cut(results):
    names = {code: f"The {name} of the Most Serene and Eternal {code}" for code, name in results.names.items()}
    summary = summarise(results) | {"description": "so it goes on " * 60 + "to here"}
    text = render(summary, names)
    flat = " ".join(text.split())
    assert "…" not in flat and "to here" in flat
    said = {row["state"] for row in summary["members"]} | {row["partner"] for row in summary["alignment_changes"]}
    said |= {code for row in summary["classes"] for code in row["whose"]}
    assert said and all(f"Most Serene and Eternal {code}" in flat for code in said)
    assert max(map(len, text.splitlines())) <= 104


def test_a_member_that_left_in_its_first_year_is_said(results):
    summary = summarise(results)
    assert [row["state"] for row in summary["left_early"]] == ["GOR"]
    assert "left in the first year (share of runs): Gorland (100%); see docs/format.md" in render(
        summary, results.names
    )


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
    for endings, file, told in (
        ((".png", ".pdf"), "a.jpg", "ends in .png or .pdf"), ((".d",), "b.d", "is a folder"), ((".png",), "c.png", "Read-only"),
    ):  # fmt: skip
        (tmp_path / "b.d").mkdir(exist_ok=True)
        with pytest.raises(NcrError, match=told):
            check_file(tmp_path / file, endings)


def test_intervals():
    low, high = wilson(0, 100)
    assert low < 1e-12 and 0.03 < high < 0.04
    assert wilson(0, 0) == (0, 1)
    mean, low, high = paired_difference([1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 2.0, 4.0])
    assert mean == 0.75 and low < 0 < high  # 3 degrees of freedom: t = 3.18
    mean, low, high = paired_difference([1.0], [0.5])
    assert mean == 0.5 and np.isnan([low, high]).all()
    assert abs(student_975(3) - 3.182) < 0.03 and abs(student_975(200) - 1.972) < 0.001
