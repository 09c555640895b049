"""Sweep: what a user writes in a sweep file, as a model; the kinds of field that only a sweep has."""

from typing import Annotated, Any

from pydantic import Field, PrivateAttr

from sim.scenario.entries import Entry
from sim.scenario.fields import Flag, Kind, MaybeText, NumberIn, OneOf, Text
from sim.scenario.reading import INVALID, Reading
from sim.scenario.scalars import Trouble, plain
from sim.scenario.values import Limits, read_limited, unknown_keys
from sim.scenario.yaml_nodes import Mapping, Scalar, Sequence
from sim.sweep.axes import Axis, Subject, subject
from sim.sweep.design import KINDS, MOST_POINTS

PRIOR = "prior"
AXIS_KEYS = ("low", "high", "levels", "values")
ANY_NUMBER = Limits(-1e6, 1e6)


class SweepReading(Reading):
    """A reading of a sweep file, which knows the loaded scenario (None if that has problems of its own)."""

    scenario: Any = None


class AxesKind(Kind):
    """A mapping of names to distributions: `prior`, {low, high}, {low, high, levels} or {values: […]}."""

    def read(self, node, reading):
        if not isinstance(node, Mapping):
            if node is not INVALID:
                reading.report(node, "is not a mapping", "write `name: prior` or `name: {low: 0, high: 1}`")
            return {}
        found: dict[str, Axis] = {}
        for key, child in node.items():
            axis = _read_axis(key, child, (*node.path, key), reading)
            if axis is not None and axis.name in found:
                reading.report((*node.path, key), "is swept twice", "keep one of them")
            elif axis is not None:
                found[axis.name] = axis
        return found

    def json(self):
        number = {"type": "number"}
        values = {"type": "array", "items": number, "minItems": 2}
        levels = {"type": "integer", "minimum": 2, "description": "equally spaced values of a grid"}
        stated = {
            "type": "object", "additionalProperties": False,
            "properties": {"low": number, "high": number, "levels": levels, "values": values},
        }  # fmt: skip
        meaning = "name of a lever or parameter, or dotted path of a coded number: its values"
        return {"type": "object", "description": meaning, "additionalProperties": {"anyOf": [{"const": PRIOR}, stated]}}


def _read_axis(name: str, node, at: tuple, reading) -> Axis | None:
    """One axis, or None: what is wrong is recorded."""
    moved = None
    if reading.scenario is not None:
        try:
            moved = subject(reading.scenario, name)
        except Trouble as trouble:
            reading.report(at, trouble.message, trouble.fix)
    if isinstance(node, Scalar) and node.text == PRIOR and node.native is None:
        return _uniform(moved, at, reading, None, None, None) if moved else None
    if not isinstance(node, Mapping):
        if node is not INVALID:
            reading.report(node, "is not a distribution", "write `prior`, {low: 0, high: 1} or {values: [0, 0.5, 1]}")
        return None
    before = len(reading.problems)
    unknown_keys(node, AXIS_KEYS, reading)
    values = _read_values(node["values"], reading) if "values" in node else ()
    low, high = (read_limited(node[key], reading, ANY_NUMBER) if key in node else None for key in ("low", "high"))
    levels = read_limited(node["levels"], reading, Limits(2, MOST_POINTS, whole=True)) if "levels" in node else None
    if "values" in node and len(node) > 1:
        reading.report(node, "has `values` and other keys", "keep `values`, or low, high and levels")
    elif ("low" in node) != ("high" in node):
        reading.report(node, "has only one of `low` and `high`", "give both, or neither for the prior range")
    if len(reading.problems) > before or moved is None:
        return None
    return Axis(moved, values=values) if values else _uniform(moved, at, reading, low, high, levels)


def _read_values(node, reading) -> tuple[float, ...]:
    if not isinstance(node, Sequence):
        if node is not INVALID:
            reading.report(node, "is not a list", "write values: [0, 0.5, 1]")
        return ()
    found = [read_limited(item, reading, ANY_NUMBER) for item in node]
    numbers = [float(number) for number in found if number is not INVALID]
    if len(numbers) == len(found) and len(set(numbers)) < max(2, len(numbers)):
        twice = len(numbers) > 1
        message = "holds the same value twice" if twice else "holds fewer than two values"
        reading.report(node, message, "list different values, or set a single one in the scenario")
    return tuple(numbers)


def _uniform(moved: Subject, at: tuple, reading, low, high, levels) -> Axis | None:
    if low is None and moved.prior is None:
        message = "has no prior range" if moved.kind != "lever" else "is a lever, which has no prior range"
        reading.report(at, message, "state one: {low: …, high: …} or {values: […]}")
        return None
    low, high = moved.prior if low is None else (float(low), float(high))  # type: ignore[misc]
    if low >= high:
        reading.report(at, f"begins at {plain(low)}, not below its end {plain(high)}", "write low below high")
        return None
    if moved.limits.whole:
        reading.report(at, "takes whole numbers only", "list them: {values: [0, 1, 2]}")
        return None
    for key, number in (("low", low), ("high", high)):
        try:
            moved.limits.check(number)
        except Trouble as trouble:
            reading.report((*at, key), trouble.message, trouble.fix)
            return None
    return Axis(moved, low, high, levels=levels or 0)


class PathOfScenario(Kind):
    """The path of a scenario file; the loader puts the loaded scenario in its place."""

    def read(self, node, reading):
        return reading.scenario

    def json(self):
        return {"type": "string"}


MaybeWhole = Annotated[int | None, NumberIn(1, MOST_POINTS, whole=True)]


class Design(Entry):
    """Which points of the axes are run. What belongs to another kind of design is refused."""

    kind: Annotated[str, OneOf(KINDS)]
    points: MaybeWhole = Field(default=None, description="of a latin_hypercube: how many")
    base: MaybeWhole = Field(default=None, description="of sobol: base sample, a power of two")
    second_order: Flag = Field(default=False, description="of sobol: lay out for second-order indices")
    trajectories: MaybeWhole = Field(default=None, description="of morris: how many")
    levels: Annotated[int, NumberIn(2, 1000, whole=True)] = Field(default=4, description="of morris: grid levels, even")
    file: MaybeText = Field(
        default=None, description="of a table: CSV, relative to this file; its columns are the axes"
    )


class Sweep(Entry):
    """Many runs of one scenario over a design. Make it with ``Sweep.load`` or ``Sweep.make``.

    scenario: the loaded Scenario. axes: by normalised name. seed: None until the loader puts the scenario's there.
    """

    title: Text = Field(alias="sweep")
    description: Text = ""
    scenario: Annotated[Any, PathOfScenario()] = Field(description="path of the scenario file, relative to this file")
    design: Design
    axes: Annotated[dict[str, Axis], AxesKind()] = {}
    replicates: Annotated[int, NumberIn(1, 1_000_000, whole=True)] = Field(description="runs of each point")
    seed: Annotated[int | None, NumberIn(0, 2**64 - 1, whole=True)] = Field(
        default=None, description="default: the scenario's"
    )
    independent: Flag = Field(default=False, description="true: points do not share draws")
    outcomes: Annotated[str, OneOf(("summary",))] = Field(default="summary", description="what is kept of a run")

    _points: Any = PrivateAttr(None)  # (points, axes) once loaded

    @property
    def points(self):
        """The design as an array: (points, axes) float64, columns in the order of ``axes``."""
        return self._points

    @property
    def runs(self) -> int:
        """Points × replicates."""
        return len(self._points) * self.replicates

    @property
    def draws(self) -> int:
        """How many different draws its runs have: one for each replicate, or for each run of an independent sweep."""
        return self.runs if self.independent else self.replicates

    @classmethod
    def load(cls, path) -> "Sweep":
        """Read a sweep file, its scenario and its table; raises ScenarioError with every problem."""
        from sim.sweep.reader import load_sweep

        return load_sweep(path)

    @classmethod
    def make(cls, scenario, *, table=None, **settings) -> "Sweep":
        """A sweep made in Python, checked like a file: ``Sweep.make(scenario, design={"kind": "grid"}, axes={…}, replicates=50)``.

        scenario: a loaded Scenario. table: a DataFrame whose columns are axes and whose rows are points, in place of
        ``design`` and ``axes``. settings: as in a file. Raises ScenarioError or NcrError.
        """
        from sim.sweep.reader import make_sweep

        return make_sweep(scenario, settings, table)

    def replace(self, *, seed: int | None = None, replicates: int | None = None) -> "Sweep":
        """A copy with another seed or other replicates; raises NcrError for impossible ones."""
        from sim.sweep.reader import replaced

        return replaced(self, seed, replicates)
