"""Fast compilation of design points gives the bits of the slow one, for every lever and every coded number."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from sim.scenario.compile import compile_scenario
from sim.scenario.knockouts import KNOCKOUTS
from sim.scenario.schema import OFFSETS, Scenario
from sim.scenario.values import Coded, PerArena
from sim.sweep.axes import Axis, subject
from sim.sweep.inert import inert_axes, inert_levers, same
from sim.sweep.points import EVERYTHING, Impossible, PointCompiler, touched

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
