"""What a notebook shows: escaped, small whatever the size of the world, from what is there, and sensible when nothing is."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sim.display import MOST
from sim.engine import run_all, simulate
from sim.model import GeopoliticalModel
from sim.results import Results
from sim.scenario.compile import compile_scenario
from sim.scenario.schema import Scenario
from sim.sweep import Sweep
from sim.sweep.runner import run_sweep

ROOT = Path(__file__).resolve().parent.parent
TEACHING = ROOT / "scenarios/teaching/twelve.yaml"
HOSTILE = '<script>alert("&")</script>'
LARGEST = 20_000  # bytes


class Reader(HTMLParser):
    """Tags in order, open ones, and the text between them."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.text = [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def read(shown) -> Reader:
    """What ``shown`` puts into a notebook, found to be well formed, small, and without anything but text and tables."""
    html = shown._repr_html_()
    assert len(html.encode()) < LARGEST
    reader = Reader(html)
    assert reader.open == [] and set(reader.tags) <= {"div", "b", "table", "tr", "th", "td"}
    return reader


@pytest.fixture(scope="module")
def twelve():
    return Scenario.load(TEACHING)


@pytest.fixture(scope="module")
def results(twelve):
    return simulate(twelve, replicates=4)


def built(results) -> set[str]:
    """Tables that have been made so far, in both arms."""
    return {*results._tables, *(results.twin._tables if results.twin else ())}


def test_a_scenario_says_what_is_run_and_what_was_changed(twelve):
    assert "as coded" in read(twelve).text and "12 states, 3 poles" in read(twelve).text
    changed = twelve.replace(levers={"norms": 0}, parameters={"w_threat": 3}, knockouts=["kinship"], freeze_at="2008Q1")
    text = read(changed).text
    assert "norms = 0" in text and "w_threat = 3" in text and "knock-out kinship" in text and "2008Q1" in text
    assert "given, not derived" in read(Scenario.load(ROOT / "scenarios/teaching/twelve_direct.yaml")).text


@pytest.mark.parametrize("name", ["teaching/twelve.yaml", "historical.yaml", "historical_1992.yaml"])
def test_worlds_and_everything_in_them_are_small(name):
    scenario = Scenario.load(ROOT / "scenarios" / name)
    world = scenario.world
    entries = [*world.states.values(), *world.poles.values(), *world.dyads.values(), *world.organisations.values()]
    for entry in (scenario, world, *entries, *world.events, *world.corridors.values(), *world.levers.values()):
        read(entry)
    text = read(world).text
    assert all(code in text for code in (*world.states, *world.poles, *world.organisations))
    assert len(repr(world)) < 100 and world.title in repr(world)


def test_a_state_shows_every_number_with_range_and_source(twelve):
    state = twelve.world.states["BEX"]
    text = read(state).text
    for words in (
        "Bexland",
        "0.012 → 0.018",
        "leader_images.optimism",
        "-0.5–0.5",
        "coded judgement",
        "First of Bexland",
    ):
        assert words in text
    assert "strategic_culture.repertoire.defence" in text and "domestic_institutions.administration" in text


def test_a_world_of_two_hundred_states_is_cut(twelve):
    world = twelve.world
    many = {f"S{k:03}": world.states["BEX"] for k in range(200)}
    large = world.model_copy(update={"states": many})
    text = read(large).text
    assert f"and {200 - MOST} more" in text and "S039" in text and "S040" not in text


def test_what_users_write_is_escaped_and_cut(twelve, tmp_path):
    world = (TEACHING.parent / "worlds/twelve.yaml").read_text()
    world = world.replace("name: Bexland", f"name: '{HOSTILE}'").replace("name: River Council", f"name: '{HOSTILE}'")
    (tmp_path / "world.yaml").write_text(world.replace("world: Twelve states among three poles", f"world: '{HOSTILE}'"))
    file = tmp_path / "scenario.yaml"
    file.write_text(f"scenario: '{HOSTILE}{'x' * 30_000}'\nworld: world.yaml\nstart: 2015Q1\nfocus: RIVER_COUNCIL\n")
    scenario = Scenario.load(file)
    results = simulate(scenario, replicates=1)
    with GeopoliticalModel(scenario) as model:
        for shown in (scenario, scenario.world, scenario.world.states["BEX"], results, model.state("BEX")):
            assert "<script" in read(shown).text  # as text: a tag would have been refused by read


def test_results_show_both_arms_with_intervals_from_one_table(results):
    reader = read(results)
    assert built(results) == {"runs"}
    assert "4 runs, 2004Q1–2019Q4, seed 1" in reader.text and "twin" in reader.text
    assert re.search(r"\d+%–\d+%", reader.text)
    assert "twin" in read(results.twin).text and reader.tags.count("table") == 1


def test_results_without_twin_failed_and_read_back(twelve, results, tmp_path):
    alone = simulate(twelve, replicates=2, twin=False)
    assert "twin" not in read(alone).text
    compiled = compile_scenario(twelve)
    broken = compiled.parameters._replace(w_threat=float("nan"))
    recordings = run_all(compiled, [(0, broken)])
    none = Results.from_recordings(twelve, compiled, recordings, recordings, {"seed": 1, "replicates": 1})
    text = read(none).text
    assert "1 runs failed" in text and "nan" not in text and "no run ended" in text
    assert Results.load(results.save(tmp_path / "saved"))._repr_html_() == results._repr_html_()


def test_a_sweep_shows_its_axes_and_progress(twelve):
    axes = {"north_overstretch": {"low": 0, "high": 1, "levels": 2}}
    plan = Sweep.make(twelve.replace(end="2006Q4"), title=HOSTILE, design={"kind": "grid"}, axes=axes, replicates=2)
    text = read(run_sweep(plan)).text
    assert HOSTILE in text and "north_overstretch" in text and "2 points × 2 replicates; 4 runs" in text


def test_a_state_of_a_model_shows_where_it_stands_until_the_model_closes(twelve):
    model = GeopoliticalModel(twelve)
    model.step()
    state = model.state("BEX")
    text = read(state).text
    assert "Bexland" in text and "BEX, 2004Q1" in text and f"{state.clarity:.2f}" in text
    assert "RIVER_COUNCIL (full)" in text and "share of ties" in text
    model.close()
    assert state._repr_html_() is None and "BEX" in repr(state)
    del model
    assert state._repr_html_() is None
