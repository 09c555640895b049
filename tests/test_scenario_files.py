"""The file loader: what is valid loads, what is broken says where, what and what to write instead."""

import pickle
import random
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from broken.edits import SCENARIO, TRAPS, WORLD
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import NcrError, Problem, ScenarioError
from sim.quarters import label, ordinal
from sim.scenario.entries import Entry, Sourced
from sim.scenario.json_schema import json_schema
from sim.scenario.load import check, load_world
from sim.scenario.schema import Environment, Scenario, World
from sim.scenario.values import ARENAS, Coded, PerArena
from sim.sweep.schema import Sweep

HERE = Path(__file__).parent / "broken"
BASE = {name: (HERE / f"{name}.yaml").read_text(encoding="utf-8") for name in ("world", "scenario")}
ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path):
    """A folder with the valid world and scenario, to break."""
    for name, text in BASE.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def line_of(text: str, place: str) -> int:
    """Line (1-based) of a piece of text; "piece@1" is one line further down."""
    piece, _, shift = place.partition("@")
    assert text.count(piece) >= 1, f"{piece!r} is not in the file"
    return text.count("\n", 0, text.index(piece)) + 1 + int(shift or 0)


def broken_cases():
    for number, (text, words) in enumerate(TRAPS):
        shown = f"offence: {text}"
        yield pytest.param("world", "offence: .2\n", f"{shown}\n", words, "", id=f"trap{number}-{text[:24]}")
    for kind, edits in (("world", WORLD), ("scenario", SCENARIO)):
        for number, (old, new, words, *place) in enumerate(edits):
            yield pytest.param(kind, old, new, words, place[0] if place else "", id=f"{kind}{number}-{words[:40]}")


@pytest.mark.parametrize(("kind", "old", "new", "words", "place"), list(broken_cases()))
def test_broken_file(folder, kind, old, new, words, place):
    assert BASE[kind].count(old) == 1, f"{old!r} must stand once in the valid {kind}"
    text = BASE[kind].replace(old, new)
    path = folder / f"{kind}.yaml"
    path.write_text(text, encoding="utf-8")
    problems = check([path])
    matching = [problem for problem in problems if words in f"{problem.message}; {problem.fix}"]
    assert matching, f"no problem says {words!r}:\n" + "\n".join(map(str, problems))
    assert matching[0].fix and matching[0].file.endswith(".yaml")
    if place is not None:
        line = line_of(text, place) if place else line_of(BASE[kind], old)
        assert line in [problem.line for problem in matching], "\n".join(map(str, problems))
    assert len(problems) <= 12, "one mistake gives one problem, or few:\n" + "\n".join(map(str, problems))


def test_there_are_at_least_a_hundred_broken_files():
    assert len(list(broken_cases())) >= 100


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.yaml", b"", "the file is empty"),
        ("comment.yaml", b"# nothing\n", "the file is empty"),
        ("null.yaml", b"~\n", "the file is empty"),
        ("list.yaml", b"- a\n- b\n", "the file is a list"),
        ("text.yaml", b"hello\n", "the file is a single value"),
        ("binary.yaml", b"\x7fELF\x00\x01", "is a binary file"),
        ("latin.yaml", b"world: caf\xe9\n", "is not UTF-8 text (byte 0xe9)"),
        ("utf16.yaml", "world: x".encode("utf-16"), "is a binary file"),
        (
            "tables.yaml",
            b"world: w\nstates: 5\npoles: *p\ndyads: {AAA-BBB: {}}\nlevers: ~\nevents: 3\n",
            "states: is not a mapping",
        ),
        ("neither.yaml", b"a: 1\n", "is neither a scenario, a world nor a sweep"),
        ("huge.yaml", b"# " + b"x" * 5_000_001, "is 5.0 MB large"),
        ("deep.yaml", b"world: " + b"[" * 100_000, "is nested too deeply"),
        ("bomb.yaml", b"world: &a [x]\nstates: [*a, *a, *a]\n", "has the anchor `&a`"),
        ("python.yaml", b"world: !!python/object/apply:os.system [ls]\nstates: {}\n", "has the tag"),
    ],
)
def test_unusable_file(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    assert any(words in str(problem) for problem in check([path])), check([path])


def test_missing_file_directory_and_misspelt_name(folder):
    assert "is a directory" in str(check([folder])[0])
    (problem,) = check([folder / "wrld.yaml"])
    assert "there is no such file" in problem.message and "world.yaml" in problem.fix
    with pytest.raises(ScenarioError, match="this is a world, not a scenario"):
        Scenario.load(folder / "world.yaml")


def test_all_problems_at_once_in_the_order_of_the_file(folder):
    text = BASE["world"]
    for old, new in (
        ("need: .4", "need: 1e-3"),
        ("NO-BBB:", "NO-BBX:"),
        ("led_by: BIG", "led_by: BUG"),
        ("to: 2029Q4", "too: 2029Q4"),
    ):
        text = text.replace(old, new)
    (folder / "world.yaml").write_text(text)
    problems = check([folder / "world.yaml"])
    assert [problem.path for problem in problems] == [
        "states.BBB.too",
        "states.BBB.need",
        "dyads.NO-BBX",
        "organisations.PACT.led_by",
    ]
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)


def test_a_scenario_reports_its_worlds_problems_under_the_worlds_name(folder):
    (folder / "world.yaml").write_text(BASE["world"].replace("need: .4", "need: 4"))
    (folder / "scenario.yaml").write_text(BASE["scenario"].replace("replicates: 20", "replicates: none"))
    first, second = check([folder / "scenario.yaml"])
    assert Path(first.file).name == "world.yaml" and first.path == "states.BBB.need"
    assert Path(second.file).name == "scenario.yaml" and second.path == "replicates"
    assert len(check([folder / "scenario.yaml", folder / "world.yaml"])) == 2, "each problem once"


def test_a_folder_as_a_world_is_reported_where_the_scenario_names_it(folder):
    (folder / "scenario.yaml").write_text("scenario: x\nworld: .\n")
    (problem,) = check([folder / "scenario.yaml"])
    assert (problem.line, problem.path, problem.message) == (2, "world", ". is a folder")


def test_colliding_state_keys_are_refused(folder, monkeypatch):
    monkeypatch.setattr("sim.rules.draws.state_key", lambda code: 7)
    assert any("the same random-number key" in str(problem) for problem in check([folder / "world.yaml"]))


def test_numbers_of_states_and_poles(folder):
    text = BASE["world"]
    state = text[text.index("  CCC:\n    name") : text.index("\npoles:")]
    many = "".join(state.replace("CCC:", f"C{number}:").replace(".05", "0") for number in range(200))
    (folder / "world.yaml").write_text(
        text.replace("\npoles:", many + "\npoles:").replace(
            "  FAR:\n", "  FAR:\n    location: {latitude: 0, longitude: 0}\n"
        )
    )
    (problem,) = check([folder / "world.yaml"])
    assert "the world has 203 states; declare 2 to 200" in str(problem)


def test_valid_files_load(folder):
    assert check([folder / "world.yaml", folder / "scenario.yaml"]) == []
    world = load_world(folder / "world.yaml")
    assert isinstance(world, World) and set(world.states) == {"NO", "BBB", "CCC"}
    norway = world.states["NO"]
    assert norway.name == "NO" and norway.leaders[1].name == "yes"
    assert norway.leaders[1].start == ordinal("2001Q3") and norway.start is None
    assert norway.capability == Coded(((0, 0.02),), source=("L49", "almanac"), range=(0, 1), note=norway.note)
    assert norway.offence.source == ("coded judgement",) and norway.offence.note.startswith("read off")
    assert norway.leaders[1].optimism.range == (-0.5, 0.1) and norway.leaders[1].risk_acceptance.source == ("L50",)
    assert set(world.dyads) == {"BBB-NO", "BBB-CCC"}
    assert [coded.value for coded in world.dyads["BBB-CCC"].rungs] == [3, 1, 0, 0]
    assert world.dyads["BBB-CCC"].rungs.defence.interpolation == "step"
    assert world.organisations["CLUB"].remit == ARENAS and world.organisations["PACT"].exclusive is True
    assert world.events[0].shocks[-1].dyad == "BBB-NO"
    everything = repr(world.model_dump())
    assert "INVALID" not in everything


def test_scenario_defaults_overrides_and_levers(folder):
    scenario = Scenario.load(folder / "scenario.yaml")
    assert scenario.seed == 2**64 - 1 and scenario.freeze_at == ordinal("2010Q1")
    assert scenario.levers == {"big_policing": 0, "norms": 1, "clarity_offset": -0.1, "permissiveness_offset": 0}
    assert scenario.world.poles["BIG"].bandwidth.value == 0.4
    assert scenario.world.states["NO"].strategic_culture.repertoire.defence.value == 0.4
    assert scenario.world.states["NO"].strategic_culture.repertoire.culture.value == 0.8
    assert [label(event.quarter) for event in scenario.all_events] == ["2015Q2", "2020Q4"]
    (folder / "small.yaml").write_text("scenario: s\nworld: world.yaml\n")
    small = Scenario.load(folder / "small.yaml")
    assert (small.start, small.end, small.freeze_at) == (ordinal(1992), ordinal("2030Q4"), ordinal(1992))
    assert (small.seed, small.replicates, small.environment) == (1, 200, Environment())


def test_direct_environment_is_given_by_state(folder):
    text = BASE["scenario"].replace(
        "mode: derived",
        "mode: direct, source: L1, permissiveness: {knots: {1992: .2, 2030: .6}}, clarity: {NO: .5, BBB: .4, CCC: .3}",
    )
    (folder / "scenario.yaml").write_text(text)
    environment = Scenario.load(folder / "scenario.yaml").environment
    assert set(environment.permissiveness) == {"NO", "BBB", "CCC"} and environment.clarity["CCC"].value == 0.3


def test_replace_is_validated_and_leaves_the_original(folder):
    scenario = Scenario.load(folder / "scenario.yaml")
    changed = scenario.replace(
        levers={"norms": 1.5}, overrides={"poles.BIG.policing": 0.1, "dyads.CCC-BBB.hostility": 0.9}, seed=0
    )
    assert changed.levers["norms"] == 1.5 and changed.levers["big_policing"] == 0 and changed.seed == 0
    assert changed.world.poles["BIG"].policing.value == 0.1 and changed.world.poles["BIG"].bandwidth.value == 0.4
    assert changed.world.dyads["BBB-CCC"].hostility.value == 0.9
    assert scenario.world.dyads["BBB-CCC"].hostility.value == 0.1 and scenario.seed == 2**64 - 1
    again = changed.replace(overrides={"dyads.BBB-NO.ties": {"value": 0.2}}, knockouts=[], start="2011", freeze_at=None)
    assert again.world.dyads["BBB-NO"].ties.culture.value == 0.2 and again.world.poles["BIG"].policing.value == 0.1
    assert again.knockouts == () and again.freeze_at == again.start == ordinal(2011)
    assert changed.replace(overrides={"dyads.NO-CCC.hostility": 0.3}).world.dyads["CCC-NO"].hostility.value == 0.3
    direct = {"mode": "direct", "permissiveness": 0.5, "clarity": {"NO": 0.5, "BBB": 0.4, "CCC": 1}}
    assert scenario.replace(environment=direct).environment.clarity["CCC"].value == 1
    assert scenario.replace(environment=Environment()).environment.mode == "derived"
    assert (
        scenario.replace(overrides={"poles.BIG.patronage": PerArena.constant(0.1)})
        .world.poles["BIG"]
        .patronage.culture.value
        == 0.1
    )
    assert scenario.replace(parameters={"w_threat": np.float64(1.25)}).parameters["w_threat"] == 1.25
    for wrong, words in (
        ({"levers": {"norm": 1}}, "did you mean `norms`"),
        ({"levers": {"norms": float("nan")}}, "not a finite number"),
        ({"parameters": {"w_threat": 99}}, "out of range"),
        ({"overrides": {"poles.BIG.policing": 3}}, "3 is out of range"),
        ({"overrides": {"poles.BIG.policing": Coded.constant(3)}}, "3 is out of range"),
        ({"overrides": {"poles.BIG.police": 0.3}}, "did you mean `policing`"),
        ({"overrides": {"states.Bravia.need": 0.3}}, "did you mean `BBB`"),
        ({"overrides": {"dyads.Bravia-NO.kinship": 0.3}}, "did you mean `BBB`"),
        ({"start": ordinal("2010Q1")}, 'write "2010Q1"'),
        ({"start": "2030Q4", "end": "2030Q3"}, "no later than it starts"),
        ({"seed": -1}, "out of range"),
        ({"knockouts": ["everything"]}, "unknown knock-out"),
        ({"environment": {"mode": "direct"}}, "needs a path"),
    ):
        with pytest.raises(ScenarioError, match=words) as caught:
            scenario.replace(**wrong)
        assert all(problem.line == 0 for problem in caught.value.problems), caught.value
    with pytest.raises(TypeError, match="no 'lever' to replace"):
        scenario.replace(lever={})


def test_scenarios_survive_pickling(folder):
    scenario = Scenario.load(folder / "scenario.yaml")
    copy = pickle.loads(pickle.dumps(scenario))
    assert copy == scenario and copy.replace(seed=3).seed == 3
    error = pickle.loads(pickle.dumps(ScenarioError([Problem("f", 1, "a", "m", "x")])))
    assert str(error) == "f:1: a: m; x" and isinstance(error, NcrError)


def test_coded_values_between_knots():
    quarters = np.arange(ordinal(1999), ordinal(2004))
    knots = ((ordinal(2000), 0.2), (ordinal(2001), 0.6), (ordinal(2003), 0.5))
    linear, step = Coded(knots).at(quarters), Coded(knots, "step").at(quarters)
    assert linear.dtype == np.float64 and linear.shape == quarters.shape
    np.testing.assert_allclose(linear, np.interp(quarters, *zip(*knots, strict=True)), atol=1e-15)
    assert list(step[[0, 4, 7, 8, 15, 16, 19]]) == [0.2, 0.2, 0.2, 0.6, 0.6, 0.5, 0.5]
    assert PerArena.constant(0.3).at(quarters).shape == (20, 4) and float(Coded.constant(0.3)) == 0.3
    assert Coded(knots).at(np.int64(ordinal(2001))) == 0.6
    with pytest.raises(TypeError, match="use at"):
        float(Coded(knots))


@pytest.mark.parametrize("text", ["2009Q4", "1000", "2999Q1", 2009])
def test_quarters_there_and_back(text):
    assert ordinal(label(ordinal(text))) == ordinal(text)


@pytest.mark.parametrize("text", ["", "2009Q", "2009Q5", "209Q1", "2009q4", True, 8039, "２００９"])
def test_what_is_not_a_quarter(text):
    with pytest.raises(ValueError, match="is not a date"):
        ordinal(text)


@pytest.mark.parametrize("kind", ["world", "scenario", "sweep"])
def test_json_schema_knows_every_key(kind):
    schema = json_schema(kind)
    model = {"world": World, "scenario": Scenario, "sweep": Sweep}[kind]
    assert set(schema["properties"]) == set(model.file_keys()) and schema["additionalProperties"] is False
    text = repr(schema)
    assert "$coded" not in text and "$arenas" not in text and "Coded(" not in text
    for name, part in schema["$defs"].items():
        entry = next(
            (cls for cls in [*Entry.__subclasses__(), *Sourced.__subclasses__()] if cls.__name__ == name), None
        )
        assert entry is None or set(part["properties"]) == set(entry.file_keys())
    with pytest.raises(ValueError, match="no schema"):
        json_schema("country")


def test_shipped_files_are_valid():
    for path in sorted((ROOT / "scenarios").rglob("*.yaml")):
        assert [str(problem) for problem in check([path])] == []


def mutated(kind: str, seed: int) -> bytes:
    """The valid file with a few random bytes changed, removed, doubled or moved."""
    draw, data = random.Random(seed), bytearray(BASE[kind].encode())
    special = b"\n :-{}[],&*!|>'\"#%@`~0\t\xff\x00?<="
    for _ in range(draw.randint(1, 6)):
        at, length = draw.randrange(len(data)), draw.randint(1, 12)
        action = draw.randrange(5)
        if action == 0:
            data[at] = draw.choice(special) if draw.random() < 0.7 else draw.randrange(256)
        elif action == 1:
            del data[at : at + length]
        elif action == 2:
            data[at:at] = data[at : at + length * 8]
        elif action == 3:
            to = draw.randrange(len(data))
            data[to:to] = data[at : at + length]
        else:
            data[at:at] = draw.choice(
                [b"{}", b"[]", b"- ", b": ", b"~", b"NO", b"1e9", b"''", b"!!x ", b"&a ", b"*a", b"<<: "]
            )
    return bytes(data)


def test_one_range_that_is_too_wide_is_one_problem_however_many_numbers_inherit_it(tmp_path):
    text = (ROOT / "README.md").read_text().split("```yaml\n")[1].split("```")[0]
    text = re.sub(r"range: \[[^]]*\]", "note: x", text).replace("start: 2000Q1", "start: 2000Q1\nrange: [-1, 5]", 1)
    (tmp_path / "world.yaml").write_text(text)
    wide = [problem for problem in check([tmp_path / "world.yaml"]) if "leaves what" in problem.message]
    assert len(wide) == 1 and re.search(r"and \d+ more\)$", wide[0].message)


def test_a_scenario_is_shown_in_one_line_without_its_world(folder):
    scenario = Scenario.load(folder / "scenario.yaml")
    expected = "<Scenario “The small history”: 2009Q4–2029Q4, 20 runs, seed 18446744073709551615>"
    assert repr(scenario) == str(scenario) == expected


def test_a_sweep_is_no_scenario():
    with pytest.raises(ScenarioError, match="this is a sweep") as caught:
        Scenario.load(ROOT / "scenarios/sweeps/retrenchment_overstretch.yaml")
    assert len(caught.value.problems) == 1


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from(["world", "scenario"]), seed=st.integers(0, 2**40))
def test_no_bytes_make_the_loader_raise_anything_else(tmp_path_factory, kind, seed):
    folder = tmp_path_factory.mktemp("mutated", numbered=True)
    try:
        for name in BASE:
            (folder / f"{name}.yaml").write_bytes(mutated(kind, seed) if name == kind else BASE[name].encode())
        for problem in check([folder / f"{kind}.yaml"]):
            assert problem.message and str(problem)
        try:
            Scenario.load(folder / "scenario.yaml")
        except ScenarioError as error:
            assert error.problems and str(error)
    finally:
        shutil.rmtree(folder)


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=200))
def test_no_small_file_makes_the_loader_raise(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "small.yaml"
    for prefix in (b"", b"world: w\nstates: ", b"scenario: s\nworld: "):
        path.write_bytes(prefix + data)
        assert all(isinstance(problem, Problem) for problem in check([path]))
