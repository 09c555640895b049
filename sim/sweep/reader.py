"""From a sweep file to a checked sweep. Problems of the sweep, its scenario and its table are raised together."""

import os

import numpy as np

from sim.errors import NcrError, Problem, ScenarioError
from sim.scenario.load import load_scenario
from sim.scenario.reading import INVALID, SET_IN_CODE
from sim.scenario.scalars import Trouble, plain
from sim.scenario.yaml_nodes import Mapping, Scalar, from_python, read_tree
from sim.sweep.axes import Axis, subject
from sim.sweep.design import MOST_VALUES, design_points, design_size, frame_table, read_table
from sim.sweep.inert import inert_axes
from sim.sweep.schema import Sweep, SweepReading

OWN_KEYS = {
    "grid": (), "latin_hypercube": ("points",), "sobol": ("base", "second_order"),
    "morris": ("trajectories", "levels"), "table": ("file",),
}  # fmt: skip
NEEDED = {"latin_hypercube": "points", "sobol": "base", "morris": "trajectories", "table": "file"}
MOST_RUNS = 2**32  # a run's number is one word of the counter of its draws (sim.rules.draws)


def load_sweep(path) -> Sweep:
    """Read a sweep file, its scenario and its table; raises ScenarioError with every problem."""
    return read_sweep(str(path), *read_tree(path))


def read_sweep(file: str, tree: Mapping, refused: list[Problem]) -> Sweep:
    """The sweep in a tree that is read from ``file``."""
    if "sweep" not in tree and ("states" in tree or "scenario" in tree):
        fix = "name a sweep file: `sweep:` as a title, `scenario:` a path, `design:`, `axes:`"
        raise ScenarioError([Problem(file, tree.line, "", "this is not a sweep", fix)])
    scenario, earlier = _scenario_of(file, tree)
    return _read(file, tree, scenario, [*earlier, *refused])


def make_sweep(scenario, settings: dict, table=None) -> Sweep:
    """See ``Sweep.make``."""
    settings = {"sweep": settings.pop("title", "Sweep"), "replicates": scenario.replicates, **settings}
    if table is not None:
        if "axes" in settings or "design" in settings:
            raise NcrError("a table of points is a design and names its own axes: leave out `design` and `axes`")
        settings["design"] = {"kind": "table", "file": "(a DataFrame)"}
    tree = from_python({**settings, "scenario": "(loaded)"})
    return _read("(set in code)", tree, scenario, [], frame_table(table) if table is not None else None)


def replaced(sweep: Sweep, seed: int | None, replicates: int | None) -> Sweep:
    """See ``Sweep.replace``."""
    if seed is not None and not 0 <= seed < 2**64:
        raise NcrError(f"seed {seed}: write a whole number from 0 to {2**64 - 1}")
    if replicates is not None and replicates < 1:
        raise NcrError(f"replicates {replicates}: write a whole number from 1 on")
    changes = {"seed": seed, "replicates": replicates}
    copy = sweep.model_copy(update={name: value for name, value in changes.items() if value is not None})
    copy._points = sweep._points
    if seed is not None and sweep.design.kind not in ("grid", "table"):
        copy._points = design_points(sweep.design, list(sweep.axes.values()), seed)
    if copy.runs > MOST_RUNS:
        raise NcrError(
            f"replicates {copy.replicates}: {len(copy.points)} points make {copy.runs} runs, the limit is {MOST_RUNS}"
        )
    return copy


def _scenario_of(file: str, tree: Mapping):
    """(scenario or None, problems of its files) of the path under `scenario:`."""
    node = tree.get("scenario")
    if not isinstance(node, Scalar) or node.empty:
        if node is None or node is INVALID:
            return None, []  # missing or refused, and reported as such
        return None, [Problem(file, node.line, "scenario", "is not a path", "write the path of a scenario file")]
    path = os.path.normpath(os.path.join(os.path.dirname(file), node.text))
    if not os.path.exists(path):
        fix = f"the path is relative to this file: {path} was looked for"
        return None, [Problem(file, node.line, "scenario", f"there is no file {node.text}", fix)]
    try:
        return load_scenario(path), []
    except ScenarioError as error:
        return None, error.problems


def _read(file: str, tree: Mapping, scenario, earlier, table=None) -> Sweep:
    reading = SweepReading(file, tree, world=scenario.world if scenario else None, default_source=SET_IN_CODE)
    reading.scenario = scenario
    sweep = Sweep.model_validate(tree, context=reading)
    _check_design(sweep, tree, reading)
    reading.raise_problems(earlier)
    if scenario is None:
        raise ScenarioError([*earlier, Problem(file, 0, "scenario", "is not loaded", "name a scenario file")])
    seed = scenario.seed if sweep.seed is None else sweep.seed
    axes, points = dict(sweep.axes), None
    if sweep.design.kind == "table":
        axes, points = _table_axes(file, scenario, sweep.design.file or "", table)
    for name in axes:
        if (general := name.rpartition(".")[0]) in axes:
            message = f"is also moved by the axis `{general}`, so that one of the two would do nothing"
            reading.report(("axes", *_written(tree, name)), message, "keep one of the two axes")
    reading.raise_problems()
    size = len(points) if points is not None else design_size(sweep.design, list(axes.values()))
    if size * max(1, len(axes)) > MOST_VALUES or size * sweep.replicates > MOST_RUNS:
        message = f"makes {size} points of {len(axes)} axes and {size * sweep.replicates} runs"
        reading.report(("design",), message, f"the limits are {MOST_VALUES} values and {MOST_RUNS} runs: take fewer")
        reading.raise_problems()
    if points is None:
        points = design_points(sweep.design, list(axes.values()), seed)
    sweep = sweep.model_copy(update={"seed": seed, "axes": axes})
    sweep._points = points
    for name, low, high in inert_axes(scenario, axes):
        message = (
            f"does nothing in this scenario: every compiled number is the same at {plain(low)} and at {plain(high)}"
        )
        fix = "remove the axis, or look at the driver's path, freeze_at and the knock-outs"
        reading.report(("axes", *_written(tree, name)), message, fix)
    reading.raise_problems()
    return sweep


def _written(tree: Mapping, name: str) -> tuple:
    """The key under `axes:` that means the axis ``name`` (a dyad may be written in either order)."""
    axes = tree.get("axes")
    if not isinstance(axes, Mapping) or name in axes:
        return (name,)
    return next(((key,) for key in axes if sorted(key) == sorted(name)), (name,))


def _check_design(sweep, tree: Mapping, reading) -> None:
    """What must hold between the kind of a design, its settings and its axes."""
    design, written = sweep.design, tree.get("design")
    if not design or design.kind is INVALID or not isinstance(written, Mapping):
        return
    kind = design.kind
    for key in written:
        if key != "kind" and key in type(design).model_fields and key not in OWN_KEYS[kind]:
            reading.report(("design", key), f"does not belong to a design of kind {kind}", "remove it")
    if kind in NEEDED and NEEDED[kind] not in written:
        reading.report(("design",), f"a design of kind {kind} needs `{NEEDED[kind]}`", f"add `{NEEDED[kind]}:`")
    if kind == "sobol" and design.base and design.base & (design.base - 1):
        power = 1 << design.base.bit_length()
        reading.report(("design", "base"), f"{design.base} is not a power of two", f"write {power // 2} or {power}")
    if kind == "morris" and design.levels and design.levels % 2:
        reading.report(("design", "levels"), f"{design.levels} is odd", f"write {design.levels + 1}")
    _check_axes(sweep, kind, tree, reading)


def _check_axes(sweep, kind: str, tree: Mapping, reading) -> None:
    if kind == "table":
        if "axes" in tree:
            reading.report(("axes",), "the columns of a table are its axes", "remove `axes:`")
        return
    if not sweep.axes and not tree.get("axes"):
        at = ("axes",) if "axes" in tree else ()
        reading.report(at, "there is nothing to sweep", "add `axes:` with at least one `name: {low: 0, high: 1}`")
    for name, axis in sweep.axes.items():
        at = ("axes", *_written(tree, name))
        if kind == "grid" and not axis.values and not axis.levels:
            reading.report(at, "a grid needs to know its values", "add `levels:`, or write {values: […]}")
        elif kind != "grid" and axis.levels:
            reading.report((*at, "levels"), f"belongs to a grid, not to {kind}", "remove it")


def _table_axes(file: str, scenario, name: str, table):
    """Axes and points of a user's own table; its columns name the axes."""
    path = file if table is not None else os.path.normpath(os.path.join(os.path.dirname(file), name))
    names, points = table if table is not None else read_table(path)
    axes: dict[str, Axis] = {}
    problems = []
    line = 0 if table is not None else 1
    for k, column in enumerate(names):
        try:
            moved = subject(scenario, column)
        except Trouble as trouble:
            problems.append(Problem(path, line, column, trouble.message, trouble.fix))
            continue
        if moved.name in axes:
            problems.append(Problem(path, line, column, "is swept twice", "keep one of the columns"))
        able = [value for value in np.unique(points[:, k]).tolist() if not moved.refusal(value)] or [
            float(points[0, k])
        ]
        axes[moved.name] = Axis(moved, able[0], able[-1])
    if problems:
        raise ScenarioError(problems)
    return axes, points
