"""Coded values: a number or a dated path with its source, prior range and note; and one for each arena."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from sim.quarters import label
from sim.scenario.reading import INHERITED, INVALID, Reading, nearest
from sim.scenario.scalars import Trouble, plain, read_number, read_quarter, read_whole
from sim.scenario.yaml_nodes import Mapping, Scalar, Sequence

ARENAS = ("defence", "connectivity", "culture", "institutions")
FAR_KNOT = 160  # quarters outside the world's span beyond which a knot is taken for a mistake
_CODED_KEYS = ("value", "knots", "interpolation", *INHERITED)


@lru_cache(maxsize=4096)
def _path(knots: tuple, interpolation: str, quarters: bytes) -> np.ndarray:
    """Values at quarters (int64, as bytes); read-only, since everyone who asks is given the same array."""
    values = _between(knots, interpolation, np.frombuffer(quarters, dtype=np.int64))
    values.flags.writeable = False
    return values


def _between(knots: tuple, interpolation: str, quarters: np.ndarray) -> np.ndarray:
    """Values of dated knots at quarter ordinals, shape of ``quarters``."""
    dates = np.array([quarter for quarter, _ in knots], dtype=np.int64)
    values = np.array([value for _, value in knots], dtype=np.float64)
    left = np.clip(np.searchsorted(dates, quarters, side="right") - 1, 0, len(dates) - 1)
    if interpolation == "step":
        return values[left]
    right = np.minimum(left + 1, len(dates) - 1)
    # Elementwise IEEE operations only, so that every processor gives the same bits.
    fraction = np.clip((quarters - dates[left]) / np.maximum(dates[right] - dates[left], 1), 0.0, 1.0)
    return values[left] + (values[right] - values[left]) * fraction


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded number.

    knots: (quarter ordinal, value), ascending; a number without dates has one knot at quarter 0.
    interpolation: "linear" or "step" between knots; constant before the first and after the last.
    source: ledger rows, declared sources, or `coded judgement`. range: prior (low, high) of the last knot's value,
    or None. note: one line of reason, or "".
    """

    knots: tuple[tuple[int, float], ...]
    interpolation: str = "linear"
    source: tuple[str, ...] = ()
    range: tuple[float, float] | None = None
    note: str = ""

    @classmethod
    def constant(cls, value: float, source: tuple[str, ...] = ("default",)) -> "Coded":
        """An undated number."""
        return cls(((0, float(value)),), source=source)

    @property
    def value(self) -> float:
        """The value after the last knot: the number itself where it is not dated."""
        return self.knots[-1][1]

    @property
    def dated(self) -> bool:
        """Whether the value moves."""
        return len(self.knots) > 1

    def __float__(self) -> float:
        if self.dated:
            raise TypeError("a dated path has no single value: use at(quarters)")
        return self.value

    def at(self, quarters) -> np.ndarray:
        """Values at quarter ordinals: shape of ``quarters``, float64."""
        quarters = np.asarray(quarters, dtype=np.int64)
        if not self.dated:
            return np.full(quarters.shape, self.value)
        if quarters.ndim == 1:  # the same few paths are asked for again and again while a sweep compiles its points
            return _path(self.knots, self.interpolation, quarters.tobytes())
        return _between(self.knots, self.interpolation, quarters)

    def shifted(self, difference: float) -> "Coded":
        """The whole path moved by the same difference, as a sweep over the last value does."""
        return replace(self, knots=tuple((quarter, value + difference) for quarter, value in self.knots))


@dataclass(frozen=True, slots=True)
class PerArena:
    """One coded value for each arena."""

    defence: Coded
    connectivity: Coded
    culture: Coded
    institutions: Coded

    @classmethod
    def constant(cls, value: float, source: tuple[str, ...] = ("default",)) -> "PerArena":
        """The same undated number in every arena."""
        return cls(*(Coded.constant(value, source),) * 4)

    def __iter__(self):
        return (getattr(self, arena) for arena in ARENAS)

    def at(self, quarters) -> np.ndarray:
        """Values at quarter ordinals: (T, 4) float64, arenas in their one order."""
        return np.stack([coded.at(quarters) for coded in self], axis=-1)


@dataclass(frozen=True)
class Limits:
    """What a number in one place may be: inclusive bounds, whether it may be dated, whether it is whole."""

    low: float | None
    high: float | None
    dated: bool = True
    whole: bool = False

    def check(self, number: float) -> None:
        """Raise Trouble for a number outside the bounds."""
        if self.low is not None and number < self.low or self.high is not None and number > self.high:
            raise Trouble(f"{plain(number)} is out of range", f"write a number {self.words}")

    @property
    def words(self) -> str:
        """The bounds in words."""
        if self.low is None or self.high is None:
            return "of any size" if self.low is None else f"of at least {plain(self.low)}"
        return f"from {plain(self.low)} to {plain(self.high)}"


def read_limited(node, reading: Reading, limits: Limits):
    """A bare number within limits, or INVALID."""
    if node is INVALID:
        return INVALID
    try:
        if not isinstance(node, Scalar):
            kind = "a list" if isinstance(node, Sequence) else "a mapping"
            raise Trouble(f"is {kind}, not a number", f"write a number {limits.words}")
        number = read_whole(node) if limits.whole else read_number(node)
        limits.check(number)
        return number
    except Trouble as trouble:
        reading.report(node, trouble.message, trouble.fix)
        return INVALID


def read_coded(node, reading: Reading, limits: Limits):
    """A coded value with its inherited source, range and note, or INVALID."""
    if node is INVALID:
        return INVALID
    if isinstance(node, Scalar):
        if isinstance(node.native, Coded):
            return _checked(node, reading, limits, node.native)
        number = read_limited(node, reading, limits)
        knots = INVALID if number is INVALID else ((0, float(number)),)
        return _with_provenance(node, reading, limits, knots)
    if isinstance(node, Sequence):
        reading.report(node, "is a list, not a coded number", "write a number, {value: …} or {knots: {…}}")
        return INVALID
    return _read_coded_mapping(node, reading, limits)


def _read_coded_mapping(node: Mapping, reading: Reading, limits: Limits):
    for key in node:
        if key not in _CODED_KEYS:
            reading.unknown((*node.path, key), key, _CODED_KEYS)
    reading.parse_inherited(node)
    has_value, has_knots = "value" in node, "knots" in node
    knots: Any = INVALID
    interpolation = "step" if limits.whole else "linear"
    if has_value and has_knots:
        reading.report(node, "has both `value` and `knots`", "keep one of them")
    elif has_knots and not limits.dated:
        reading.report(
            (*node.path, "knots"), "this number does not change over time", "write {value: …} or a bare number"
        )
    elif has_knots:
        knots = _read_knots(node["knots"], reading, limits)
    elif has_value:
        number = read_limited(node["value"], reading, limits)
        knots = INVALID if number is INVALID else ((0, float(number)),)
    else:
        reading.report(node, "has neither `value` nor `knots`", "write a number, {value: …} or {knots: {1992: …}}")
    if "interpolation" in node:
        interpolation = _read_interpolation(node, reading, limits, interpolation)
    return _with_provenance(node, reading, limits, knots, interpolation)


def _read_interpolation(node: Mapping, reading: Reading, limits: Limits, default: str) -> str:
    kind = node["interpolation"]
    if kind is INVALID:
        return default
    text = kind.text if isinstance(kind, Scalar) else ""
    if "knots" not in node:
        reading.report(kind, "`interpolation` without `knots`", "remove it, or give knots")
    elif limits.whole and text == "linear":
        reading.report(kind, "whole numbers cannot be interpolated linearly", "write step, or remove the key")
    elif text not in ("linear", "step"):
        reading.report(kind, "unknown interpolation", "write linear or step")
    else:
        return text
    return default


def _read_knots(node, reading: Reading, limits: Limits):
    if node is INVALID:
        return INVALID
    if not isinstance(node, Mapping) or not node:
        reading.report(node, "knots are dates with values", "write {1992: 0.1, 2005Q3: 0.2}")
        return INVALID
    knots: list[tuple[int, float]] = []
    complete = True
    for key, child in node.items():
        here = (*node.path, key)
        quarter = read_date(key, here, reading)
        number = read_limited(child, reading, limits)
        if quarter is INVALID or number is INVALID:
            complete = False
            continue
        if knots and quarter <= knots[-1][0]:
            same = quarter == knots[-1][0]
            message = f"the knot {key} is {'the same quarter as' if same else 'not after'} {label(knots[-1][0])}, the one before it"
            reading.report(here, message, "write knots in ascending order, one a quarter")
            complete = False
            continue
        knots.append((quarter, float(number)))
    return tuple(knots) if complete else INVALID


def read_date(key: str, path: tuple, reading: Reading):
    """Ordinal of a date used as a key or value at ``path``, near the world's span; or INVALID."""
    try:
        quarter = read_quarter(Scalar(key, False, 0, path, None))
    except Trouble as trouble:
        reading.report(path, trouble.message, trouble.fix)
        return INVALID
    if reading.span and not reading.span[0] - FAR_KNOT <= quarter <= reading.span[1] + FAR_KNOT:
        span = f"{label(reading.span[0])} to {label(reading.span[1])}"
        reading.report(path, f"{key} is more than 40 years outside the world's span ({span})", "correct the date")
        return INVALID
    return quarter


def _with_provenance(node, reading: Reading, limits: Limits, knots, interpolation="linear"):
    source, prior, note = reading.provenance(node)
    if knots is INVALID:
        return INVALID
    return _checked(node, reading, limits, Coded(knots, interpolation, source, prior, note))


def _checked(node, reading: Reading, limits: Limits, coded: Coded):
    """The coded value if its range suits it."""
    where = node
    if isinstance(node, Scalar) and isinstance(node.native, Coded):
        try:
            for _, number in coded.knots:
                limits.check(number)
        except Trouble as trouble:
            reading.report(node, trouble.message, trouble.fix)
            return INVALID
        if coded.dated and not limits.dated:
            reading.report(node, "this number does not change over time", "give an undated one")
            return INVALID
    if coded.range is None:
        return coded
    low, high = coded.range
    shown = f"[{plain(low)}, {plain(high)}]"
    given = reading.in_force(node)[1]
    inherited = given is not None and not (isinstance(node, Mapping) and node.get("range") is given)
    origin = f" (inherited from line {given.line})" if inherited and given.line else ""
    if not low <= coded.value <= high:
        what = "the last value" if coded.dated else "the value"
        message = f"{what} {plain(coded.value)} lies outside its range {shown}{origin}"
        reading.report(where, message, "widen the range, or give this number a range of its own")
        return INVALID
    if limits.low is not None and low < limits.low or limits.high is not None and high > limits.high:
        message = f"its range {shown}{origin} leaves what this number may be"
        fix = f"keep the range {limits.words}, or give this number a range of its own"
        if origin:
            reading.want(node, message, fix, together=given)  # one mistake, however many numbers inherit it
        else:
            reading.report(where, message, fix)
        return INVALID
    return coded


def read_per_arena(node, reading: Reading, limits: Limits, partial: bool = False):
    """One coded value for all arenas or one for each; with ``partial``, a missing arena is 0. Or INVALID."""
    if node is INVALID:
        return INVALID
    if isinstance(node, Scalar) and isinstance(node.native, PerArena):
        parts = [
            _checked(Scalar("", False, 0, node.path, node.parent, native=coded), reading, limits, coded)
            for coded in node.native
        ]
        return node.native if all(parts) else INVALID
    by_arena = isinstance(node, Mapping) and not ("value" in node or "knots" in node)
    if partial and not by_arena:
        reading.report(node, "is given by arena", "write {defence: 2}")
        return INVALID
    if not by_arena:
        coded = read_coded(node, reading, limits)
        return PerArena(coded, coded, coded, coded) if coded else INVALID
    reading.parse_inherited(node)
    mistyped = unknown_keys(node, (*ARENAS, *INHERITED), reading)
    if not any(arena in node for arena in ARENAS) and not partial and not mistyped:
        reading.report(
            node, "names no arena", "write a number, or {defence: …, connectivity: …, culture: …, institutions: …}"
        )
        return INVALID
    parts = []
    for arena in ARENAS:
        if arena in node:
            parts.append(read_coded(node[arena], reading, limits))
        elif partial:
            parts.append(Coded.constant(0.0))
        else:
            if arena not in mistyped:
                reading.report(node, f"the arena `{arena}` is missing", "give all four, or one number for all")
            parts.append(INVALID)
    return PerArena(*parts) if all(parts) else INVALID


def unknown_keys(node: Mapping, known, reading: Reading) -> set[str]:
    """Report keys that are not known; returns the known ones they were probably meant to be."""
    meant = set()
    for key in node:
        if key not in known:
            free = [name for name in known if name not in node]
            reading.unknown((*node.path, key), key, free or known)
            if near := nearest(key, free):
                meant.add(near)
    return meant
