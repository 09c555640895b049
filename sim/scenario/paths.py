"""Dotted paths into a world: what `poles.XYZ.bandwidth` names, and a world with that value replaced."""

from dataclasses import replace
from typing import Any

from sim.scenario.entries import Entry
from sim.scenario.fields import ArenasIn, CodedIn, Kind, pair_code
from sim.scenario.reading import INHERITED, INVALID, Reading, dotted, suggestion
from sim.scenario.scalars import Trouble
from sim.scenario.values import ARENAS, Coded, PerArena
from sim.scenario.yaml_nodes import Mapping


def find(world, path: str) -> tuple[tuple, CodedIn]:
    """Steps to a coded number of the world and what it may be.

    An unlisted dyad and an unlisted relation have values (their defaults) and so have paths. Raises Trouble.
    """
    steps: list = []
    step: Any
    here: Any = world
    kind: Kind | None = None
    parts = path.split(".")
    for number, word in enumerate(parts):
        where = dotted(parts[:number]) or "the world"
        if isinstance(here, Entry):
            name, kind = _field(here, word, where)
            step, here = name, getattr(here, name)
        elif isinstance(here, dict):
            step = pair_code(word) if steps[-1] == "dyads" else word
            here = here[step] if step in here else _unlisted(world, steps, step, where)
        elif isinstance(here, tuple):
            if not word.isascii() or not word.isdigit() or int(word) >= len(here):
                raise Trouble(f"`{where}` has no item `{word}`", f"it has {len(here)}, counted from 0")
            step = int(word)
            here = here[step]
        elif isinstance(kind, ArenasIn) and isinstance(here, PerArena):
            if word not in ARENAS:
                raise Trouble(f"unknown arena `{word}`", suggestion(word, ARENAS))
            step, here = word, getattr(here, word)
            kind = CodedIn(kind.low, kind.high, kind.dated, kind.whole)
        else:
            raise Trouble(f"`{where}` is a single value and has no `{word}`", f"end the path at `{where}`")
        steps.append(step)
    if not isinstance(kind, CodedIn) or not (here is None or isinstance(here, Coded | PerArena)):
        raise Trouble(f"`{path}` is not a coded number of the world", "name one, such as poles.CODE.bandwidth")
    return tuple(steps), kind


def _field(entry: Entry, word: str, where: str) -> tuple[str, Kind | None]:
    names = {field.alias or name: name for name, field in type(entry).model_fields.items()}
    if word not in names or word in INHERITED:
        known = [name for name in names if name not in INHERITED]
        raise Trouble(f"`{where}` has no `{word}`", suggestion(word, known))
    name = names[word]
    metadata = type(entry).model_fields[name].metadata
    return name, next((item for item in metadata if isinstance(item, Kind)), None)


def _unlisted(world, steps: list, step: str, where: str):
    """The default entry for a dyad or a relation that the world does not list."""
    from sim.scenario.schema import Dyad, Relation

    if steps == ["dyads"]:
        ends = step.split("-")
        if len(ends) == 2 and ends[0] != ends[1] and all(end in world.states for end in ends):
            return Dyad()
        wrong = next((end for end in ends if end not in world.states), None)
        fix = (
            suggestion(wrong, world.states) if wrong and len(ends) == 2 else "write two states: dyads.ABC-XYZ.hostility"
        )
        raise Trouble(f"`{step}` is not a pair of the world's states", fix)
    if len(steps) == 3 and steps[0] == "poles" and steps[2] == "relations":
        if step in world.states:
            return Relation()
        raise Trouble(f"unknown state `{step}`", suggestion(step, world.states))
    table = world
    for name in steps:
        table = table[name] if isinstance(table, dict) else getattr(table, name)
    raise Trouble(f"`{where}` has no `{step}`", suggestion(step, table))


def value_at(world, path: str) -> Coded | PerArena | None:
    """The coded value that a dotted path names (None where it is optional and absent). Raises Trouble."""
    here: Any = world
    steps, _ = find(world, path)
    for number, step in enumerate(steps):
        if isinstance(here, dict):
            here = here[step] if step in here else _unlisted(world, list(steps[:number]), step, dotted(steps[:number]))
        else:
            here = here[step] if isinstance(here, tuple) else getattr(here, step)
    return here


def with_value(world, path: str, value: Coded | PerArena):
    """A copy of the world with the coded value at a dotted path replaced; shares everything else. Raises Trouble."""
    steps, _ = find(world, path)
    return _rebuilt(world, world, steps, 0, value)


def _rebuilt(world, here, steps: tuple, depth: int, value):
    if depth == len(steps):
        return value
    step = steps[depth]
    if isinstance(here, dict):
        inner = here[step] if step in here else _unlisted(world, list(steps[:depth]), step, dotted(steps[:depth]))
        return {**here, step: _rebuilt(world, inner, steps, depth + 1, value)}
    if isinstance(here, tuple):
        return (*here[:step], _rebuilt(world, here[step], steps, depth + 1, value), *here[step + 1 :])
    inner = _rebuilt(world, getattr(here, step), steps, depth + 1, value)
    return replace(here, **{step: inner}) if isinstance(here, PerArena) else here.model_copy(update={step: inner})


class OverridesKind(Kind):
    """Dotted paths of the world to the coded values that replace them."""

    def read(self, node, reading: Reading):
        if not isinstance(node, Mapping):
            if node is not INVALID:
                reading.report(node, "is not a mapping", "write `poles.CODE.bandwidth: {value: …, source: …}`")
            return {}
        reading.parse_inherited(node)
        found: dict[str, Coded | PerArena] = {}
        for key, child in node.items():
            if key in INHERITED or reading.world is None:
                continue
            try:
                steps, kind = find(reading.world, key)
            except Trouble as trouble:
                reading.report((*node.path, key), trouble.message, trouble.fix)
                continue
            value, name = kind.read(child, reading), dotted(steps)
            if getattr(child, "line", 0) and (other := next((path for path in found if _overlap(path, name)), None)):
                reading.report((*node.path, key), f"overrides what `{other}` overrides too", "keep one of them")
            elif value is not INVALID:
                found[name] = value
        return found

    def json(self):
        return {"type": "object", "additionalProperties": {"$arenas": [None, None, True, False, True]}}


def _overlap(one: str, other: str) -> bool:
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


class PathByStateKind(Kind):
    """A path for all states, or one for each; always handed on by state."""

    def read(self, node, reading: Reading):
        kind = CodedIn(0, 1)
        if not isinstance(node, Mapping) or "value" in node or "knots" in node:
            coded = kind.read(node, reading)
            return INVALID if coded is INVALID else dict.fromkeys(reading.states, coded)
        reading.parse_inherited(node)
        found = {}
        for key, child in node.items():
            if key in INHERITED:
                continue
            if key not in reading.states:
                if reading.world is not None:
                    reading.unknown((*node.path, key), key, reading.world.states, "state")
                continue
            found[key] = kind.read(child, reading)
        missing = [code for code in reading.states if code not in found]
        if missing:
            reading.report(node, f"no path for {', '.join(missing[:8])}", "give every state one, or one path for all")
        return found if found and not missing and all(found.values()) else INVALID

    def json(self):
        coded = {"$coded": [0, 1, True, False]}
        return {"anyOf": [coded, {"type": "object", "additionalProperties": coded}]}


class PathOfWorld(Kind):
    """The path of a world file; the loader puts the loaded world in its place."""

    def read(self, node, reading: Reading):
        return reading.world

    def json(self):
        return {"type": "string"}
