"""Loaders on tiny files in the official formats, the rank correlations on panels whose answer is known, the third board."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_validation import SCENARIOS, STATES, blank, join, rung, tie

from analysis.dataset_measures import CONTROL, INPUT, MEASURES, TEST, Measure, during
from analysis.dataset_scores import HALVES, Half, halves, read, render, score, score_datasets
from analysis.datasets import LOADERS, load_all, recognise
from analysis.datasets.codes import numbers
from analysis.rank_correlation import Correlation, Panel, correlate, ranks, spearman
from analysis.runs import capability_paths
from analysis.validation import recorded, validate
from sim.engine import Engine, parameter_draws, run_all
from sim.errors import NcrError
from sim.rules.feedback import grow
from sim.scenario.compile import compile_scenario
from sim.scenario.schema import Scenario

NAN = float("nan")
OFFICIAL = {
    "NMC-70-abridged.csv": "stateabb,ccode,year,milex,milper,irst,pec,tpop,upop,cinc,version\n"
    "TUR,640,2019,-9,500,33,1,80,60,.015,2025\nAZE,373,2019,1,70,0,1,10,5,.001,2025\n"
    "BAV,245,1816,1,1,1,1,1,1,.01,2025\nGFR,260,1990,1,1,1,1,1,1,.03,2025\nGMY,255,1990,2,2,2,2,2,2,.04,2025\n",
    "atop5_1dy.csv": "dyad,year,atopally,defense,offense,neutral,nonagg,consul,bilatno,multino,number,asymm,"
    "atopid1,atopid2,mem1,mem2,version\n"
    "373640,2010,1,1,0,0,1,1,1,1,2,0,3740,5060,373,640,5.1\n365373,2010,1,0,0,0,1,0,0,1,1,0,3740,.,365,373,5.1\n"
    "365371,2010,1,1,0,0,0,1,1,0,1,0,4000,.,365,371,5.1\n",
    "Dyadic_COW_4.0.csv": "ccode1,ccode2,year,importer1,importer2,flow1,flow2,smoothflow1,smoothflow2,version\n"
    "373,640,2010,A,T,10,20,10,20,4\n373,640,2011,A,T,-9,40,-9,40,4\n2,373,2010,U,A,-9,-9,-9,-9,4\n255,260,1990,G,F,1,1,1,1,4\n",
    "IdealpointestimatesAll_Jun2024.csv": "ccode,session,IdealPointAll,NVotesAll,Countryname,iso3c\n"
    "640,65,.5,60,Turkey,TUR\n373,65,-.25,60,Azerbaijan,AZE\n373,66,,60,Azerbaijan,AZE\n345,47,.1,9,Yugoslavia,YUG\n,1,1,2,none,\n",
    "V-Dem-CY-Core-v15.csv": "country_name,country_text_id,country_id,year,COWcode,v2x_horacc_osp,v2x_veracc_osp,v2xcs_ccsi,v2xcl_rol\n"
    "Turkey,TUR,99,2019,640,.2,.4,.3,.3\nAzerbaijan,AZE,106,2019,373,.05,.1,.1,.2\n",
    "UcdpPrioConflict_v25_1.csv": "conflict_id,location,side_a,side_a_id,side_a_2nd,side_b,side_b_id,side_b_2nd,incompatibility,"
    "year,intensity_level,type_of_conflict,start_date,gwno_a,gwno_a_2nd,gwno_b,gwno_b_2nd,version\n"
    '388,Azerbaijan,A,1,T,B,2,,1,2020,2,2,1991-12-30,373,640,371,,25.1\n'
    '333,Afghanistan,A,1,"U, K",B,2,,2,2020,2,4,1978-04-27,700,"2, 200",,,25.1\n'
    "354,Turkey,A,1,,B,2,,1,2020,1,3,1984-08-15,640,,,,25.1\n",
}  # fmt: skip
NAMES = dict(zip(OFFICIAL, ("nmc", "atop", "trade", "unga", "vdem", "ucdp"), strict=True))
FILE = {name: file for file, name in NAMES.items()}


@pytest.fixture
def folder(tmp_path):
    for name, text in OFFICIAL.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def rows(data, *columns):
    return [tuple(row) for row in data.frame[list(columns)].itertuples(index=False)]


def test_every_official_file_is_recognised_by_its_columns_and_read(folder):
    (folder / "notes.csv").write_text("a,b\n1,2\n")
    (folder / "empty.csv").write_text("")
    assert {file: recognise(folder / file) for file in OFFICIAL} == NAMES
    data, aside = load_all([folder])
    assert list(data) == list(LOADERS) and aside == ["empty.csv", "notes.csv"]
    assert [data[name].version for name in LOADERS] == ["7.0", "5.1", "4.0", "Jun2024", "15", "25.1"]
    for loaded in data.values():
        keys = [name for name in loaded.frame.columns if name.startswith("iso3")]
        assert not loaded.frame.duplicated([*keys, "year"]).any()
        assert loaded.file in loaded.lines()[0]


def test_capability_has_missing_codes_as_nan_and_one_row_for_a_successor(folder):
    data = LOADERS["nmc"].load(folder / FILE["nmc"])
    assert rows(data, "iso3", "year", "cinc") == [("AZE", 2019, 0.001), ("DEU", 1990, 0.04), ("TUR", 2019, 0.015)]
    assert np.isnan(data.frame.set_index("iso3").loc["TUR", "milex"]) and data.missing["milex"] == 1
    assert data.skipped == {"no ISO code for 245": 1, "a predecessor in the year its successor has a row": 1}
    assert data.rows == 5 == len(data.frame) + sum(data.skipped.values())


def test_treaties_leave_umbrellas_out_and_say_where_obligations_are_mixed(folder):
    data = LOADERS["atop"].load(folder / FILE["atop"])
    assert rows(data, "iso3_a", "iso3_b", "defense") == [("ARM", "RUS", 1), ("AZE", "TUR", 1)]
    assert data.skipped == {"umbrella treaties alone (CSCE, Charter of the CIS)": 1}
    assert "1 rows rest on an umbrella treaty and on others" in data.remarks[0]


def test_trade_is_the_larger_mirror_and_missing_only_where_both_are(folder):
    data = LOADERS["trade"].load(folder / FILE["trade"])
    assert rows(data, "iso3_a", "iso3_b", "year")[:2] == [("AZE", "TUR", 2010), ("AZE", "TUR", 2011)]
    assert data.frame["trade"].tolist()[:2] == [20, 40] and np.isnan(data.frame["trade"].iloc[2])
    assert data.skipped == {"both sides are one state": 1} and data.missing["smoothflow1"] == 2


def test_ideal_points_by_session_and_by_year(folder):
    data = LOADERS["unga"].load(folder / FILE["unga"])
    assert rows(data, "iso3", "year")[:2] == [("AZE", 2010), ("AZE", 2011)] and data.missing == {"idealpointall": 2 - 1}
    assert ("SRB", 1992) in rows(data, "iso3", "year") and data.skipped == {"no ISO code for empty": 1}
    newer = folder / "IdealpointsJuly2025.tab"
    newer.write_text("iso3c\tyear\tidealpointall\tidealpointfp\nTUR\t2024\t.5\t.4\n")
    data = LOADERS["unga"].load(newer)
    assert rows(data, "iso3", "year", "ideal_point") == [("TUR", 2024, 0.5)] and data.version == "July2025"


def test_conflicts_are_pairs_on_opposite_sides_and_on_the_same(folder):
    data = LOADERS["ucdp"].load(folder / FILE["ucdp"])
    found = {row[:2]: row[2:] for row in rows(data, "iso3_a", "iso3_b", "opposed", "together")}
    assert found[("ARM", "AZE")] == found[("ARM", "TUR")] == (2, 0) and found[("AZE", "TUR")] == (0, 2)
    assert found[("GBR", "USA")] == (0, 2) and len(found) == 6
    assert data.skipped == {"conflicts with one state in them": 1}


def test_numbers_of_both_systems_and_of_successor_states():
    cow, gw = numbers("cow"), numbers("gw")
    assert {cow[n] for n in (255, 260)} == {"DEU"} == {gw[260]} and cow[345] == gw[345] == gw[340] == "SRB"
    assert (cow[970], gw[970], cow[946]) == ("NRU", "KIR", "KIR") and cow[365] == "RUS" and 340 not in cow
    assert len(set(cow.values())) > 190 and all(len(code) == 3 for code in {*cow.values(), *gw.values()})


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("nmc", ",cinc,", ",CINC_score,", "column cinc missing; wanted, as Correlates of War.*found: stateabb, ccode"),
        ("nmc", "2025\n", "2031\n", r"version 2031 found, wanted 7.0 \(column version: 2025\).*--any-version"),
        ("nmc", "500,33", "many,33", "line 2, column milper: 'many' is not a number"),
        ("nmc", "640,2019", "640,2019.5", "column year: '2019.5' is not a whole number"),
        ("nmc", "AZE,373", "AZE,640", "TUR 2019 stands twice with different values"),
        ("atop", "consul,", "consultation,", "column consul missing"),
        ("atop", "373,640,5.1", "373,640,5.0", "rows of several versions"),
        ("trade", "smoothflow2", "smooth2", "column smoothflow2 missing"),
        ("trade", "ccode2", "state2", "column ccode2 missing"),
        ("unga", "session", "meeting", "column year missing.*found: ccode, meeting"),
        ("vdem", "v2xcl_rol", "v2x_rule", "column v2xcl_rol missing"),
        ("ucdp", "gwno_b_2nd", "b_2nd", "column gwno_b_2nd missing"),
        ("ucdp", "25.1\n", "3.0\n", "version 3 found"),
    ],
)
def test_what_differs_from_a_release_is_named(folder, name, old, new, message):
    path = folder / FILE[name]
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1) if "several" in message else text.replace(old, new))
    with pytest.raises(NcrError, match=message) as caught:
        LOADERS[name].load(path)
    assert path.name in str(caught.value)
    if "--any-version" in message:
        assert LOADERS[name].load(path, any_version=True).version == "2031"


def test_paths_that_cannot_be_used_are_refused(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    with pytest.raises(NcrError, match="no .csv or .tab file"):
        load_all([other])
    (other / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(NcrError, match="no file holds one of nmc"):
        load_all([other])
    with pytest.raises(NcrError, match="none of nmc, .* by its columns"):
        load_all([other / "x.csv"])
    (other / "copy.csv").write_text(OFFICIAL[FILE["nmc"]])
    with pytest.raises(NcrError, match="both hold nmc"):
        load_all([folder, other])
    with pytest.raises(NcrError, match="no such file or folder"):
        load_all([other / "none"])
    (other / "NMC.dta").write_bytes(b"\x00\x01")
    with pytest.raises(NcrError, match=".dta is no text table"):
        load_all([other / "NMC.dta"])


# Correlations --------------------------------------------------------------------------------------------------------


def test_weighted_ranks_are_ranks_of_repeated_values():
    values, weights = np.array([3.0, 1.0, 1.0, 2.0, 9.0]), np.array([2.0, 1.0, 3.0, 0.0, 1.0])
    repeated = pd.Series(np.repeat(values, weights.astype(int))).rank().to_numpy() - 0.5
    mine = np.repeat(ranks(values, weights), weights.astype(int))
    assert np.allclose(mine, repeated)


def test_spearman_is_pandas_spearman():
    draw = np.random.default_rng(0)
    one, other = draw.integers(0, 6, (2, 40)).astype(float)
    wanted = pd.Series(one).corr(pd.Series(other), method="spearman")
    assert spearman(one, other, np.ones(40), 5) == pytest.approx(wanted)
    weights = draw.integers(0, 3, 40).astype(float)
    repeated = [pd.Series(np.repeat(v, weights.astype(int))) for v in (one, other)]
    assert spearman(one, other, weights, 5) == pytest.approx(repeated[0].corr(repeated[1], method="spearman"))
    assert np.isnan(spearman(np.ones(40), other, np.ones(40), 5)) and np.isnan(spearman(one, other, np.ones(40), 41))


def a_panel(follows, states=12, years=5, runs=6):
    """Pairs whose ties follow what is observed, or are drawn apart from it."""
    draw = np.random.default_rng(1)
    members = np.array([(i, j, -1) for i in range(states) for j in range(i)])
    observed = draw.normal(size=(years, len(members))).cumsum(axis=0)
    simulated = observed if follows else draw.normal(size=observed.shape)
    return Panel(
        simulated + 0.1 * draw.normal(size=(runs, *observed.shape)), observed, np.arange(years), members, states
    )


def test_interval_finds_what_is_there_and_nothing_where_nothing_is():
    every = np.full(5, True)
    found, none = correlate(a_panel(True), every, 1, 100), correlate(a_panel(False), every, 1, 100)
    assert found.across_low > 0.8 and found.within_low > 0.8 and (found.units, found.years) == (66, 5)
    assert none.across_low < 0 < none.across_high and none.within_low < 0 < none.within_high
    assert correlate(a_panel(True), every, 1, 100) == found != correlate(a_panel(True), every, 2, 100)
    opposite = correlate(replace(a_panel(True), observed=-a_panel(True).observed), every, 1, 100)
    assert opposite.across == pytest.approx(-found.across)


def test_readings():
    half, late = Half(HALVES[0], 2009, 2019), Half(HALVES[1], 2019, 2025)
    plus, zero, minus = (Correlation(a, a - 0.1, a + 0.1, a, a - 0.1, a + 0.1, 9, 9) for a in (0.3, 0, -0.3))

    def reading(kind, found, when=late, came=None, **more):
        return read(Measure("m", "nmc", kind, "", "", None, **more), found, came, when)[0]

    assert [reading(TEST, c) for c in (plus, zero, minus)] == ["agrees", "undecided", "disagrees"]
    assert [reading(CONTROL, c) for c in (plus, zero, minus)] == ["not quiet", "quiet", "quiet"]
    assert reading(INPUT, plus) == "coded" == reading(TEST, plus, half, coded_to=2019)
    assert reading(TEST, plus, coded_to=2019) == "agrees" and reading(TEST, plus, came=2) == "too few came"
    assert reading(CONTROL, replace(plus, across_low=NAN)) == "not tested" == reading(TEST, replace(plus, across=NAN))


# Measures and the board ----------------------------------------------------------------------------------------------

BY_NAME = {measure.name: measure for measure in MEASURES}
PEOPLE = tuple(code for code in STATES if code not in ("TRNC",))


def empty_runs():
    runs = blank()
    t, n = len(runs.quarters), len(runs.states)
    return replace(
        runs, exists=np.ones((t, n), bool), veto_points=np.tile(np.linspace(0, 1, n), (t, 1)),
        capability=np.tile(np.linspace(0.1, 1, n), (2, t, 1)), pole_capability=np.ones((t, 5)),
    )  # fmt: skip


def made(tmp_path, name, header, lines, file=None):
    path = tmp_path / (file or f"{name}.csv")
    path.write_text("\n".join([header, *lines]) + "\n")
    return LOADERS[name].load(path)


def treaties(tmp_path, new, first=2009, last=2018):
    """A treaty file with one old pact all along, and each pair of ``new`` obliged from its year on."""
    numbers_of = {code: number for number, code in numbers("cow").items()}
    known = [f"{numbers_of[a]},{numbers_of[b]},{y},1,0,0,0,0,4000" for a, b, start in [("ARM", "UKR", first), *new]
             for y in range(start, last + 1)]  # fmt: skip
    others = [f"{numbers_of[code]},2,{first},0,0,0,0,1,4001" for code in PEOPLE]
    return made(tmp_path, "atop", "mem1,mem2,year,defense,offense,neutral,nonagg,consul,atopid1", known + others)


NEW = [("AZE", "TUR", 2012), ("KAZ", "UZB", 2013), ("GEO", "UKR", 2013), ("KGZ", "TJK", 2014), ("AFG", "PAK", 2014)]


def test_new_commitments_score_what_is_new_and_not_what_was_there(tmp_path):
    data, half = treaties(tmp_path, NEW), Half(HALVES[0], 2009, 2019)
    runs = empty_runs()
    rung(runs, slice(None), "ARM", "UKR", 3)  # was there before: persistence
    for a, b, year in NEW:
        rung(runs, slice(None), a, b, 2, (f"{year}Q3", "2026Q4"))
    part = during(runs, half.first, half.last)
    row = score(BY_NAME["new commitments"], part, data, half, 1)
    assert row["came"] == 5 and row["across"] == pytest.approx(1.0) and row["reading"] == "agrees"
    panel = BY_NAME["new commitments"].build(part, data)
    old = part.pairs.index(("ARM", "UKR"))
    assert np.nansum(panel.observed[:, [u for u in range(len(panel.members)) if u == old]]) == 0
    early = empty_runs()  # a rung of the first year is as old as a treaty of that year
    rung(early, slice(None), "AZE", "TUR", 2, ("2010Q3", "2026Q4"))
    assert not BY_NAME["new commitments"].build(during(early, 2010, 2019), data).simulated.any()
    wrong = empty_runs()
    for a, b in (("ISR", "SYR"), ("HUN", "ISR")):
        rung(wrong, slice(None), a, b, 2, ("2012Q1", "2026Q4"))
    row = score(BY_NAME["new commitments"], during(wrong, 2009, 2019), data, half, 1)
    assert row["across"] < 0 and row["reading"] != "agrees"


def votes(tmp_path, distance):
    """Ideal points of all states; ``distance(code, year)`` is where a state stands."""
    lines = [f"{code},{year},{distance(code, year):.4f}" for code in PEOPLE for year in range(2009, 2020)]
    return made(tmp_path, "unga", "iso3c,year,idealpointall", lines)


def test_the_control_is_loud_in_a_world_whose_bloc_votes_alike_and_quiet_in_one_whose_bloc_does_not(tmp_path):
    club = ("TUR", "AZE", "KAZ", "KGZ", "UZB", "TKM")
    runs, half = empty_runs(), Half(HALVES[0], 2009, 2019)
    for year in range(2010, 2020):
        for i, a in enumerate(club):
            for b in club[:i]:
                tie(runs, slice(None), a, b, (year - 2009) / 12, when=(f"{year}Q1", f"{year}Q4"))
    place = {code: k / 3 for k, code in enumerate(PEOPLE)}
    alike = votes(tmp_path, lambda c, y: place[c] * ((2020 - y) / 11 if c in club else 1 + (y - 2009) / 20))
    apart = votes(tmp_path, lambda c, y: place[c] + (y - 2009) * 0.1 * np.sin(7 * place[c]))
    measure, part = BY_NAME["ties and votes"], during(runs, half.first, half.last)
    loud, quiet = score(measure, part, alike, half, 1), score(measure, part, apart, half, 1)
    assert loud["reading"] == "not quiet" and loud["across_low"] > 0
    assert quiet["reading"] == "quiet" and quiet["across_low"] <= 0


def test_halves_are_apart_and_say_when_a_file_ends(tmp_path):
    runs = empty_runs()
    join(runs, 0, "GUAM", ("AZE", "GEO"))
    assert [(h.name, h.first, h.last) for h in halves(runs)] == [("to 2019", 2009, 2019), ("from 2020", 2019, 2026)]
    data = {"atop": treaties(tmp_path, NEW), "unga": votes(tmp_path, lambda c, y: len(c) + y / 1000)}
    board = score_datasets(runs, data, "made", 1)
    late = board[board["half"] == "from 2020"]
    assert (late["reading"] == "not tested").all() and late["why"].str.contains("the file ends in 201").all()
    assert set(board["dataset"]) == {"atop", "unga"} and len(board) == 2 * 4
    early = board[board["half"] == "to 2019"].set_index("measure")
    assert early.loc["ties and votes", "why"] and "TRNC" in early.loc["new commitments", "unknown"]
    text = render(board, data, ["x.csv"])
    assert (
        text.index("made, to 2019") < text.index("made, from 2020") and "nan" not in text and "not used: x.csv" in text
    )


def test_capability_of_runs_is_that_of_the_engine():
    scenario = Scenario.load(SCENARIOS / "teaching/twelve.yaml").replace(replicates=2)
    compiled = compile_scenario(scenario)
    tasks = list(enumerate(parameter_draws(scenario, compiled, None)))
    recordings = run_all(compiled, tasks, ties=True)
    paths = capability_paths(compiled, tasks, recordings)
    assert np.array_equal(paths[:, 0], np.tile(compiled.drivers.capability[0], (2, 1)))
    engine = Engine(compiled)
    engine.run(tasks[1][1], compiled.seed, 1)
    grown = paths[1, -1] / compiled.drivers.capability[-1]
    assert grown.max() > 1.001
    last = recordings[1].tie[-1].astype(float)
    grow(last, compiled.drivers.complementarity[-1], tasks[1][1].growth_feedback, grown)  # the engine's last quarter
    assert np.allclose(grown, engine.situation.growth, rtol=1e-6)


def test_command_compares_a_scenario_of_ones_own_and_refuses_what_cannot_be(folder, tmp_path):
    written = []
    history = str(SCENARIOS / "historical.yaml")
    assert validate(written.append, scenario=history, data=[folder], replicates=2, json=True) == 0
    board = json.loads(written[0])["datasets"]
    assert board["files"]["nmc"]["version"] == "7.0" and str(tmp_path) not in written[0]
    assert {row["measure"] for row in board["correlations"]} == set(BY_NAME)
    with pytest.raises(NcrError, match="name datasets with --data"):
        validate(written.append, scenario=history, replicates=2)
    with pytest.raises(NcrError, match="--trade is for a fact"):
        validate(written.append, scenario=history, data=[folder], trade=folder / FILE["trade"], replicates=2)
    with pytest.raises(NcrError, match="codes there are ISO alpha-3"):
        validate(written.append, scenario=str(SCENARIOS / "teaching/twelve.yaml"), data=[folder], replicates=2)
    old = tmp_path / "old"
    old.mkdir()
    (old / "nmc.csv").write_text("ccode,year,milex,milper,irst,pec,tpop,upop,cinc\n640,1999,1,1,1,1,1,1,.01\n")
    with pytest.raises(NcrError, match="--data: nmc.csv ends in 1999, and .* starts in 2009Q4: no year to compare"):
        validate(written.append, scenario=history, data=[old], replicates=2)
    assert len(written) == 1


def test_trade_of_the_data_serves_the_fact_that_needs_it(folder):
    text = []
    (folder / FILE["trade"]).write_text(
        "ccode1,ccode2,year,smoothflow1,smoothflow2\n640,373,2010,9,9\n640,372,2010,5,5\n640,705,2010,3,3\n"
    )
    assert validate(text.append, data=[folder / FILE["trade"]], replicates=2, json=True) == 0
    facts = {row["fact"]: row["met"] for row in json.loads(text[0])["facts"]}
    assert facts["A9 trade"] in ("yes", "no", "undecided")


def test_recorded_runs_carry_what_measures_read():
    runs = recorded(Scenario.load(SCENARIOS / "historical.yaml"), 2, None, 1, "2011Q4")
    part = during(runs, 2010, 2011)
    assert part.capability.shape == part.ties.shape[:2] + (len(runs.states),) and part.first == "2010Q1"
    assert part.exists.shape == part.veto_points.shape == part.capability.shape[1:]
