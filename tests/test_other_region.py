"""A coarse world of another region through the whole: check, run, twin, table, figures, levers, knock-outs, sweep, datasets.

Nothing in the code may depend on the region that is shipped. The world stands in ``tests/elsewhere`` and is no evidence.
"""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from test_cli import ncr

from analysis.plots import draw_all
from analysis.validation import validate
from sim.cli_settings import settings
from sim.engine import simulate
from sim.errors import NcrError
from sim.health import health
from sim.results import Results
from sim.scenario.load import check
from sim.scenario.schema import Scenario
from sim.summary import summarise
from sim.summary_table import render
from sim.sweep.inert import inert_levers

HERE = Path(__file__).resolve().parent
FILE = HERE / "elsewhere/south_east_asia.yaml"
STATES, POLES = {"IDN", "MYS", "PHL", "PNG", "SGP", "THA", "VNM"}, {"CHN", "JPN", "USA"}
SHIPPED = HERE.parent / "scenarios/worlds/eurasia.yaml"


@pytest.fixture(scope="module")
def results():
    return simulate(Scenario.load(FILE), replicates=8, ties=True)


@pytest.fixture(scope="module")
def shipped():
    return yaml.load(SHIPPED.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def test_the_world_is_sound_and_shares_no_state_or_body_with_the_shipped_one(shipped):
    assert check([FILE, FILE.with_name("south_east_asia_world.yaml")]) == []
    world = Scenario.load(FILE).world
    assert set(world.states) == STATES and set(world.poles) == POLES
    assert not STATES & set(shipped["states"]) and not set(world.organisations) & set(shipped["organisations"])


def test_runs_and_twin_speak_of_this_region_alone(results):
    assert (results.runs["status"] == "ok").all() and (results.twin.runs["status"] == "ok").all()
    assert set(results.states["state"]) == STATES and set(results.manifest["poles"]) == POLES
    founded = {f"FOUNDED_{k}" for k in range(1, 5)}
    assert set(results.organisations["organisation"]) <= {"ASEAN", "BELT_ROAD"} | founded
    moved = results.states.merge(results.twin.states, on=["run", "quarter", "state"], suffixes=("", "_twin"))
    before = moved["quarter"] <= results.quarter("2008Q4")
    gap = (moved["permissiveness"] - moved["permissiveness_twin"]).abs()
    assert gap[before].max() == 0 and gap[~before].max() > 0.05  # the twin parts where the scenario freezes it


def test_table_names_what_the_world_names(results, shipped):
    text = render(summarise(results), results.names)
    assert "Association of Southeast Asian Nations: exists from the start" in text and "Vietnam" in text
    names = [entry["name"] for part in ("states", "organisations") for entry in shipped[part].values()]
    assert not [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)]


def test_health_checks_are_computed_and_find_what_a_small_world_does(results):
    found = health(results).set_index("check")
    assert found.loc["failed runs", "ok"] and found.loc["correlation of the two", "ok"]
    assert found.loc["spectral radius of the tie map, highest", "value"] != "not computed"
    assert not found.loc["permissiveness, range", "ok"]  # three far poles leave much room everywhere: it says so
    assert not found["value"].str.contains("nan").any()


def test_no_lever_is_inert_and_each_moves_what_it_should():
    scenario = Scenario.load(FILE)
    assert inert_levers(scenario.replace(levers=dict.fromkeys(scenario.world.levers, 0.0))) == []

    def room(**levers):
        made = simulate(scenario.replace(levers=levers), replicates=3, twin=False)
        late = made.states[made.states["quarter"] == made.states["quarter"].max()]
        return late.groupby("state")["permissiveness"].mean()

    coded = room()
    assert (room(china_policing=0) > coded + 0.01).any() and (room(china_policing=0) >= coded - 1e-9).all()
    assert (room(china_opposition=0) > coded + 0.01).any()
    assert (room(us_retrenchment=0) - coded).abs().max() > 1e-4
    assert room(permissiveness_offset=-0.2).mean() < coded.mean() - 0.1


def test_a_lever_of_the_shipped_world_is_unknown_here():
    with pytest.raises(NcrError, match="russian_overstretch.*china_policing"):
        settings(["russian_overstretch=1"], Scenario.load(FILE))


def test_rules_can_be_left_out_here_too():
    scenario = Scenario.load(FILE).replace(replicates=4)
    ties = {}
    for name in ("", "complementarity", "spillover"):
        made = simulate(scenario.replace(knockouts=[name] if name else []), twin=False)
        ties[name] = made.system[made.system["quarter"] == made.system["quarter"].max()]["mean_tie"].mean()
    assert ties["complementarity"] < 0.8 * ties[""] and ties["spillover"] < ties[""]


def test_every_figure_of_a_run_is_drawn(results, tmp_path):
    assert sorted(path.name for path in draw_all(results, tmp_path)) == ["alignment.png", "depth.png", "membership.png"]
    assert min(path.stat().st_size for path in tmp_path.iterdir()) > 10_000


def test_command_line_from_run_to_figures(tmp_path):
    out = tmp_path / "out"
    code, text, err = ncr(
        "run", FILE, "--replicates", 3, "--set", "us_retrenchment=1.5", "--ties", "--no-figures", "--out", out
    )
    assert code == 0 and "Indonesia" in text, err
    assert set(Results.load(out).ties["state_a"]) < STATES
    code, text, err = ncr("plot", out, "membership", "--organisation", "BELT_ROAD")
    assert code == 0 and list((out / "figures").glob("membership-*")), err


def test_a_sweep_over_its_levers(tmp_path):
    sweep = tmp_path / "sweep.yaml"
    sweep.write_text(
        f"sweep: Elsewhere\nscenario: {FILE}\ndesign: {{kind: grid}}\nreplicates: 2\n"
        "axes:\n  us_retrenchment: {values: [0, 1]}\n  china_policing: {values: [0, 1]}\n"
    )
    code, text, err = ncr("sweep", sweep, "--out", tmp_path / "out", "--json")
    assert code == 0 and json.loads(text), err


def test_runs_are_compared_with_datasets_of_its_states(tmp_path):
    number = {"IDN": 850, "MYS": 820, "PHL": 840, "PNG": 910, "SGP": 830, "THA": 800, "VNM": 816, "USA": 2, "CHN": 710}
    share = {code: 0.001 * (k + 1) for k, code in enumerate(sorted(number))}
    lines = [f"X,{number[code]},{year},1,1,1,1,1,1,{share[code] * (1 + (year - 2002) / 50):.5f},2025"
             for code in number for year in range(2002, 2023)]  # fmt: skip
    head = "stateabb,ccode,year,milex,milper,irst,pec,tpop,upop,cinc,version"
    (tmp_path / "NMC.csv").write_text("\n".join([head, *lines]) + "\n")
    draw = np.random.default_rng(1)
    votes = [f"{code},{year},{draw.normal():.3f}" for code in number for year in range(2002, 2025)]
    (tmp_path / "unga.csv").write_text("\n".join(["iso3c,year,idealpointall", *votes]) + "\n")
    texts: list[str] = []
    assert validate(texts.append, scenario=FILE, data=[tmp_path], replicates=3, json=True) == 0
    rows = json.loads(texts[0])["datasets"]["correlations"]
    by = {(row["measure"], row["half"]): row for row in rows}
    assert by[("capability", "to 2019")]["units"] == 7 and by[("capability", "to 2019")]["across"] is not None
    assert by[("ties and votes", "from 2020")]["reading"] == "quiet"
    assert "JPN" in by[("capability", "to 2019")]["unknown"]
