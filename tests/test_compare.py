"""Paired differences: known ones come out, runs that are no pairs are refused, and the command says what it compared."""

import json

import matplotlib
import matplotlib.pyplot
import numpy as np
import pandas as pd
import pytest
from images import RUNS, made_results
from sweeps import TEACHING, ncr, teaching

from analysis.compare import (
    COUNT,
    FOUNDED,
    INDEX,
    SHARE,
    alignment_differences,
    common_focus,
    comparable,
    differences,
    same_runs,
)  # fmt: skip
from analysis.compare_report import difference_in_words, is_sure, render, summarise
from analysis.plots import difference
from sim.errors import NcrError
from sim.results import TABLES, Results
from sim.statistics import paired_difference, paired_share_difference

matplotlib.use("Agg")
STRONG, WEAK = 0.6, 0.3


@pytest.fixture
def strong():
    return made_results(STRONG)


@pytest.fixture
def weak():
    return made_results(WEAK, twin=False, scenario="A weaker push")


def test_a_long_name_is_not_cut_and_its_numbers_stand_beside_its_end(strong):
    summary = summarise(strong, strong.twin)
    names = {code: f"The {name} of the Most Serene and Eternal {code}" for code, name in strong.names.items()}
    text, named = render(summary, names), summary["alignment"][0]
    assert "…" not in text
    means = f"{named['first']:.3f} {named['other']:.3f} {named['difference']:+.3f}"
    assert f"Most Serene and Eternal {named['partner']} {means}" in " ".join(text.split())


def row(table, outcome):
    return table.set_index("outcome").loc[outcome]


def test_known_differences_come_out(strong):
    table = differences(strong, strong.twin)
    tie = row(table, "mean tie")
    assert (tie["pairs"], tie["kind"]) == (RUNS, INDEX)
    assert tie["difference"] == pytest.approx(0.1 * STRONG) and tie["first"] - tie["other"] == pytest.approx(
        tie["difference"]
    )
    assert (tie["low"], tie["high"]) == pytest.approx(
        (0.1 * STRONG, 0.1 * STRONG)
    )  # luck is the same in both of a pair
    coerced = row(table, "coercions during the run")
    assert coerced["kind"] == COUNT and coerced["first"] == 0 and coerced["difference"] < 0
    depth = row(table, "focus: depth in institutions")
    here, there = (
        arm.organisations.groupby("run")["depth_institutions"].last().to_numpy() for arm in (strong, strong.twin)
    )
    assert tuple(depth[["difference", "low", "high"]]) == pytest.approx(paired_difference(here, there))


def test_shares_have_the_interval_of_paired_shares(strong):
    soft = row(differences(strong, strong.twin), "soft bloc or deeper at the end")
    ends = [arm.runs["soft_bloc"].to_numpy(bool) for arm in (strong, strong.twin)]
    assert soft["kind"] == SHARE and soft["first"] == 0.5
    assert tuple(soft[["difference", "low", "high"]]) == pytest.approx(paired_share_difference(*ends))


def test_a_difference_turned_round_has_the_other_sign(strong, weak):
    there, back = differences(strong, weak), differences(weak, strong)
    assert there["difference"].to_numpy() == pytest.approx(-back["difference"].to_numpy())
    assert there["low"].to_numpy() == pytest.approx(-back["high"].to_numpy(), nan_ok=True)


def test_failed_runs_are_left_out_of_both(strong):
    strong.runs.loc[2, "status"] = "failed"
    table = differences(strong, strong.twin)
    assert (table["pairs"] == RUNS - 1).all()
    assert "1 of 8 pairs are left out: a run of them failed." in summarise(strong, strong.twin)["notes"]
    strong.runs["status"] = "failed"
    with pytest.raises(NcrError, match="no run ended without failure in both"):
        differences(strong, strong.twin)


def test_alignment_differences_are_the_largest_first(strong):
    table = alignment_differences(strong, strong.twin, 5)
    assert len(table) == 5 and (np.diff(table["difference"].abs()) <= 0).all()
    last = strong.states[strong.states["quarter"] == strong.states["quarter"].max()]
    most = table.iloc[0]
    assert most["first"] == pytest.approx(last.loc[last["state"] == most["state"], most["partner"]].mean())


def test_bodies_that_runs_founded_are_one_partner():
    organisations = {"LEAGUE": "League", "PACT": "Pact", "FOUNDED_1": "FOUNDED_1", "FOUNDED_2": "FOUNDED_2"}
    results = made_results(organisations=organisations, focus="FOUNDED_1")
    for arm, share in ((results, 0.2), (results.twin, 0.0)):
        arm.states["FOUNDED_1"] = np.where(arm.states["run"] % 2, share, 0.0)
        arm.states["FOUNDED_2"] = np.where(arm.states["run"] % 2, 0.0, share)
    table = alignment_differences(results, results.twin, 99)
    founded = table[table["partner"] == FOUNDED]
    assert founded["difference"].to_numpy() == pytest.approx(0.2) and founded["low"].to_numpy() == pytest.approx(0.2)
    assert not table["partner"].str.startswith("FOUNDED_").any()
    assert common_focus(results, results.twin) is None


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        ({"seed": 0}, "seed 0 and 1: run both with the same --seed"),
        ({"replicates": 9}, "replicates 9 and 8: run both with the same --replicates"),
        ({"start": "2003Q1"}, "start 2003Q1 and 2004Q1"),
        ({"end": "2010Q1"}, "end 2010Q1 and 2009Q4"),
        ({"parameters_from": "prior"}, "--parameters prior and fixed"),
        ({"parameters": dict.fromkeys(made_results().manifest["parameters"], 9.0)}, "other draws of reach_distance"),
    ],
)
def test_runs_that_are_no_pairs_are_refused(strong, manifest, told):
    with pytest.raises(NcrError, match="not pairs of runs") as refused:
        comparable(strong, made_results(WEAK, twin=False, **manifest))
    assert told in str(refused.value)


def test_what_a_reader_must_know_is_noted(strong, weak):
    assert comparable(strong, weak) == []
    same = made_results(STRONG)
    assert "A and B are the same runs" in comparable(strong, same)[0]
    old = made_results(STRONG, inputs=None)  # of a version that kept none
    assert not same_runs(old, made_results(WEAK, inputs=None)) and same_runs(strong, same)
    assert "the same in all pairs" in render(summarise(strong, same), strong.names) and "[" not in render(
        summarise(strong, same), strong.names
    )
    fewer = made_results(WEAK, twin=False, states={"ALD": "Aldmark", "EXT": "Extra"}, scenario="Fewer", code="other")
    notes = " ".join(comparable(strong, fewer))
    assert "EXT only in “Fewer”" in notes and "BEX, CAV, DUN only in “Made by hand”" in notes
    assert "means over states are over other states" in notes and "different versions of the code" in notes


def test_a_parameter_that_a_scenario_sets_is_what_is_compared(strong):
    name = "w_threat"
    other = made_results(WEAK, twin=False, changed_parameters={name: 9.0})
    other.manifest["parameters"] = strong.manifest["parameters"] | {name: 9.0}
    assert comparable(strong, other) == []
    strong.runs["w_supply"], other.runs["w_supply"] = 1.0, np.linspace(0, 1, RUNS)
    with pytest.raises(NcrError, match="other draws of w_supply"):
        comparable(strong, other)


def test_the_table_is_narrow_and_says_what_is_sure(strong, weak):
    for first, other in ((strong, strong.twin), (strong, weak)):
        summary = summarise(first, other)
        text = render(summary, first.names)
        assert max(map(len, text.splitlines())) <= 100
        assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert "A: A weaker push" in text and "difference: B − A" in text
    starred = {line[2:48].strip() for line in text.splitlines() if line.startswith("* ") and "[" in line}
    assert (
        "mean tie" not in starred
        and "focus: depth in culture" in starred
        and "soft bloc or deeper at the end" not in starred
    )
    assert "the same in all pairs" in next(line for line in text.splitlines() if "focus: depth in defence" in line)


@pytest.mark.parametrize(
    ("difference", "low", "high", "words", "sure"),
    [
        (0.0004, 0.0002, 0.0007, " 0.000 [0.000, +0.001]", False),  # sure, and nothing that the table shows
        (0.0, -0.0004, 0.0002, " 0.000 (and so its interval)", False),
        (-0.0004, -0.0009, 0.0001, " 0.000 [-0.001, 0.000]", False),
        (0.0006, 0.0004, 0.0008, "+0.001 [0.000, +0.001]", True),
        (-0.05, -0.06, -0.04, "-0.050 [-0.060, -0.040]", True),
        (0.0, -0.045, 0.045, " 0.000 [-0.045, +0.045]", False),  # a share: no pair differs, and others might
        (0.0, 0.0, 0.0, "the same in all pairs", False),
        (1e-17, 1e-17, 1e-17, "the same in all pairs", False),
        (0.06, 0.06, 0.06 + 1e-16, "+0.060 in all pairs alike", False),
        (0.0601, 0.0599, 0.0603, "+0.060 (and so its interval)", True),
        (0.06, np.nan, np.nan, "+0.060 (one pair)", False),
        (0.06, None, None, "+0.060 (one pair)", False),
        (np.nan, np.nan, np.nan, "–", False),
    ],
)
def test_a_difference_in_words(difference, low, high, words, sure):
    row = {"difference": difference, "low": low, "high": high}
    assert (difference_in_words(row, ".3f"), is_sure(row, ".3f")) == (words, sure)


def test_the_figure_has_a_row_an_outcome_and_fills_what_is_sure(strong, weak):
    grid = difference(strong, weak)
    rows = [label.get_text() for axes in grid for label in axes.get_yticklabels()]
    table = differences(strong, weak)
    assert sorted(rows) == sorted(table["outcome"])
    filled = sum(
        line.get_markerfacecolor() != "white" for axes in grid for line in axes.get_lines() if line.get_marker() == "o"
    )
    assert filled == sum(is_sure(one, ".2f" if one["kind"] == COUNT else ".3f") for _, one in table.iterrows()) > 0
    heading = " ".join(text.get_text() for text in grid[0].figure.texts)
    assert "A: A weaker push" in heading and "B: Made by hand" in heading and "B − A" in heading
    matplotlib.pyplot.close("all")
    with pytest.raises(NcrError, match="these runs have no twin"):
        difference(weak)


def test_one_scenario_against_its_twin(monkeypatch, capsys, tmp_path):
    words = ("compare", TEACHING, "--replicates", 3, "--seed", 0, "--out", tmp_path / "out")
    code, out, _ = ncr(monkeypatch, capsys, *words, "--json")
    summary = json.loads(out)
    assert code == 0 and summary["seed"] == 0 and summary["pairs"] == 3 and summary["other"]["twin"]
    assert json.loads((tmp_path / "out/comparison.json").read_text()) == summary
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "comparison.json",
        "differences.csv",
        "alignment.csv",
        "difference.png",
    }
    assert len(pd.read_csv(tmp_path / "out/differences.csv")) == len(summary["differences"])
    from sim.cli import parameter_table
    from sim.engine import simulate

    results = simulate(str(TEACHING), 3, 0, parameters=parameter_table("retained", 3, 0))
    ends = [arm.system.groupby("run")["mean_tie"].last().mean() for arm in (results, results.twin)]
    tie = next(entry for entry in summary["differences"] if entry["outcome"] == "mean tie")
    assert (tie["first"], tie["other"]) == pytest.approx(ends)


def test_two_scenarios_share_seed_and_replicates_of_the_first(monkeypatch, capsys, tmp_path):
    world = TEACHING.parent / "worlds/twelve.yaml"
    for name, levers, more in (("a", "", "seed: 4"), ("b", "levers: {ocean_retrenchment: 0}", "seed: 5")):
        (tmp_path / f"{name}.yaml").write_text(
            f"scenario: Called {name}\nworld: {world}\nstart: 2004Q1\nreplicates: 3\n{more}\n{levers}\n"
        )
    code, out, err = ncr(
        monkeypatch, capsys, "compare", tmp_path / "a.yaml", tmp_path / "b.yaml", "--parameters", "fixed"
    )
    assert code == 0 and "the two have other seed: both run with seed 4" in err
    assert "A: Called a" in out and "B: Called b" in out and "ocean_retrenchment = 0" in out and "seed 4" in out


def test_scenarios_that_are_no_pairs_are_refused_before_they_run(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("sim.engine.simulate", lambda *_, **__: pytest.fail("it ran"))
    world = TEACHING.parent / "worlds/twelve.yaml"
    for name, start in (("a", "2004Q1"), ("b", "2005Q1")):
        (tmp_path / f"{name}.yaml").write_text(f"scenario: {name}\nworld: {world}\nstart: {start}\n")
    code, out, err = ncr(monkeypatch, capsys, "compare", tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert (code, out) == (1, "") and "start 2004Q1 and 2005Q1: give both scenarios the same start" in err
    code, out, err = ncr(monkeypatch, capsys, "compare", TEACHING, "--set", "w_thret=2")
    assert (code, out) == (1, "") and "did you mean `w_threat`" in err


def test_a_scenario_with_a_setting_and_without(monkeypatch, capsys):
    words = ("compare", TEACHING, "--replicates", 2, "--parameters", "fixed")
    code, out, err = ncr(monkeypatch, capsys, *words, "--set", "north_overstretch=0")
    a, b = (out.index(f"\n{arm}: Twelve states") if arm == "B" else out.index("A: Twelve states") for arm in "AB")
    assert code == 0 and a < b < out.index("north_overstretch = 0") and "2 runs: to see whether it works" in err
    code, out, err = ncr(monkeypatch, capsys, *words, "--set", "north_overstretch=1", "--json")
    summary = json.loads(out)
    assert "north_overstretch=1 (= as coded) changes nothing" in err
    assert "A and B are the same runs" in summary["notes"][0]
    assert summary["difference"] == "first − other: B − A"
    assert all(row["difference"] == row["low"] == row["high"] == 0 for row in summary["differences"])


def test_a_parameter_held_at_its_start_value_is_not_the_same_run_where_others_are_drawn(monkeypatch, capsys, tmp_path):
    words = ("compare", TEACHING, "--replicates", 3, "--set", "hurdle=0.35")
    code, out, err = ncr(monkeypatch, capsys, *words, "--json")
    summary = json.loads(out)
    assert code == 0 and "hurdle=0.35 is the start value: this parameter is held there" in err
    assert not any("the same runs" in note for note in summary["notes"])
    assert any(row["difference"] != 0 for row in summary["differences"])
    assert "hurdle held at its default, 0.35" in ncr(monkeypatch, capsys, *words)[1]
    from sim.engine import simulate

    alike = [simulate(teaching().replace(parameters=set_), 2, 1, twin=False) for set_ in ({}, {"hurdle": 0.35})]
    assert same_runs(*alike)  # where nothing is drawn they are


def test_a_disk_that_fails_does_not_take_the_table_along(monkeypatch, capsys, tmp_path, strong):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    strong.save(tmp_path / "strong")
    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    code, out, err = ncr(monkeypatch, capsys, "compare", tmp_path / "strong", "--out", tmp_path / "new")
    assert code == 2 and "mean tie" in out and "cannot be written (No space left on device)" in err
    assert "Tables and figure are in" not in out


def test_folders_of_finished_runs(monkeypatch, capsys, tmp_path, strong, weak):
    strong.save(tmp_path / "strong")
    weak.save(tmp_path / "weak")
    code, out, _ = ncr(monkeypatch, capsys, "compare", tmp_path / "weak", tmp_path / "strong", "--json")
    assert code == 0
    assert json.loads(out)["differences"] == summarise(strong, weak)["differences"]
    here = Results({**weak.manifest, "seed": 3}, {name: getattr(weak, name) for name in TABLES})
    here.save(tmp_path / "other")
    before = sorted(tmp_path.rglob("*"))
    for words, told in (
        (("weak",), "was run without its twin (--no-twin)"),
        (("strong", "other"), "seed 1 and 3"),
        (("strong", "weak", "--seed", 2), "--seed: folders hold finished runs"),
        (("strong", "--set", "w_threat=2"), "--set: folders hold finished runs"),
        (("strong", TEACHING), "two scenario files or two folders, not one of each"),
        (("strong", "--out", tmp_path / "weak"), "holds a finished run; name another folder"),
        (("nothing.yaml",), "there is no such file"),
        (("strong", "--threads", 0), "--threads 0"),
    ):  # fmt: skip
        given = [tmp_path / word if isinstance(word, str) and not word.startswith("--") else word for word in words]
        code, out, err = ncr(monkeypatch, capsys, "compare", *given)
        assert code == 1 and out == "" and told in err, err
    assert sorted(tmp_path.rglob("*")) == before
