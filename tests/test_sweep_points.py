"""Fast compilation of design points gives the bits of the slow one, for every lever and every coded number."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from sim.engine import Engine
from sim.scenario.compile import compile_scenario
from sim.scenario.scalars import Trouble
from sim.scenario.schema import OFFSETS, Scenario
from sim.scenario.values import Coded, PerArena
from sim.sweep.axes import Axis, subject
from sim.sweep.inert import same
from sim.sweep.points import Impossible, PointCompiler
from sim.sweep.touched import EVERYTHING, touched

ROOT = Path(__file__).resolve().parent.parent
TEACHING = ROOT / "scenarios/teaching/twelve.yaml"
DIRECT = ROOT / "scenarios/teaching/twelve_direct.yaml"
HISTORICAL = ROOT / "scenarios/historical.yaml"


@pytest.fixture(scope="module")
def scenarios():
    return {path: Scenario.load(path) for path in (TEACHING, DIRECT, HISTORICAL)}


def coded_paths(entry, path=()):
    """Dotted path of every coded number below ``entry``."""
    if isinstance(entry, Coded):
        yield ".".join(path)
    elif isinstance(entry, PerArena):
        for arena in PerArena.__dataclass_fields__:
            yield ".".join((*path, arena))
    elif isinstance(entry, dict):
        for key, child in entry.items():
            yield from coded_paths(child, (*path, str(key)))
    elif isinstance(entry, tuple):
        for index, child in enumerate(entry):
            yield from coded_paths(child, (*path, str(index)))
    elif isinstance(entry, BaseModel):
        for name, field in type(entry).model_fields.items():
            alias = field.alias or name
            if alias not in ("location", "source", "range", "note"):
                yield from coded_paths(getattr(entry, name), (*path, alias))


def kind_of(path):
    """A path without its codes: one of each kind is enough in a large world."""
    steps = path.split(".")
    if steps[0] in ("states", "poles", "dyads", "corridors", "organisations"):
        steps[1] = "*"
    if steps[:3] == ["poles", "*", "relations"]:
        steps[3] = "*"
    return ".".join("*" if step.isdigit() else step for step in steps)


def one_of_each(world):
    chosen = {}
    for path in coded_paths(world):
        chosen.setdefault(kind_of(path), path)
    return list(chosen.values())


def another(moved):
    """A value that is allowed and is not the present one."""
    low, high = moved.limits.low, moved.limits.high
    now = moved.coded.value if moved.coded else low
    if moved.limits.whole:
        return low if now > low else low + 1
    step = 0.01 if moved.name.endswith((".capability", ".norm_weight")) else 0.3
    return now - step if now - step >= low and now > step else min(now + step / 30, high)


def agree(scenario, values):
    """The compiler's arrays are those of the whole loader and compiler."""
    axes = [Axis(subject(scenario, name), 0, 1) for name in values]
    values = {axis.name: value for axis, value in zip(axes, values.values(), strict=True)}
    changes = {"levers": {}, "parameters": {}, "overrides": {}}
    for axis in axes:
        value = values[axis.name]
        table = {"lever": "levers", "parameter": "parameters", "attribute": "overrides"}[axis.subject.kind]
        changes[table][axis.name] = axis.subject.moved(value) if table == "overrides" else value
    fast = PointCompiler(scenario, axes).at(values)
    slow = compile_scenario(scenario.replace(**changes))
    return same(fast, slow) and fast[4:] == slow[4:]


@pytest.mark.parametrize("path", [TEACHING, HISTORICAL], ids=lambda path: path.stem)
def test_every_lever(scenarios, path):
    scenario = scenarios[path]
    for name in scenario.levers:
        assert touched(Axis(subject(scenario, name), 0, 1)) != [(EVERYTHING, None)]
        for value in (0.1,) if name in OFFSETS else (0.0, 0.7, 1.9):
            assert agree(scenario, {name: value}), name
    assert agree(scenario, {name: 0.3 for name in scenario.levers})


def test_every_kind_of_coded_number(scenarios):
    scenario = scenarios[TEACHING]
    paths = one_of_each(scenario.world)
    assert len(paths) > 60
    wrong, slow = [], []
    for path in paths:
        try:
            moved = subject(scenario, path)
        except Exception as error:
            wrong.append((path, error))
            continue
        if not agree(scenario, {path: another(moved)}):
            wrong.append((path, "differs"))
        if touched(Axis(moved, 0, 1)) == [(EVERYTHING, None)] and not path.startswith("events"):
            slow.append(path)
    assert not wrong and not slow


MIXED = {
    "ocean_retrenchment": 0.3,
    "north_overstretch": 1.4,
    "clarity_offset": 0.1,
    "noise": 0.15,
    "poles.OCEAN.policing": 0.4,
    "poles.NORTH.relations.BEX.dependence": 0.3,
    "states.BEX.strategic_culture.repertoire.culture": 0.6,
    "states.CAV.strategic_culture.autonomy": 0.6,
    "states.BEX.capability": 0.012,
    "states.BEX.credibility": 0.5,
    "dyads.CAV-BEX.hostility": 0.2,
    "dyads.FEN-BEX.ties.culture": 0.4,
    "organisations.RIVER_COUNCIL.secretariat": 0.7,
}


@pytest.mark.parametrize(
    "knockouts",
    [
        (),
        ("state_society", "weak_filters"),
        ("events", "strategic_culture", "growth"),
        ("distance_decay", "channel_norms"),
    ],
)
def test_axes_together_and_under_knockouts(scenarios, knockouts):
    assert agree(scenarios[TEACHING].replace(knockouts=knockouts), MIXED)


def test_other_starts_and_freezes(scenarios):
    assert agree(scenarios[TEACHING].replace(start="2009Q3", freeze_at="2012Q1"), MIXED)
    assert agree(scenarios[TEACHING].replace(parameters={"noise": 0.1}, levers={"norms": 0.5}), MIXED)


def test_given_paths_move_as_a_whole(scenarios):
    scenario = scenarios[DIRECT]
    with pytest.raises(Trouble, match="differs between states"):
        subject(scenario, "environment.clarity")
    axes = [Axis(subject(scenario, name), 0, 1) for name in ("environment.permissiveness", "environment.clarity.KEL")]
    fast = PointCompiler(scenario, axes).at({axis.name: 0.5 for axis in axes})
    environment = {"mode": "direct"}
    for axis in axes:
        _, path, *one = axis.name.split(".")
        given = getattr(scenario.environment, path)
        environment[path] = {
            code: axis.subject.moved(0.5) if not one or code in one else coded for code, coded in given.items()
        }
    slow = compile_scenario(scenario.replace(environment=environment))
    assert same(fast, slow)
    assert not same(fast, compile_scenario(scenario))


def test_a_point_that_cannot_run_says_why(scenarios):
    axes = [Axis(subject(scenarios[TEACHING], name), 0, 1) for name in ("build_rate", "states.BEX.capability")]
    compiler = PointCompiler(scenarios[TEACHING], axes)
    with pytest.raises(Impossible, match="build_rate: 1.5 is out of range; write a number from 0 to 1"):
        compiler.at({"build_rate": 1.5})
    with pytest.raises(Impossible, match="sum to more than 1"):
        compiler.at({"states.BEX.capability": 0.9})


def test_a_compiler_is_not_changed_by_use(scenarios):
    scenario = scenarios[TEACHING]
    axes = [Axis(subject(scenario, name), 0, 1) for name in MIXED]
    compiler = PointCompiler(scenario, axes)
    values = {axis.name: value for axis, value in zip(axes, MIXED.values(), strict=True)}
    first = compiler.at(values)
    compiler.at({"ocean_retrenchment": 0.0})
    assert same(compiler.at(values), first) and same(compiler.at({}), compile_scenario(scenario))


def test_an_engine_turned_to_a_point_is_an_engine_made_for_it(scenarios):
    scenario = scenarios[TEACHING]
    axes = [Axis(subject(scenario, name), 0, 1) for name in MIXED]
    compiler = PointCompiler(scenario, axes)
    values = {axis.name: value for axis, value in zip(axes, MIXED.values(), strict=True)}
    points = [compiler.at(values), compiler.base, compiler.at({"dyads.BEX-CAV.hostility": 0.9})]
    turned = Engine(compiler.base)
    for point in (*points, *reversed(points)):
        turned.turn_to(point)
        fresh = Engine(point)
        recordings = [engine.run(point.parameters, 1, 0, series=False) for engine in (turned, fresh)]
        assert all(one.tobytes() == other.tobytes() for one, other in zip(*recordings, strict=True))
        ends = zip(turned.situation, fresh.situation, strict=True)
        assert all(one.tobytes() == other.tobytes() for one, other in ends)


def test_a_remembered_burn_in_is_the_burn_in(scenarios):
    scenario = scenarios[TEACHING]
    levers = list(scenario.world.levers)[:2]
    compiler = PointCompiler(scenario, [Axis(subject(scenario, name), 0, 2) for name in levers])
    points = [compiler.at(dict.fromkeys(levers, value)) for value in (0.0, 1.0, 2.0)]
    engine = Engine(points[0], remember=2)
    for point in (*points, *reversed(points)):
        engine.turn_to(point)
        for replicate in (0, 1, 2):
            kept, fresh = (one.run(point.parameters, 1, replicate, series=False) for one in (engine, Engine(point)))
            assert all(one.tobytes() == other.tobytes() for one, other in zip(kept, fresh, strict=True))
    assert len(engine.burn_ins.kept) == 2  # of replicates 0 and 1, whatever the point; there was no room for a third


def test_a_burn_in_is_not_taken_for_that_of_another_world_seed_or_parameter(scenarios):
    scenario = scenarios[TEACHING]
    compiler = PointCompiler(scenario, [Axis(subject(scenario, name), 0, 1) for name in MIXED])
    one, other = compiler.at({}), compiler.at({"dyads.BEX-CAV.hostility": 0.9})
    engine = Engine(one, remember=10)
    engine.run(one.parameters, 1, 0, series=False)
    engine.run(one.parameters, 2, 0, series=False)
    engine.run(one.parameters._replace(hurdle=one.parameters.hurdle + 0.01), 1, 0, series=False)
    engine.turn_to(other)
    engine.run(other.parameters, 1, 0, series=False)
    assert len(engine.burn_ins.kept) == 4
