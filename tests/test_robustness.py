"""Robustness: every check is there, paired and repeatable, on the small world; thresholds and casts do what they say."""

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.robustness import COLUMNS, DEEP, SIZES, checks, main, render, robustness
from sim.errors import NcrError
from sim.scenario.schema import Scenario

TEACHING = Path(__file__).resolve().parent.parent / "scenarios" / "teaching" / "twelve.yaml"
PAIR = ("BEX", "FEN")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.load(TEACHING)


@pytest.fixture(scope="module")
def table(scenario):
    return robustness(scenario, scenario, PAIR, draws=24, seed=4, threads=2)


def values(table, setting, measure):
    return table[(table["setting"] == setting) & (table["measure"] == measure)].iloc[0]


def test_every_check_is_there(table):
    assert list(table.columns) == COLUMNS and (table["runs"] == 24).all()
    assert set(table["check"]) == {
        "baseline", "thresholds", "label permutation", "frozen twin", "placebo cast", "definition of permissiveness", "start",
    }  # fmt: skip
    assert table[table["check"] == "thresholds"]["setting"].nunique() == len(DEEP) * len(SIZES)
    assert set(table[table["check"] == "placebo cast"]["setting"]) == {
        "kinship permuted among all states", "BEX-FEN with nothing in common", "without BEX-FEN",
    }  # fmt: skip
    assert "placebo cast" in {row[0] for row in checks(None)} and len(checks(None)) == len(checks(PAIR)) - 2


def test_intervals_hold_their_values(table):
    known = table[table["measure"].isin(["soft bloc", "club or deeper"])]
    assert ((known["low"] <= known["value"] + 1e-9) & (known["value"] <= known["high"] + 1e-9)).all()
    paired = table[table["difference"].notna()]
    assert (
        (paired["difference_low"] <= paired["difference"]) & (paired["difference"] <= paired["difference_high"])
    ).all()


def test_stricter_thresholds_never_find_more_blocs(table):
    for size in SIZES:
        shares = [values(table, f"deep above {deep:g}, {size} members", "soft bloc")["value"] for deep in DEEP]
        assert all(np.diff(shares) <= 0)
    for deep in DEEP:
        shares = [values(table, f"deep above {deep:g}, {size} members", "soft bloc")["value"] for size in SIZES]
        assert all(np.diff(shares) <= 0)
    default, coded = (values(table, name, "soft bloc")["value"] for name in ("deep above 0.3, 3 members", "as coded"))
    assert default == coded > 0  # the sweep passes through the specification, and has something to find
    assert values(table, "without the test against permuted labels and rewirings", "soft bloc")["difference"] >= 0


def test_a_cast_without_its_core_loses_its_bloc(table):
    for setting in ("BEX-FEN with nothing in common", "without BEX-FEN"):
        assert values(table, setting, "bloc index")["difference_high"] < 0


def test_both_starts_agree_where_they_are_one_scenario(table):
    early, late = (table[(table["check"] == "start") & (table["setting"] == s)] for s in ("early", "late"))
    np.testing.assert_array_equal(early["value"], late["value"])


def test_same_seed_same_numbers(scenario):
    first, again = (robustness(scenario, scenario, None, draws=2, seed=1, threads=t) for t in (2, 1))
    np.testing.assert_array_equal(first["value"], again["value"])
    np.testing.assert_array_equal(first["difference"], again["difference"])


def test_users_mistakes(scenario, capsys):
    with pytest.raises(NcrError, match="no state ZZZ"):
        robustness(scenario, scenario, ("BEX", "ZZZ"), draws=2)
    with pytest.raises(NcrError, match="needs two"):
        robustness(scenario, scenario, None, draws=1)
    assert main(["--scenario", str(TEACHING), "--early", str(TEACHING), "--pair", "BEX", "--draws", "2"]) == 1
    assert "two different states" in capsys.readouterr().err


def test_command(capsys, tmp_path):
    arguments = [
        "--scenario",
        str(TEACHING),
        "--early",
        str(TEACHING),
        "--draws",
        "2",
        "--document",
        str(tmp_path / "page.md"),
    ]
    assert main([*arguments, "--json"]) == 0
    assert {row["check"] for row in json.loads(capsys.readouterr().out)} >= {"thresholds", "start"}
    assert "eight quarters" in (tmp_path / "page.md").read_text()


def test_render_leaves_out_what_is_not_compared(table):
    assert "nan" not in render(table)


def test_the_definition_changes_and_the_rest_of_the_environment_stays():
    from analysis.propositions.arms import Arm

    direct = Scenario.load(TEACHING.parent / "twelve_direct.yaml")
    world = Arm(definition="threat").compile(direct)[1].world
    assert world.threat_definition == 1 and world.direct == int(direct.environment.mode == "direct") == 1
