"""Outcomes of a sweep by name, as one array (points, replicates): what sensitivity and discovery ask about.

An outcome is a column of the rows of a sweep (docs/tables.md), or a condition on one: ``bloc_index``, ``class>=4``,
``focus_class==soft bloc``. A condition is 1 in a run where it holds and 0 where it does not.

Classes 0 to 5 are degrees of a bloc, of which one can be more than another; pole-absorbed and polarised are no degrees: ``class>=4``
and ``class<4`` hold in neither.
"""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sim.errors import NcrError
from sim.recording import CLASS_NAMES
from sim.scenario.reading import nearest
from sim.sweep.rows import OUTCOMES

COMPARISONS = {
    ">=": np.greater_equal, "<=": np.less_equal, "==": np.equal, "!=": np.not_equal, ">": np.greater, "<": np.less,
}  # fmt: skip
DEGREES = CLASS_NAMES.index("collective defence")  # the highest class that is a degree of a bloc
CLASSES = ("class", "focus_class")  # text in the rows, numbers here
NUMBERS_OF_CLASSES = (*CLASSES, "class_number", "class_peak")
NUMERIC = tuple(name for name, kind in OUTCOMES.items() if name in CLASSES or not pa.types.is_string(kind))


class FailedRun(NcrError):
    """A run that failed, or has no number, where every run must have one."""


@dataclass(frozen=True)
class Outcome:
    """A column of the rows of a sweep, or whether it compares with ``value``. name: as written, without blanks around signs."""

    name: str
    column: str
    comparison: str = ""
    value: float = float("nan")

    @property
    def binary(self) -> bool:
        """Whether every run has 0 or 1."""
        return bool(self.comparison) or pa.types.is_boolean(OUTCOMES[self.column])

    def of(self, rows) -> np.ndarray:
        """Values of runs from the rows of a sweep (a DataFrame), NaN where there is none."""
        column = rows[self.column]
        if self.column in CLASSES:
            column = column.map({name: float(number) for number, name in enumerate(CLASS_NAMES)})
        values = column.astype("float64").to_numpy()
        if not self.comparison:
            return values
        holds = COMPARISONS[self.comparison](values, self.value)
        if self.column in NUMBERS_OF_CLASSES and self.comparison not in ("==", "!="):
            holds &= values <= DEGREES
        return np.where(np.isnan(values), np.nan, holds)


def read_outcome(text: str) -> Outcome:
    """An outcome as a user writes it. NcrError names what is wrong, and what there is."""
    column, sign, value = (
        part.strip() for part in (*re.split("(>=|<=|==|!=|=[<>]|>|<|=)", text, maxsplit=1), "", "")[:3]
    )
    if column not in NUMERIC:
        near = nearest(column, NUMERIC)
        is_text = f"`{column}` is text" if column in OUTCOMES else f"no outcome is called `{column}`"
        raise NcrError(f"{is_text}; {f'did you mean `{near}`?' if near else 'there are ' + ', '.join(NUMERIC)}")
    if not sign:
        return Outcome(column, column)
    if sign in ("=>", "=<", "="):
        raise NcrError(f"`{text}`: write `{column}{'==' if sign == '=' else sign[::-1]}{value}`")
    number = (
        _class_number(text, column, sign, value) if column in NUMBERS_OF_CLASSES else _number(text, column, sign, value)
    )
    return Outcome(f"{column}{sign}{value}", column, sign, number)


def _number(text: str, column: str, sign: str, value: str) -> float:
    """The number that a column is compared with; of a yes/no column 1 or 0."""
    number = _finite(value)
    if pa.types.is_boolean(OUTCOMES[column]):
        if number not in (0.0, 1.0):
            raise NcrError(f"`{text}`: `{column}` is yes or no; write `{column}`, or `{column}==0` for runs without it")
    elif number is None:
        raise NcrError(f"`{text}`: “{value}” is not a number; write for example `{column}{sign}0.2`")
    return number


def _class_number(text: str, column: str, sign: str, value: str) -> float:
    """The class that a column is compared with, by its number or name. NcrError where there is none, or the condition says nothing."""
    number = float(CLASS_NAMES.index(value)) if value in CLASS_NAMES else _finite(value)
    listed = "classes are " + ", ".join(f"{k} {name}" for k, name in enumerate(CLASS_NAMES))
    if number is None or number not in range(len(CLASS_NAMES)):
        part_of = next((name for name in CLASS_NAMES if value and value.lower() in name), None)
        near = nearest(value, CLASS_NAMES) or part_of
        hint = f"did you mean `{column}{sign}{near}`? " if near else ""
        raise NcrError(f"`{text}`: there is no class {value or 'after the sign'}; {hint}{listed}")
    if sign not in ("==", "!=") and number > DEGREES:
        raise NcrError(f"`{text}`: {CLASS_NAMES[int(number)]} is no degree of a bloc; write `{column}==…`; {listed}")
    holds = COMPARISONS[sign](np.arange(DEGREES + 1 if sign not in ("==", "!=") else len(CLASS_NAMES)), number)
    if holds.all() or not holds.any():
        raise NcrError(f"`{text}`: holds for {'every' if holds.all() else 'no'} degree, whatever the runs; {listed}")
    return number


def _finite(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def point_values(results, outcome: Outcome, *, failed: str = "refuse") -> np.ndarray:
    """(points, replicates) of an outcome over a finished sweep.

    failed: what becomes of runs that failed; "refuse": FailedRun that names the first, "leave": NaN. Raises NcrError for an
    unfinished sweep, FailedRun for an outcome that some run without a failure does not have.
    """
    m = results.manifest
    if not results.finished:
        raise NcrError(unfinished(results))
    values, ran = np.full(m["runs"], np.nan), np.zeros(m["runs"], bool)
    for frame in results.shards(list(dict.fromkeys(("run", "status", "reason", outcome.column)))):
        run = frame["run"].to_numpy()
        values[run] = outcome.of(frame)
        ran[run] = (frame["status"] == "ok").to_numpy()
        if failed == "refuse" and not ran[run].all():
            first = frame[frame["status"] != "ok"].iloc[0]
            raise FailedRun(f"{results.folder}: {named(results, int(first['run']))} failed: {first['reason']}; {FIX}")
    missing = np.flatnonzero(ran & ~np.isfinite(values))
    if len(missing):
        none = "no run has one: does the scenario have a focus organisation?" if len(missing) == ran.sum() else ""
        raise FailedRun(
            f"{results.folder}: {outcome.name} of {named(results, int(missing[0]))} is not a finite number; "
            f"{none or 'choose another outcome'}"
        )
    return values.reshape(m["points"], m["replicates"])


def unfinished(results) -> str:
    """What to say of a sweep that is not finished, where all of it is needed, and what goes on with it."""
    m = results.manifest
    drawn = (
        f"; `ncr plot {results.folder} phase` draws what there is"
        if m["identity"]["design"]["kind"] != "morris"
        else ""
    )
    return (
        f"{results.folder}: the sweep “{m['sweep']}” is unfinished ({results.made:,} of {m['runs']:,} runs); go on with the command that began "
        f"it (`ncr sweep` or `ncr sensitivity`, with --out {results.folder}). Finished runs are kept{drawn}"
    )


FIX = "narrow the ranges so that every point can run, and sweep again"


def named(results, run: int) -> str:
    """A run in words: its number, replicate and point, with the values of at most six axes."""
    point, replicate = divmod(run, results.manifest["replicates"])
    row = results.design.iloc[point]
    values = [f"{name}={row[name]:.4g}" for name in results.axes[:6]] + (["…"] if len(results.axes) > 6 else [])
    return f"run {run} (replicate {replicate} at point {point}: {', '.join(values)})"
