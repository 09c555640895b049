"""Facts on hand-made runs (run 0 meets each, run 1 does not), the scoreboard and its text, the trade file."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.facts import Fact, score
from analysis.facts_a import COUNCIL
from analysis.runs import ALIVE, ZOMBIE, Runs
from analysis.series import betweenness
from analysis.trade import load_trade
from analysis.validation import BOARDS, FACTS, as_json, render, score_runs, scoreboard, validate
from sim.errors import NcrError
from sim.parameters import PARAMETERS
from sim.quarters import ordinal
from sim.recording import window_ends
from sim.scenario.schema import Scenario
from sim.world import ARENAS

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
STATES = tuple("AFG ARM AZE GEO HUN ISR KAZ KGZ PAK SYR TJK TKM TRNC TUR UKR UZB".split())
POLES = ("CHN", "EU", "IRN", "RUS", "USA")
BODIES = ("CSTO", "EAEU", "GUAM", "SCO", "SOUTH_CAUCASUS_3", "THREE_PLUS_THREE", COUNCIL, "FOUNDED_1")
BY_CODE = {fact.code: fact for fact in FACTS}
FOUNDERS = ("TUR", "AZE", "KAZ", "KGZ")
ALWAYS = ("2009Q4", "2026Q4")


def blank(start: int = 2009) -> Runs:
    """Two runs in which nothing is tied to anything."""
    quarters = tuple(range(ordinal({2009: "2009Q4", 1992: "1992Q1"}[start]), ordinal("2026Q4") + 1))
    r, t, n, p, m = 2, len(quarters), len(STATES), len(POLES), len(BODIES)
    return Runs(
        STATES, POLES, BODIES, quarters, np.array([3, 3, -1, 0, -1, 3, -1, -1]),
        ties=np.zeros((r, t, 4, n, n), np.float32), rungs=np.zeros((r, t, 4, n, n), np.uint8),
        pole_ties=np.zeros((r, t, 4, p, n), np.float32), memberships=np.zeros((r, t, m, n), np.uint8),
        depths=np.zeros((r, t, m, 4), np.float32), vitalities=np.ones((r, t, m), np.uint8),
        mean_ties=np.zeros((r, t), np.float32), classes=np.zeros((r, len(window_ends(t)), m), np.int64),
        bandwidth=np.full((t, p), 0.8),
        corridors={"middle_corridor": [("CHN", "KAZ", np.ones(t)), ("KAZ", "AZE", np.ones(t)), ("TUR", "EU", np.ones(t))]},
    )  # fmt: skip


def tie(runs, run, a, b, value, arena=slice(None), when=ALWAYS):
    arena = ARENAS.index(arena) if isinstance(arena, str) else arena
    i, j = runs.state(a), runs.state(b)
    runs.ties[run, runs.at(when), arena, i, j] = runs.ties[run, runs.at(when), arena, j, i] = value


def rung(runs, run, a, b, value, when=ALWAYS):
    i, j = runs.state(a), runs.state(b)
    runs.rungs[run, runs.at(when), 0, i, j] = runs.rungs[run, runs.at(when), 0, j, i] = value


def pole(runs, run, code, state, value, when=ALWAYS):
    runs.pole_ties[run, runs.at(when), :, runs.pole(code), runs.state(state)] = value


def join(runs, run, body, states, when=ALWAYS):
    for state in states:
        runs.memberships[run, runs.at(when), runs.organisation(body), runs.state(state)] = 2


def depth(runs, run, value, arena=slice(None), when=ALWAYS, body=COUNCIL):
    arena = ARENAS.index(arena) if isinstance(arena, str) else arena
    runs.depths[run, runs.at(when), runs.organisation(body), arena] = value


def vital(runs, run, body, value, when=ALWAYS):
    runs.vitalities[run, runs.at(when), runs.organisation(body)] = value


# What to write into blank runs for run 0 to meet the fact and run 1 to miss it.
def a1(runs):
    vital(runs, 0, COUNCIL, ZOMBIE), vital(runs, 1, COUNCIL, ALIVE)
    depth(runs, 0, 0.19), depth(runs, 1, 0.21, when="2019Q4")


def a2(runs):
    runs.classes[1, runs.windows("2019Q4")[0][-1], runs.organisation(COUNCIL)] = 4
    runs.classes[0, :, runs.organisation("CSTO")] = 6  # not a Turkic body
    runs.classes[0, runs.windows("2019Q4")[0][-1] + 1 :, runs.organisation(COUNCIL)] = 4  # too late to count


def a3(runs):
    rung(runs, 0, "TUR", "AZE", 2), rung(runs, 1, "TUR", "AZE", 2), rung(runs, 1, "KAZ", "UZB", 3)


def a5(runs):
    join(runs, 0, COUNCIL, ["UZB"], ("2019Q1", "2026Q4")), join(runs, 1, COUNCIL, ["UZB"], ("2016Q3", "2026Q4"))


def a9_partner(runs):
    for run, best in ((0, "KAZ"), (1, "ISR")):
        tie(runs, run, "TUR", "UZB", 0.2, "connectivity"), tie(runs, run, "TUR", best, 0.3, "connectivity")


def a9_trade(runs):
    for run, pair in ((0, ("AZE", "TUR")), (1, ("KAZ", "TUR"))):
        tie(runs, run, *pair, 0.3, "connectivity")


def a11(runs):
    body = runs.organisation("FOUNDED_1")
    join(runs, 0, "FOUNDED_1", ("ARM", "GEO", "UKR"), ("1992Q1", "2026Q4"))  # not Turkic
    join(runs, 1, "FOUNDED_1", ("TUR", "AZE", "GEO"), ("1992Q1", "2026Q4"))
    runs.classes[:, runs.windows("2005Q4")[0], body] = 3


def sf1_pact(runs):
    rung(runs, 0, "AZE", "TUR", 3, ("2021Q2", "2026Q4")), rung(runs, 1, "AZE", "TUR", 3, ("2022Q2", "2026Q4"))


def sf1_only(runs):
    rung(runs, 0, "AZE", "TUR", 3), rung(runs, 1, "KAZ", "UZB", 3, "2013Q1")


def sf2_uzb(runs):
    for run in (0, 1):
        join(runs, run, COUNCIL, FOUNDERS), join(runs, run, COUNCIL, ["UZB"], ("2019Q4", "2026Q4"))
    join(runs, 1, COUNCIL, ["TKM"])  # then Uzbekistan is the sixth


def sf3(runs):
    early, late = np.linspace(0, 0.1, 41), np.linspace(0.1, 0.4, 24)
    for arena in ("connectivity", "institutions"):
        depth(runs, 0, early, arena, ("2009Q4", "2019Q4")), depth(runs, 0, late, arena, ("2020Q1", "2025Q4"))
        depth(runs, 1, late[0] - early[::-1], arena, ("2009Q4", "2019Q4"))  # falls, then stays


def sf4_ratio(runs):
    depth(runs, 0, 0.2, "connectivity"), depth(runs, 0, 0.1, "defence")  # run 1: nothing at all


def sf4_late(runs):
    depth(runs, 0, 0.1, "defence", ("2023Q1", "2026Q4")), depth(runs, 1, 0.1, "defence", ("2022Q1", "2026Q4"))


def sf5(runs):
    for arena, run_0, run_1 in (("culture", 2012, 2014), ("connectivity", 2015, 2013), ("institutions", 2015, 2015)):
        depth(runs, 0, 0.3, arena, (f"{run_0}Q1", "2026Q4")), depth(runs, 1, 0.3, arena, (f"{run_1}Q1", "2026Q4"))


def sf6(runs):
    for run in (0, 1):
        tie(runs, run, "AZE", "UZB", 0.2, when=("2025Q1", "2025Q4"))
        pole(runs, run, "RUS", "AZE", 0.2), pole(runs, run, "EU", "AZE", 0.2)
    pole(runs, 1, "EU", "AZE", 0.0, ("2025Q1", "2025Q4"))


def sf7(runs):
    for run, end in ((0, 0.2), (1, 0.35)):
        pole(runs, run, "RUS", "AZE", 0.3), pole(runs, run, "RUS", "AZE", 0.4, "2022Q4")
        pole(runs, run, "RUS", "AZE", end, ("2024Q1", "2026Q4"))


def sf8(runs):
    for run in (0, 1):
        (
            pole(runs, run, "RUS", "ARM", 0.3, ("2020Q1", "2020Q4")),
            pole(runs, run, "EU", "ARM", 0.1, ("2020Q1", "2020Q4")),
        )
    pole(runs, 0, "USA", "ARM", 0.2, ("2025Q1", "2025Q4"))


def sf10_keep(runs):
    for body in ("CSTO", "EAEU", "SCO"):
        join(runs, 0, body, ("KAZ", "KGZ"))
        join(runs, 1, body, ("KAZ", "KGZ"), ("2009Q4", "2025Q3") if body == "SCO" else ALWAYS)


def sf10_ties(runs):
    for run in (0, 1):
        pole(runs, run, "RUS", "KAZ", 0.3), pole(runs, run, "CHN", "KAZ", 0.3 if run == 0 else 0.1)


def sf11_order(runs):
    orders = ("AZE", "KGZ", "KAZ", "UZB"), ("UZB", "KAZ", "KGZ", "AZE")
    for run, order in enumerate(orders):
        for place, code in enumerate(order):
            tie(runs, run, code, "TUR", 0.2, "defence", (f"{2020 + place}Q1", "2026Q4"))


def sf12(runs):
    for run in (0, 1):
        join(runs, run, COUNCIL, (*FOUNDERS, "UZB"))
        tie(runs, run, "KAZ", "UZB", 0.2, "defence"), tie(runs, run, "TUR", "AZE", 0.5, "defence")
        tie(runs, run, "AZE", "KAZ", 0.1 if run == 0 else 0.9, "defence")


def sf13(runs):
    for run in (0, 1):
        join(runs, run, COUNCIL, ("TUR", "AZE", "KAZ"))
        tie(runs, run, "TUR", "AZE", 1, "connectivity")
        tie(runs, run, "TUR", "KAZ", 0.2 if run == 0 else 0.9, "connectivity")


def sf14(runs):
    for run in (0, 1):
        pole(runs, run, "CHN", "KAZ", 0.5), pole(runs, run, "EU", "TUR", 0.5)
        tie(runs, run, "AZE", "KAZ", 0.1)
        tie(runs, run, "AZE", "KAZ", 0.2 if run == 0 else 0.15, when=("2024Q4", "2026Q4"))


def sf15(runs):
    depth(runs, 0, 0.3), depth(runs, 1, 0.3), depth(runs, 1, 0.2, when=("2020Q1", "2026Q4"))


def sf16(runs):
    for run in (0, 1):
        pole(runs, run, "RUS", "KAZ", 0.3), pole(runs, run, "RUS", "KAZ", 0.35, "2022Q1")
    tie(runs, 1, "KAZ", "TUR", 0.6, when="2022Q1")


def sf19(runs):
    for run, hub in ((0, "AZE"), (1, "GEO")):
        for code in ("TUR", "KAZ", "ISR", "UKR"):
            tie(runs, run, hub, code, 0.5)


def falls(state, after):
    def write(runs):
        stretch = ("1992Q1" if state == "GEO" else "2009Q4", "2026Q4")
        pole(runs, 0, "RUS", state, 0.3, stretch), pole(runs, 0, "RUS", state, 0.1, (after, "2026Q4"))

    return write


def out_since(state, quarter):
    def write(runs):
        join(runs, 0, "CSTO", [state], ("1994Q1", "1999Q1")), join(runs, 1, "CSTO", [state], ("1994Q1", quarter))

    return write


MADE = {
    "A1": a1, "A2": a2, "A3": a3, "A4": lambda runs: rung(runs, 1, "TUR", "KAZ", 3, "2019Q4"), "A5": a5,
    **{f"A6 {code}": lambda runs, code=code: join(runs, 0, "EAEU", [code]) for code in ("KAZ", "KGZ", "ARM")},
    **{f"A6 {code}": lambda runs, code=code: join(runs, 1, "EAEU", [code]) for code in ("AZE", "GEO", "TKM")},
    **{f"A7 {code}": lambda runs, code=code: join(runs, 0, "CSTO", [code]) for code in ("KAZ", "KGZ", "ARM", "TJK")},
    "A7 GEO": out_since("GEO", "2000Q1"), "A7 AZE": out_since("AZE", "2000Q1"), "A7 UZB": out_since("UZB", "2013Q1"),
    "A8": lambda runs: vital(runs, 1, "GUAM", ALIVE), "A9 partner": a9_partner, "A9 trade": a9_trade,
    "A10": lambda runs: runs.mean_ties[1].fill(0.15), "A11": a11,
    "A12 GEO": falls("GEO", "2009Q1"), "A12 UKR": falls("UKR", "2015Q1"),
    "SF1 pact": sf1_pact, "SF1 only": sf1_only, "SF2 UZB": sf2_uzb,
    "SF2 TKM": lambda runs: join(runs, 1, COUNCIL, ["TKM"], "2025Q4"),
    "SF2 never": lambda runs: join(runs, 1, COUNCIL, ["TJK"], "2012Q1"),
    "SF3": sf3, "SF4 ratio": sf4_ratio, "SF4 late": sf4_late, "SF5": sf5, "SF6": sf6, "SF7": sf7, "SF8": sf8,
    "SF9": lambda runs: depth(runs, 1, 0.2, body="SOUTH_CAUCASUS_3"), "SF10 keep": sf10_keep, "SF10 ties": sf10_ties,
    "SF11 order": sf11_order, "SF12": sf12, "SF13": sf13, "SF14": sf14, "SF15": sf15, "SF16": sf16,
    "SF18": lambda runs: runs.mean_ties[1].fill(0.15), "SF19": sf19,
    "SF20 drill": lambda runs: depth(runs, 0, 0.06, "defence", "2026Q3"),
    "SF20 clause": lambda runs: depth(runs, 1, 0.6, "defence", "2026Q3"),
}  # fmt: skip


def test_codes_are_unique_and_every_fact_is_tried():
    assert len(BY_CODE) == len(FACTS)
    assert set(MADE) == set(BY_CODE) - {"SF11 hazard", "SF17"}
    assert {fact.set for fact in FACTS} == {"A", "B", "F"}
    assert all(fact.code.startswith("A") == (fact.set == "A") for fact in FACTS)


@pytest.mark.parametrize("code", MADE)
def test_fact_holds_in_run_0_and_not_in_run_1(code):
    fact = BY_CODE[code]
    runs = replace(
        blank(fact.start), trade={("AZE", "TUR"): 9.0, ("KAZ", "TUR"): 3.0, ("GEO", "HUN"): 4.0, ("ISR", "SYR"): 1.0}
    )
    MADE[code](runs)
    assert fact.holds(runs).tolist() == [True, False]
    row = score(fact, runs)
    assert row.share == 0.5 and 0 < row.low < 0.5 < row.high < 1
    assert row.met in (("no",) if row.high < fact.required else ("undecided", "vacuous"))  # two runs say little


def test_whether_a_share_meets_what_is_required_hangs_on_its_interval():
    def scored(held, required=0.6, at_stake=None):
        fact = Fact("X", "B", "", required, "", lambda runs: np.array(held), at_stake=at_stake)
        return score(fact, [None] * len(held))

    some = [True] * 60 + [False] * 40
    assert [scored(some, required).met for required in (0.4, 0.6, 0.8)] == ["yes", "undecided", "no"]
    sure = [True] * 100
    assert scored(sure).met == "yes"
    nowhere = scored(sure, at_stake=lambda runs: np.zeros(100, bool))
    assert nowhere.met == "vacuous" and nowhere.share == 1.0 and "could not fail in 100 % of runs" in nowhere.note
    failing = scored(some, 0.4, lambda runs: np.arange(100) >= 60)  # held in none of the runs in which it could fail
    assert (
        failing.met == "no" and failing.could_fail == 0.4 and "where it could, it held in 0 % of runs" in failing.note
    )
    assert scored(some, 0.6, lambda runs: np.arange(100) >= 50).met == "no"  # undecided over all, a miss where at stake
    assert scored(some, 0.6, lambda runs: np.arange(100) < 80).met == "undecided"
    assert scored(some, 0.6, lambda runs: np.zeros(100, bool)).met == "vacuous"
    assert scored(sure, at_stake=lambda runs: np.arange(100) < 80).met == "yes"
    assert scored(sure, at_stake=lambda runs: np.arange(100) < 2).met == "vacuous"  # two say little
    assert scored([False] * 100, at_stake=lambda runs: np.zeros(100, bool)).met == "no"


def test_facts_that_nothing_puts_at_stake_are_vacuous():
    early, late = blank(1992), blank()
    depth(late, slice(None), 0.0)
    for code in ("A7 GEO", "A7 AZE", "A7 UZB"):
        assert score(BY_CODE[code], early).met == "vacuous"
    many = replace(early, memberships=np.repeat(early.memberships, 50, axis=0), ties=np.repeat(early.ties, 50, axis=0))
    join(many, slice(None), "CSTO", ["GEO"], ("1994Q1", "1999Q1"))
    assert score(BY_CODE["A7 GEO"], many).met == "yes"  # an entry and an exit
    assert score(BY_CODE["SF15"], late).met == "vacuous"
    join(late, slice(None), "CSTO", ["KAZ"])
    assert score(BY_CODE["A7 KAZ"], late).met == "vacuous"
    for body in ("CSTO", "EAEU", "SCO"):
        join(late, slice(None), body, ["KAZ", "KGZ"])
    assert score(BY_CODE["SF10 keep"], late).met == "vacuous"
    assert score(BY_CODE["SF9"], replace(late, vitalities=np.zeros_like(late.vitalities))).met == "vacuous"


def test_membership_of_the_pact_is_kept_by_coding():
    world = Scenario.load(SCENARIOS / "historical.yaml").world
    for body in ("CSTO", "EAEU", "SCO"):  # else A7 and SF10 are at stake: facts_a.KEPT
        cost = world.organisations[body].exit_cost
        assert min(value for _, value in cost.knots) >= PARAMETERS["hurdle"].high


def test_hazard_of_adoption_is_pooled():
    runs, fact = blank(), BY_CODE["SF11 hazard"]
    assert score(fact, runs).met == "no"  # nothing adopted: not a number, not a success
    tie(runs, 0, "UZB", "TUR", 0.2, "defence", ("2012Q1", "2026Q4"))
    tie(runs, 0, "AZE", "TUR", 0.2, "defence")  # from the first quarter on: was never at risk
    for code in ("KAZ", "KGZ", "PAK"):
        tie(runs, 0, code, "TUR", 0.2, "defence", ("2021Q1", "2026Q4"))
    before = 1 / (28 * 43 + 9)  # 28 state-runs through 2010Q1–2020Q3, one until 2012Q1
    after = 3 / (25 * 21 + 3 * 2)
    assert fact.holds(runs) == pytest.approx(after / before)
    row = score(fact, runs)
    assert row.met == "yes" and np.isnan(row.share) and row.note.startswith("value ")


def test_what_cannot_be_scored_says_why():
    runs = blank()
    assert score(BY_CODE["SF17"], runs).note.startswith("not expressible: ")
    row = score(BY_CODE["A9 trade"], runs)
    assert row.met == "not scored" and "no trade file" in row.note and np.isnan(row.share)
    weak = replace(runs, bandwidth=np.full_like(runs.bandwidth, 0.5))
    assert "bandwidth" in score(BY_CODE["SF16"], weak).note
    beyond = Fact("X", "B", "", 0.5, "", lambda runs: runs.tie("AZE", "TUR", "defence", "2031Q1") > 0)
    assert "2031Q1 is not recorded" in score(beyond, runs).note


def test_runs_are_asked_by_code_and_quarter():
    runs = blank()
    tie(runs, 1, "AZE", "TUR", 0.4, "defence", ("2021Q2", "2021Q3"))
    assert runs.tie("TUR", "AZE", "defence", "2021Q2") == pytest.approx([0, 0.4])
    assert runs.tie("AZE", "TUR", None, ("2021Q1", "2021Q4"))[1] == pytest.approx([0, 0.1, 0.1, 0])
    with pytest.raises(NcrError, match="state TUK is not in these runs"):
        runs.tie("TUK", "AZE", "defence", "2021Q2")
    with pytest.raises(NcrError, match="2009Q3 is not recorded"):
        runs.tie("TUR", "AZE", "defence", "2009Q3")
    with pytest.raises(NcrError, match="corridor silk is not"):
        runs.flow("silk", "2021Q2")


def test_betweenness_of_a_chain_and_of_nothing():
    chain = np.zeros((2, 4, 4))
    for i in range(3):
        chain[0, i, i + 1] = chain[0, i + 1, i] = 0.5
    assert betweenness(chain).tolist() == [[0, 2, 2, 0], [0, 0, 0, 0]]


def test_trade_file_is_read_in_both_layouts(tmp_path):
    official, reduced = tmp_path / "Dyadic_COW_4.0.csv", tmp_path / "trade.csv"
    official.write_text(
        "ccode1,ccode2,year,smoothflow1,smoothflow2\n640,373,2010,10,20\n640,373,2011,-9,40\n640,373,2009,999,999\n2,373,2010,5,5\n"
    )
    reduced.write_text("iso3_1,iso3_2,year,smoothflow1,smoothflow2\nTUR,AZE,2010.0,10,20\nTUR,AZE,2011.0,-9,40\n")
    for path in (official, reduced):
        assert load_trade(path, 2010, 2014)[("AZE", "TUR")] == 30.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "wanted, as Correlates of War, Trade .* found: a, b"),
        ("iso3_1,iso3_2,year,smoothflow1,smoothflow2\nTUR,AZE,2009,1,2\n", "no trade of 2010-2014"),
        (
            "iso3_1,iso3_2,year,smoothflow1,smoothflow2\nTUR,AZE,soon,1,2\n",
            "line 2, column year: 'soon' is not a whole number",
        ),
        ("", "not a table of text"),
    ],
)
def test_a_wrong_trade_file_is_named(tmp_path, text, message):
    path = tmp_path / "trade.csv"
    path.write_text(text)
    with pytest.raises(NcrError, match=message):
        load_trade(path, 2010, 2014)
    with pytest.raises(NcrError, match="no such file"):
        load_trade(tmp_path / "missing.csv", 2010, 2014)


def test_boards_are_apart_in_text_and_whole_in_json():
    board = score_runs({2009: blank(), 1992: blank(1992)})
    assert list(board) == ["fact", "set", "statement", "share", "low", "high", "required", "met", "note", "could_fail"]
    text = render(board)
    calibration, test, future = (text.index(title) for title in BOARDS)
    assert calibration < text.index("A12 UKR") < test < text.index("SF19") < future < text.index("SF20 clause")
    for part, own in ((text[calibration:test], "A"), (text[test:future], "B"), (text[future:], "F")):
        total = next(line for line in part.splitlines() if line.startswith("met "))
        assert sum(map(int, re.findall(r" (\d+)", total))) == (board["set"] == own).sum()
    assert text.count("not scored ") >= 2 and "nan" not in text
    listed = json.loads(as_json(board))["facts"]
    assert [row["fact"] for row in listed] == list(BY_CODE)
    assert next(row for row in listed if row["fact"] == "SF17")["share"] is None


def test_whole_scoreboard_on_the_coded_scenarios(tmp_path):
    scenarios = [Scenario.load(SCENARIOS / f"{name}.yaml") for name in ("historical", "historical_1992")]
    board = scoreboard(*scenarios, replicates=4, parameters="prior", seed=3)
    assert set(board.loc[board["met"] == "not scored", "fact"]) == {"A9 trade", "SF17"}
    shares = board["share"].dropna()
    assert shares.isin(np.arange(5) / 4).all() and board.attrs["failed"] == {"2009": 0, "1992": 0}
    pd.testing.assert_frame_equal(board, scoreboard(*scenarios, replicates=4, parameters="prior", seed=3, threads=1))
    with pytest.raises(NcrError, match="prior"):
        scoreboard(*scenarios, replicates=2, parameters="posterior")
    with pytest.raises(NcrError, match="need a start in 1992"):
        scoreboard(scenarios[0], scenarios[0], replicates=1)


def test_validate_writes_once_and_misses_are_no_error():
    written = []
    assert validate(written.append, replicates=2, json=True) == 0
    (text,) = written
    assert len(json.loads(text)["facts"]) == len(FACTS)
    assert json.loads(text)["parameters"] == "retained" and "history" not in json.loads(text)["stale"]
    assert validate(written.append, replicates=2, parameters="fixed") == 0
    assert "parameters: those of the scenarios" in written[1]
    with pytest.raises(NcrError, match="--replicates 0"):
        validate(written.append, replicates=0)
    with pytest.raises(NcrError, match="--parameters posterior: write retained, prior or fixed"):
        validate(written.append, parameters="posterior")
