"""From files to a loaded scenario: the one loader.

Data flows file → tree of nodes with lines → models whose fields read nodes → checks between entries. Problems are
collected all the way and raised together.
"""

import os
from dataclasses import dataclass, field

from sim.errors import Problem, ScenarioError
from sim.scenario.checks import check_world
from sim.scenario.event_checks import check_events
from sim.scenario.fields import pair_code
from sim.scenario.json_schema import json_schema
from sim.scenario.paths import with_value
from sim.scenario.reading import SET_IN_CODE, Reading, dotted
from sim.scenario.scalars import Trouble, read_quarter
from sim.scenario.scenario_checks import check_scenario
from sim.scenario.schema import OFFSETS, Scenario, World
from sim.scenario.yaml_nodes import Mapping, Scalar, Sequence, from_python, read_tree

__all__ = [
    "Origin", "as_filed", "check", "json_schema", "load_scenario", "load_world", "replace_scenario", "sort_of",
]  # fmt: skip

_ADDED = ("levers", "parameters", "overrides")  # what `replace` merges; the rest it replaces


@dataclass
class Origin:
    """Where a scenario came from: the tree as read, the world before overrides, what was replaced in code."""

    file: str
    tree: Mapping
    world: World | None  # None only until the world's problems are raised
    changes: dict = field(default_factory=dict)

    def __eq__(self, other):
        # Two scenarios are equal when what they say is equal, wherever they were read.
        return isinstance(other, Origin)


def load_world(path) -> World:
    """Read a world file; raises ScenarioError with every problem found."""
    return _read_world(str(path), *read_tree(path))


def load_scenario(path) -> Scenario:
    """Read a scenario file and its world; raises ScenarioError with every problem of both."""
    return _load_scenario(str(path), *read_tree(path))


def check(paths) -> list[Problem]:
    """Every problem in scenario and world files, each once; an empty list means that all are usable."""
    problems: dict[Problem, None] = {}
    for path in [paths] if isinstance(paths, str | os.PathLike) else paths:
        try:
            tree, refused = read_tree(path)
            if "sweep" in tree:
                from sim.sweep.reader import read_sweep

                read_sweep(str(path), tree, refused)
            elif "scenario" in tree:
                _load_scenario(str(path), tree, refused)
            elif "world" in tree or "states" in tree:
                _read_world(str(path), tree, refused)
            else:
                fix = "a scenario begins with `scenario: title`, a world with `world: title` and has `states:`, a sweep with `sweep: title`"
                problems[Problem(str(path), tree.line, "", "is neither a scenario, a world nor a sweep", fix)] = None
        except ScenarioError as error:
            problems.update(dict.fromkeys(error.problems))
    return list(problems)


def replace_scenario(scenario: Scenario, changes: dict) -> Scenario:
    """See ``Scenario.replace``."""
    origin = scenario._origin
    if origin is None:
        raise TypeError("only a loaded scenario can be varied: make it with Scenario.load")
    merged = dict(origin.changes)
    for name, value in changes.items():
        key = "scenario" if name == "title" else name
        if name in ("world", "scenario") or key not in Scenario.file_keys():
            raise TypeError(f"a scenario has no {name!r} to replace")
        if name == "overrides":
            value = {dotted(pair_code(step) for step in path.split(".")): coded for path, coded in value.items()}
        # Later additions stand last: overrides are applied in order.
        merged[key] = _added(merged.get(key, {}), value) if name in _ADDED else value
    tree = Mapping(origin.tree.line, (), None)
    tree.update(origin.tree)
    tree.key_lines.update(origin.tree.key_lines)
    for key, value in merged.items():
        tree.pop(key, None)
        if key not in _ADDED or key not in origin.tree:
            tree.key_lines.pop(key, None)
        if value is not None:
            node = from_python(value, (key,), tree)
            tree[key] = _joined(origin.tree.get(key), node, tree) if key in _ADDED else node
    return _read_scenario(Origin(origin.file, origin.tree, origin.world, merged), tree, [], SET_IN_CODE)


def as_filed(scenario: Scenario) -> Scenario:
    """The scenario as its file has it, without what was replaced in code."""
    origin = scenario._origin
    return _read_scenario(Origin(origin.file, origin.tree, origin.world), origin.tree, []) if origin else scenario


def _added(before: dict, new: dict) -> dict:
    return {**{key: value for key, value in before.items() if key not in new}, **new}


def _joined(before, new, tree: Mapping):
    """The entries of a file's mapping with those set in code after them."""
    if not isinstance(before, Mapping) or not isinstance(new, Mapping):
        return new
    joined = Mapping(before.line, new.path, tree)
    names = {key: dotted(pair_code(step) for step in key.split(".")) for key in before}
    joined.update({key: node for key, node in before.items() if names[key] not in new})
    joined.key_lines.update({key: before.key_lines[key] for key in joined})
    joined.update(new)
    return joined


def _read_world(file: str, tree: Mapping, refused: list[Problem]) -> World:
    if "scenario" in tree and "states" not in tree:
        fix = "name a world file (`world:` as a title, `states:`)"
        raise ScenarioError([Problem(file, tree.line, "", "this is a scenario, not a world", fix)])
    reading = Reading(file, tree, span=_span(tree), sources=_declared(tree), problems=refused)
    world = World.model_validate(tree, context=reading)
    check_world(world, reading)
    check_events(world.events, world, reading)
    reading.raise_problems()
    return world


def _load_scenario(file: str, tree: Mapping, refused: list[Problem]) -> Scenario:
    if "sweep" in tree:
        fix = f"use `ncr sweep {file} --out DIR` (in Python: sweep)"
        raise ScenarioError([Problem(file, tree.line, "", "this is a sweep, not a scenario", fix)])
    if "scenario" not in tree and "states" in tree:
        fix = "name a scenario file (`scenario:` as a title, `world:` a path)"
        raise ScenarioError([Problem(file, tree.line, "", "this is a world, not a scenario", fix)])
    world, earlier = _world_of(file, tree)
    return _read_scenario(Origin(file, tree, world), tree, [*earlier, *refused])


def _span(tree: Mapping) -> tuple[int, int] | None:
    """The world's span before the world is read: knots are checked against it."""
    try:
        start, end = (read_quarter(tree[key]) for key in ("start", "end"))
    except (KeyError, Trouble, AttributeError):
        return None
    return (start, end) if start < end else None


def _declared(tree: Mapping) -> list[str]:
    sources = tree.get("sources")
    return list(sources) if isinstance(sources, Mapping) else []


def sort_of(path) -> str:
    """What a usable file is, in words: "world", "scenario, with world FILE" or "sweep of FILE"."""
    tree, _ = read_tree(path)
    if "sweep" in tree:
        return f"sweep of {_beside(str(path), tree['scenario'].text)}"
    return f"scenario, with world {_beside(str(path), tree['world'].text)}" if "scenario" in tree else "world"


def _beside(file: str, path: str) -> str:
    return os.path.normpath(os.path.join(os.path.dirname(file), path))


def _world_of(file: str, tree: Mapping) -> tuple[World | None, list[Problem]]:
    node = tree.get("world")
    if not node and not isinstance(node, Scalar | Mapping | Sequence):
        return None, []  # missing or refused, and reported as such
    if not isinstance(node, Scalar) or node.empty:
        fix = "write the path of a world file, relative to this file"
        return None, [Problem(file, node.line, "world", "is not a path", fix)]
    path = _beside(file, node.text)
    if os.path.isdir(path):
        return None, [Problem(file, node.line, "world", f"{node.text} is a folder", "name a world file inside it")]
    if not os.path.exists(path):
        fix = f"the path is relative to this file: {path} was looked for"
        return None, [Problem(file, node.line, "world", f"there is no file {node.text}", fix)]
    try:
        return load_world(path), []
    except ScenarioError as error:
        return None, error.problems


def _read_scenario(origin: Origin, tree: Mapping, earlier, default_source=()) -> Scenario:
    world = origin.world
    reading = Reading(
        origin.file,
        tree,
        world=world,
        span=(world.start, world.end) if world else None,
        sources=[*_declared(tree), *(world.sources if world else ())],
        states=tuple(world.states) if world else (),
        default_source=default_source,
    )
    scenario = Scenario.model_validate(tree, context=reading)
    if world is None:
        reading.raise_problems(earlier)
        raise ScenarioError([Problem(origin.file, 0, "world", "is not loaded", "name a world file")])
    for path, value in scenario.overrides.items():
        world = with_value(world, path, value)
    start = world.start if scenario.start is None else scenario.start
    freeze_at = start if scenario.freeze_at is None else scenario.freeze_at
    defaults = {name: 0.0 if name in OFFSETS else 1.0 for name in (*world.levers, *OFFSETS)}
    scenario = scenario.model_copy(
        update={
            "world": world,
            "start": start,
            "end": world.end if scenario.end is None else scenario.end,
            "freeze_at": freeze_at,
            "levers": {**defaults, **scenario.levers},
        }
    )
    check_scenario(scenario, reading)
    reading.raise_problems(earlier)
    scenario._origin = origin
    return scenario
