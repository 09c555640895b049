"""The manifest of a result: what was run, what differs from the default, and from the scenario's file."""

import hashlib
import platform

import numba
import numpy as np

from sim.code import CODE
from sim.parameters import PARAMETERS
from sim.quarters import label
from sim.scenario.knockouts import KNOCKOUTS
from sim.scenario.load import as_filed
from sim.scenario.scalars import plain
from sim.scenario.schema import OFFSETS


def scenario_manifest(scenario, compiled) -> dict:
    """Plain values, ready for JSON: titles, span, settings, names in words, events that acted, versions, hash of the inputs.

    file: the scenario's, as its user named it; "" if there is none. declared: what each lever moves. sources: full citations.
    locations: degrees north and east by code; a pole may have none. code: hash of the package's sources.
    """
    world = scenario.world
    names = {code: world.organisations[code].name for code in compiled.organisations if code in world.organisations}
    return {
        "scenario": scenario.title,
        "description": scenario.description,
        "world": world.title,
        "focus": scenario.focus,
        "freeze_at": label(scenario.freeze_at),
        "environment": {
            name: getattr(scenario.environment, name)
            for name in ("mode", "permissiveness_definition", "clarity_certainty")
        },
        "levers": dict(scenario.levers),
        "parameters": compiled.parameters._asdict(),
        "changed_parameters": dict(scenario.parameters),
        "knockouts": list(compiled.knockouts),
        **grounds(scenario),
        "states": {code: world.states[code].name for code in compiled.states},
        "poles": {code: world.poles[code].name for code in compiled.poles},
        "organisations": {code: names.get(code, code) for code in compiled.organisations},
        "locations": {
            code: [one.location.latitude, one.location.longitude]
            for code, one in (*world.states.items(), *world.poles.items())
            if one.location is not None
        },
        "led_by": {
            code: compiled.poles[leader] if leader >= 0 else None
            for code, leader in zip(compiled.organisations, compiled.world.leader, strict=True)
        },
        "events": [_event(event) | {"own": event in scenario.events} for event in acting_events(scenario, compiled)],
        "inputs": inputs_hash(compiled),
        "code": CODE,
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "numba": numba.__version__},
    }


def grounds(scenario) -> dict:
    """Span, file, changes, what each lever moves, full citations: what a report needs beside the table of coded numbers."""
    world = scenario.world
    declared = {
        name: {"driver": lever.driver, "pole": lever.pole, "description": lever.description}
        for name, lever in world.levers.items()
    }
    return {
        "start": label(scenario.start),
        "end": label(scenario.end),
        "file": scenario._origin.file if scenario._origin is not None else "",
        "changes": changes(scenario),
        "declared": declared,
        "sources": dict(world.sources) | dict(scenario.sources),
    }


def _event(event) -> dict:
    """name, quarter, size (sum over its shocks), shocks (variable, of whom, size), sources."""
    shocks = [
        {
            "variable": shock.variable,
            "of": " ".join(filter(None, (shock.state, shock.dyad, shock.pole, shock.arena))),
            "size": float(shock.size),
        }
        for shock in event.shocks
    ]
    return {
        "name": event.name,
        "quarter": label(event.quarter),
        "size": round(sum(abs(shock["size"]) for shock in shocks), 6),
        "shocks": shocks,
        "sources": list(dict.fromkeys(source for shock in event.shocks for source in shock.size.source)),
    }


def acting_events(scenario, compiled) -> list:
    """Events up to the end of the run, those before its start included; none where a knock-out drops them."""
    dropped = any(KNOCKOUTS[name].drops_events for name in compiled.knockouts)
    return [] if dropped else [event for event in scenario.all_events if event.quarter <= compiled.quarters[-1]]


def changes(scenario) -> list[dict]:
    """Levers, parameters, knock-outs and overrides that differ from the default or from the scenario's file.

    kind, name, value, default, file (its value in the file, None for a parameter that the file does not set); of a knock-out and
    of an override, whether it is there. A parameter that is set to its default is a change: it is not drawn.
    """
    filed = as_filed(scenario)
    rows: list[tuple] = []
    for name, value in scenario.levers.items():
        rows.append(("lever", name, value, 0.0 if name in OFFSETS else 1.0, filed.levers[name]))
    for name in sorted({*scenario.parameters, *filed.parameters}):
        default = PARAMETERS[name].default
        rows.append(("parameter", name, scenario.parameters.get(name, default), default, filed.parameters.get(name)))
    for name in sorted({*scenario.knockouts, *filed.knockouts}):
        rows.append(("knock-out", name, name in scenario.knockouts, False, name in filed.knockouts))
    for name, here in scenario.overrides.items():
        rows.append(("override", name, True, False, filed.overrides.get(name) == here))
    keys = ("kind", "name", "value", "default", "file")
    return [dict(zip(keys, row, strict=True)) for row in rows if row[2] != row[3] or row[2] != row[4]]


def changes_in_words(rows: list[dict]) -> list[str]:
    """One line for what was set beside the scenario's file, one for what the file sets; those that have something."""
    beside = ", ".join(_in_words(row) for row in rows if row["value"] != row["file"])
    filed = ", ".join(_in_words(row) for row in rows if row["value"] == row["file"])
    return [f"{title}: {words}" for title, words in (("Set for this run", beside), ("Set in the file", filed)) if words]


def _in_words(row: dict) -> str:
    if row["kind"] in ("knock-out", "override"):
        return f"{row['kind']} {row['name']}" if row["value"] else f"no {row['kind']} {row['name']} (file: there)"
    if row["value"] == row["default"] and row["file"] is None:
        return f"{row['name']} held at its default, {plain(row['value'])}"
    said = "default" if row["file"] in (None, row["default"], row["value"]) else "file"
    return f"{row['name']} = {plain(row['value'])} ({said}: {plain(row[said])})"


def inputs_hash(compiled) -> str:
    """SHA-256 of every compiled array, parameter and code: equal inputs, equal results."""
    digest = hashlib.sha256()
    for part in (compiled.world, compiled.drivers, compiled.initial, compiled.parameters):
        for name, value in part._asdict().items():
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(value).tobytes())
    digest.update(repr((compiled.states, compiled.poles, compiled.organisations, compiled.quarters)).encode())
    return digest.hexdigest()
