"""Rivals: what is asked, the scores against sums by hand, the settings of the kernel, a small trial."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_validation import blank, depth, join, pole, rung, tie

from analysis.facts_a import COUNCIL
from analysis.rivals import (
    ALL,
    FULL_MODEL,
    MODELS,
    NO_MODEL,
    Rival,
    brier,
    by_category,
    forecast,
    level_factor,
    logarithmic,
    losses,
    main,
    mean_tie,
    scaled,
    score_table,
    trial,
)
from analysis.rivals_items import Item, base_rate, items, record
from analysis.rivals_page import as_json, loss_lines, page, render
from sim.errors import NcrError
from sim.parameters import PARAMETERS, prior_sample
from sim.scenario.compile import compile_scenario
from sim.scenario.knockouts import KNOCKOUTS
from sim.scenario.schema import Scenario

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
FULL = next(rival for rival in MODELS if rival.code == FULL_MODEL)
THREAT = next(rival for rival in MODELS if rival.code == "M4")


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load(SCENARIOS / "historical.yaml")


@pytest.fixture(scope="module")
def asked(scenario):
    return {item.code: item for item in items(compile_scenario(scenario))}


def say(item, runs):
    return item.at_risk(runs).tolist(), item.happens(runs).tolist()


def test_only_what_was_not_there_is_asked(scenario, asked):
    compiled = compile_scenario(scenario)
    then, now = record(compiled, 2009), record(compiled, 2019)
    body, state = compiled.organisations.index, compiled.states.index
    assert then[body("NAM"), state("AZE")] == 0 and now[body("NAM"), state("AZE")] == 2
    assert then[body("CSTO"), state("UZB")] == 2 and now[body("CSTO"), state("UZB")] == 0
    assert now[body("SCO"), state("AFG")] == 1 and now[body("SCO"), state("PAK")] == 2
    for there in (
        "AZE in NAM",
        "UZB in TURKIC_COUNCIL",
        "KAZ in EAEU",
        "HUN near TURKIC_COUNCIL",
        "HUN in EU_MEMBERSHIP",
    ):
        assert there not in asked
    came = {code for code, item in asked.items() if item.observed}
    assert {
        "AZE-TUR defence rung 3",
        "KAZ-UZB defence rung 2",
        "TKM near TURKIC_COUNCIL",
        "GEO near EU_MEMBERSHIP",
    } <= came
    assert not asked["GEO in THREE_PLUS_THREE"].observed and not asked["TKM in TURKIC_COUNCIL"].observed
    assert sum(item.category == "treaties" and item.code.endswith("3") for item in asked.values()) == 16 * 15 / 2
    assert all(0 < item.base < 1 for item in asked.values())


def test_a_run_that_had_the_tie_before_its_time_is_not_at_risk(asked):
    runs = blank()
    rung(runs, 0, "AZE", "TUR", 3, ("2021Q2", "2026Q4")), rung(runs, 1, "AZE", "TUR", 3, ("2015Q1", "2026Q4"))
    assert say(asked["AZE-TUR defence rung 3"], runs) == ([True, False], [True, True])
    join(runs, 0, COUNCIL, ["TKM"], ("2021Q4", "2021Q4")), join(runs, 1, COUNCIL, ["TKM"], ("2026Q1", "2026Q4"))
    assert say(asked["TKM near TURKIC_COUNCIL"], runs) == ([True, True], [True, False])
    assert say(asked["TKM in TURKIC_COUNCIL"], runs) == ([True, True], [True, False])
    tie(runs, 0, "KAZ", "TUR", 0.2, "defence", ("2020Q4", "2026Q4")), tie(runs, 1, "KAZ", "TUR", 0.2, "defence")
    assert say(asked["KAZ adopts Turkish systems"], runs) == ([True, False], [True, True])


def test_directions_and_formats(asked):
    runs = blank()
    pole(runs, 0, "RUS", "KAZ", 0.3, ("2021Q1", "2022Q1")), pole(runs, 1, "RUS", "KAZ", 0.3, ("2025Q1", "2025Q4"))
    assert say(asked["KAZ away from RUS"], runs) == ([True, True], [True, False])
    pole(runs, 0, "USA", "AZE", 0.2, ("2025Q3", "2025Q4")), pole(runs, 1, "USA", "AZE", 0.2, ("2024Q1", "2024Q4"))
    assert say(asked["AZE toward USA"], runs) == ([True, True], [True, False])
    pole(runs, 0, "EU", "ARM", 0.2, ("2025Q1", "2025Q4")), pole(runs, 0, "USA", "ARM", 0.1, ("2020Q1", "2020Q4"))
    assert asked["ARM toward EU and USA"].happens(runs).tolist() == [True, False]
    depth(runs, 1, 0.1, body="THREE_PLUS_THREE")
    assert asked["THREE_PLUS_THREE deepens to .1"].happens(runs).tolist() == [False, True]


def test_base_rates_shrink_to_six_years():
    ten = 6.5 / 101
    assert base_rate(6, 100) == pytest.approx(1 - (1 - ten) ** 0.6)
    assert 0 < base_rate(0, 120) < 0.003


def test_scores_by_hand():
    happens = np.array([[1, 0], [1, 0], [0, 0], [0, 0]], bool)
    at_risk = np.array([[1, 1], [1, 1], [1, 0], [0, 0]], bool)
    chance = forecast(happens, at_risk, np.array([[1, 1, 1, 1], [4, 0, 0, 0]]))
    assert chance.tolist() == [[2.5 / 4, 0.5 / 3], [4.5 / 5, 0.5 / 5]]
    observed = np.array([True, False])
    assert brier(chance, observed)[0].tolist() == pytest.approx([(1.5 / 4) ** 2, (0.5 / 3) ** 2])
    assert logarithmic(chance, observed)[0].tolist() == pytest.approx([-np.log(2.5 / 4), -np.log(2.5 / 3)])


def ask(*categories):
    return [
        Item(f"{k}", name, k % 2 == 0, lambda runs: runs, lambda runs: runs, 0.5, "")
        for k, name in enumerate(categories)
    ]


def test_categories_weigh_alike_whatever_their_size():
    means = by_category(np.array([[0.0, 0.0, 0.0, 0.8]]), ask("many", "many", "many", "one"))
    assert means["many"] == 0 and means["one"] == 0.8 and means[ALL] == pytest.approx(0.4)


def test_the_better_model_leads_and_losses_are_told():
    right, wrong = np.tile([0.9, 0.1], (5, 1)), np.tile([0.2, 0.6], (5, 1))
    table = score_table({"M1": right, FULL_MODEL: wrong}, ask("a", "b"))
    assert losses(table, "brier") == [("M1", "a", True), ("M1", "b", True), ("M1", ALL, True)]
    assert losses(score_table({"M1": wrong, FULL_MODEL: right}, ask("a", "b")), "log") == []
    row = table.set_index(["model", "category"]).loc[("M1", ALL)]
    assert row["brier"] == pytest.approx(0.01) and row["brier_lead"] == pytest.approx(0.01 - (0.64 + 0.36) / 2)
    unsure = np.concatenate([right[:1], wrong[:2], right[:2]])
    assert losses(score_table({"M1": unsure, FULL_MODEL: np.tile(0.5, (5, 2))}, ask("a", "b")), "brier")[0] == (
        "M1",
        "a",
        False,
    )


def test_rivals_are_settings_of_the_kernel():
    assert [rival.code for rival in MODELS] == ["M1", "M2", "M3", "M4", "M5", "M6"]
    for rival in MODELS:
        assert set(rival.knockouts) <= set(KNOCKOUTS), rival.code
        held = {name for knockout in rival.knockouts for name in KNOCKOUTS[knockout].parameters}
        assert set(rival.scaled) <= set(PARAMETERS) and not set(rival.scaled) & held, rival.code
    assert not FULL.knockouts and not FULL.frozen and not FULL.scaled


def test_weights_are_scaled_within_their_limits():
    table = prior_sample(3, 1)
    threat = list(PARAMETERS).index("w_threat")
    doubled = scaled(table, ("w_threat",), 2.0)
    assert (doubled[:, threat] == 2 * table[:, threat]).all()
    assert (np.delete(doubled, threat, 1) == np.delete(table, threat, 1)).all()
    assert (scaled(table, ("w_threat",), 100.0)[:, threat] == 10).all()


def test_a_rival_is_brought_to_the_level_of_the_full_model(scenario):
    table = prior_sample(3, 1)
    wanted = mean_tie(scenario, FULL, table)
    assert mean_tie(scenario, THREAT, table) < wanted / 2  # without its factor it is silent
    factor = level_factor(scenario, THREAT, table, wanted)
    assert factor > 1 and level_factor(scenario, THREAT, table, 0.0) == 0.25
    nearer = abs(mean_tie(scenario, THREAT, scaled(table, THREAT.scaled, factor)) - wanted)
    assert nearer < abs(mean_tie(scenario, THREAT, table) - wanted)


@pytest.fixture(scope="module")
def small():
    return trial(4, 3, "prior", resamples=20, models=(THREAT, FULL))


def test_a_trial_is_the_same_again_and_other_with_another_seed(small):
    again = trial(4, 3, "prior", resamples=20, models=(THREAT, FULL), threads=1)
    pd.testing.assert_frame_equal(small.scores, again.scores)
    pd.testing.assert_frame_equal(small.forecasts, again.forecasts)
    other = trial(4, 4, "prior", resamples=20, models=(FULL,))
    assert not other.forecasts[FULL_MODEL].equals(small.forecasts[FULL_MODEL])
    assert set(small.scores["model"]) == {NO_MODEL, "M4", FULL_MODEL} and small.factors["M4"] > 1
    own = small.scores[small.scores["model"] == FULL_MODEL]
    assert (own["brier_lead"] == 0).all() and own["log"].between(0, 3).all()
    one = small.forecasts.set_index("item").loc["AZE toward EU"]
    assert one[FULL_MODEL] == 4.5 / 5 and one[NO_MODEL] == 0.5  # coded to come: in every run


def test_text_page_and_json(small):
    text = render(small)
    assert "Brier score" in text and "Where M6 loses" in text and "nan" not in text
    assert all(line.startswith("- ") for line in loss_lines(small))
    assert "| M4 balance of threat |" in page(small) and "| AZE-TUR defence rung 3 |" in page(small)
    assert "weights as drawn" in page(small, small) and "weights as drawn" not in page(small)
    listed = json.loads(as_json(small))
    assert set(listed["grounds"]) == {"rules", "experiment", "parameters", "inputs"}  # analysis.provenance
    assert len(listed["forecasts"]) == len(small.forecasts) and listed["factors"]["M6"] == 1


def test_mistakes_of_the_user_are_said(scenario, tmp_path, capsys):
    for options, words in ((["--draws", "0"], "--draws 0"), (["--parameters", "posterior"], "retained or prior")):
        assert main(options) == 1
        assert words in capsys.readouterr().err
    with pytest.raises(NcrError, match="need a start in 2009Q4"):
        trial(1, 1, "prior", scenario=SCENARIOS / "historical_1992.yaml")
    assert Rival("X", "", "").scaled == ()
