"""Designs: which points of the axes are run. A design is a table, one row a point, one column an axis."""

import csv
import io
import math
from pathlib import Path

import numpy as np

from sim.errors import NcrError, Problem, ScenarioError
from sim.sweep.axes import Axis

KINDS = ("grid", "latin_hypercube", "sobol", "morris", "table")
MOST_POINTS = 10_000_000
MOST_VALUES = 30_000_000  # points × axes: a gigabyte while the design is made; runs are not held in memory


def grid(axes: list[Axis]) -> np.ndarray:
    """Every combination of the values of the axes, the last axis varying fastest: (points, axes)."""
    return np.stack(np.meshgrid(*(axis.grid() for axis in axes), indexing="ij"), axis=-1).reshape(-1, len(axes))


def latin_hypercube(axes: list[Axis], points: int, seed: int) -> np.ndarray:
    """Latin hypercube: each axis cut into ``points`` slices of which each is used once: (points, axes)."""
    qmc = needed("scipy.stats.qmc", "latin_hypercube")
    return _scaled(qmc.LatinHypercube(len(axes), rng=np.random.default_rng(_salt(seed))).random(points), axes)


def sobol(axes: list[Axis], base: int, second_order: bool, seed: int) -> np.ndarray:
    """Saltelli's layout, as SALib.analyze.sobol wants it: (base · (axes + 2), axes), with second order base · (2·axes + 2)."""
    sampler = needed("SALib.sample.sobol", "sobol")
    return _scaled(sampler.sample(_unit(axes), base, calc_second_order=second_order, seed=_salt(seed)), axes)


def morris(axes: list[Axis], trajectories: int, levels: int, seed: int) -> np.ndarray:
    """Morris' trajectories, one axis moved at a time, as SALib.analyze.morris wants them: (trajectories · (axes + 1), axes)."""
    sampler = needed("SALib.sample.morris", "morris")
    return _scaled(sampler.sample(_unit(axes), trajectories, num_levels=levels, seed=_salt(seed)), axes)


def design_size(design, axes: list[Axis]) -> int:
    """How many points a design has (a table: 0, since its rows are counted where it is read)."""
    k = len(axes)
    if design.kind == "grid":
        return math.prod(len(axis.values) or axis.levels or 1 for axis in axes)
    if design.kind == "latin_hypercube":
        return design.points
    if design.kind == "sobol":
        return design.base * (2 * k + 2 if design.second_order else k + 2)
    return design.trajectories * (k + 1) if design.kind == "morris" else 0


def design_points(design, axes: list[Axis], seed: int) -> np.ndarray:
    """The points of a design other than a table; ``seed``: of its draws. Equal inputs, equal points."""
    if design.kind == "grid":
        return grid(axes)
    if design.kind == "latin_hypercube":
        return latin_hypercube(axes, design.points, seed)
    if design.kind == "sobol":
        return sobol(axes, design.base, design.second_order, seed)
    return morris(axes, design.trajectories, design.levels, seed)


def needed(module: str, kind: str):
    """A module of the extra [analysis]; NcrError with the command that installs it where it is missing."""
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError:
        message = f"a design of kind {kind} needs {module.split('.')[0]}, which is not installed"
        raise NcrError(f"{message}; run: pip install 'ncr-sim[analysis]'") from None


def _unit(axes: list[Axis]) -> dict:
    return {"num_vars": len(axes), "names": [axis.name for axis in axes], "bounds": [[0.0, 1.0]] * len(axes)}


def _scaled(shares: np.ndarray, axes: list[Axis]) -> np.ndarray:
    return np.stack([axis.at(column) for axis, column in zip(axes, shares.T, strict=True)], axis=1)


def _salt(seed: int) -> int:
    """A seed of 32 bits for the samplers, which take no longer one; every bit of ``seed`` counts."""
    return int(np.random.SeedSequence(seed).generate_state(1)[0])


# Tables of the user's own --------------------------------------------------------------------------------------------


def read_table(path) -> tuple[list[str], np.ndarray]:
    """Names and points of a CSV file: a header of axis names, then one row of numbers a point.

    Raises ScenarioError with every problem, each with its line.
    """
    file, problems = str(path), []
    text = _table_text(file)
    rows = [(number, row) for number, row in _numbered(file, text) if row]
    if not rows:
        raise ScenarioError([Problem(file, 0, "", "the table is empty", "write a header of axis names, then numbers")])
    header, values = [name.strip() for name in rows[0][1]], []
    fix = (
        "separate values by commas and write decimals with a point"
        if ";" in ",".join(header)
        else "give each column a name"
    )
    if not all(header) or ";" in ",".join(header):
        problems.append(Problem(file, rows[0][0], "", "the header is not a list of axis names", fix))
    for name in sorted({name for name in header if name and header.count(name) > 1}):
        problems.append(Problem(file, rows[0][0], name, "is the name of two columns", "keep one of them"))
    for number, row in rows[1:]:
        if len(row) != len(header):
            message = f"has {len(row)} values for {len(header)} columns"
            problems.append(Problem(file, number, "", message, "give one number for each column"))
            continue
        values.append([_cell(file, number, name, text, problems) for name, text in zip(header, row, strict=True)])
    if len(rows) == 1:
        problems.append(Problem(file, rows[0][0], "", "the table has no points", "write at least one row of numbers"))
    if problems:
        raise ScenarioError(problems)
    return header, np.array(values, dtype=np.float64)


def frame_table(frame) -> tuple[list[str], np.ndarray]:
    """Names and points of a DataFrame. Raises NcrError for what is not a finite number."""
    names = [str(name) for name in frame.columns]
    try:
        values = frame.to_numpy(dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise NcrError(f"the table of points holds what is not a number ({error})") from None
    if not len(values) or not names or len(set(names)) < len(names):
        raise NcrError("a table of points needs at least one row, and a different name for each column")
    if not np.isfinite(values).all():
        row, column = np.argwhere(~np.isfinite(values))[0]
        raise NcrError(f"the table of points holds no finite number in row {row}, column {names[column]}")
    return names, np.ascontiguousarray(values)


def _table_text(file: str) -> str:
    try:
        return Path(file).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ScenarioError([Problem(file, 0, "", "is not UTF-8 text", "save the table as CSV in UTF-8")]) from None
    except OSError as error:
        raise ScenarioError([Problem(file, 0, "", f"cannot be read ({error.strerror})", "check the name")]) from None


def _numbered(file: str, text: str):
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise ScenarioError(
            [Problem(file, reader.line_num, "", f"is not valid CSV: {error}", "check the quotes")]
        ) from None


def _cell(file: str, line: int, name: str, text: str, problems: list) -> float:
    try:
        value = float(text)
        if math.isfinite(value) and "_" not in text:
            return value
    except ValueError:
        pass
    what = f"`{text.strip()[:60]}` is not a number" if text.strip() else "nothing is written here"
    problems.append(Problem(file, line, name, what, "write a plain number such as 0.25"))
    return math.nan
