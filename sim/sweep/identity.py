"""What makes a sweep the same sweep: everything its tables depend on, as hashes and plain values.

A sweep that is continued must have the same identity; else the message says what is another.
"""

import hashlib
import json

import numpy as np

from sim import __version__
from sim.code import CODE
from sim.errors import NcrError
from sim.manifest import inputs_hash
from sim.scenario.scalars import plain
from sim.sweep.axes import Axis
from sim.sweep.drawn import table_hash
from sim.sweep.points import Impossible, PointCompiler

WORDS = {
    "version": "the version of ncr-sim",
    "code": "the code of ncr-sim",
    "scenario": "the scenario or its world",
    "focus": "the focus organisation of the scenario",
    "knockouts": "the knock-outs of the scenario",
    "design": "the design",
    "points": "the design points",
    "replicates": "replicates",
    "seed": "seed",
    "independent": "independent",
    "outcomes": "outcomes",
    "parameters_from": "--parameters",
    "parameters": "the parameters of the replicates (the table, or which of them the scenario sets)",
}


def identity(sweep, parameters: np.ndarray | None = None, parameters_from: str = "fixed") -> dict:
    """Everything that the rows of a sweep depend on; equal identities, equal tables.

    parameters: of the replicates, as for ``run_sweep``; parameters_from: in a word, for whoever reads the manifest.
    """
    compiler = PointCompiler(sweep.scenario, sweep.axes.values())
    return {
        "version": __version__,
        "code": CODE,
        "scenario": inputs_hash(compiler.base),
        "focus": sweep.scenario.focus,
        "knockouts": list(compiler.knockouts),
        "design": sweep.design.model_dump(exclude_none=True, exclude={"file"}),
        "points": hashlib.sha256(np.ascontiguousarray(sweep.points).tobytes()).hexdigest(),
        "replicates": sweep.replicates,
        "seed": sweep.seed,
        "independent": sweep.independent,
        "outcomes": sweep.outcomes,
        "parameters_from": parameters_from,
        "parameters": table_hash(parameters, sweep.scenario),
        "axes": {name: _axis(compiler, axis) for name, axis in sweep.axes.items()},
    }


def _axis(compiler: PointCompiler, axis: Axis) -> dict:
    """The values of an axis, and what the world becomes at its two ends: that shows a changed meaning of a name."""
    ends = []
    for value in axis.extremes:
        try:
            ends.append(inputs_hash(compiler.at({axis.name: value})))
        except Impossible as reason:
            ends.append(str(reason))
    values = list(axis.values) if axis.values else [axis.low, axis.high]
    return {"kind": axis.subject.kind, "values": values, "ends": hashlib.sha256(repr(ends).encode()).hexdigest()}


def signature(one: dict) -> str:
    """Hash of an identity: the mark that every shard carries."""
    return hashlib.sha256(json.dumps(one, sort_keys=True).encode()).hexdigest()


def refuse_changes(folder, before: dict, now: dict) -> None:
    """Raise NcrError that says what is not as it was when the sweep in ``folder`` was begun."""
    before, now = json.loads(json.dumps(before)), json.loads(json.dumps(now))
    changes = [_change(WORDS[key], before.get(key), now[key]) for key in WORDS if before.get(key) != now[key]]
    old, new = before.get("axes", {}), now["axes"]
    changes += [f"the axis {name} was not there" for name in new if name not in old]
    changes += [f"the axis {name} is gone" for name in old if name not in new]
    shared = [name for name in new if name in old]
    changes += [
        f"the values of the axis {name} have changed" for name in shared if old[name]["values"] != new[name]["values"]
    ]
    world = before.get("scenario") != now["scenario"] or before.get("knockouts") != now["knockouts"]
    moved = [name for name in shared if {**old[name], "values": 0} != {**new[name], "values": 0}]
    if not world and not any(change.startswith("the values of") for change in changes):
        changes += [f"what the axis {name} moves has changed in the world or the scenario" for name in moved]
    if list(old) != list(new) and not changes:
        changes.append("the order of the axes has changed")
    if changes:
        listed = "".join(f"\n  - {change}" for change in changes)
        fix = "undo the change to go on with this sweep, or name another --out for the new one"
        raise NcrError(f"{folder}: holds a sweep that was begun with other inputs:{listed}\n{fix}")


def _change(what: str, old, new) -> str:
    short = all(isinstance(value, bool | int | str | type(None)) and len(str(value)) <= 24 for value in (old, new))
    if not short or what.startswith("the code"):
        return f"{what} {'have' if what.endswith('s') or what.endswith(')') else 'has'} changed"
    return f"{what} was {_shown(old)}, is now {_shown(new)}"


def _shown(value) -> str:
    return (
        plain(value)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
    )
