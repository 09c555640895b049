"""Cells of a phase diagram: where they lie, their means and intervals, and which contours their runs can carry."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.sweep_outcomes import Outcome
from sim.errors import NcrError
from sim.statistics import clustered_share, student_975, wilson

SAME = 1e-9  # a smaller difference is none
MOST_LEVELS = 60  # an axis with more distinct values is cut into bins
RUNS_A_BIN, BINS = 8, (3, 12)  # bins of an axis: fewest, most
FEWEST_RUNS = 4  # in a cell, below which it is sure of nothing
FEWEST = 3  # cells along an axis, below which a contour is a line between two numbers
SURELY = 1 / 10  # of the cells, on either side of a contour; intervals of few runs miss by 1 / 16 a side


class Cut(NamedTuple):
    """An axis in cells. edges: (cells + 1,) rising, from the least to the greatest value of the design. at: (cells,) the level of a cell, or
    the middle of its bin. place: (points,) the cell of each design point. bins: whether values were pooled."""

    edges: np.ndarray
    at: np.ndarray
    place: np.ndarray
    bins: bool


class Cells(NamedTuple):
    """table: a row for each cell with runs: ``column``, ``row`` (0, 1, …), ``runs``, ``mean``, ``low``, ``high`` (95 %, NaN: unknown).

    x, y: how the two axes were cut. failed: runs that failed, which are left out.
    """

    table: pd.DataFrame
    x: Cut
    y: Cut
    failed: int

    def grid(self, name: str) -> np.ndarray:
        """(rows, columns) a column of the table; NaN where a cell has no run."""
        values = np.full((len(self.y.edges) - 1, len(self.x.edges) - 1), np.nan)
        values[self.table["row"], self.table["column"]] = self.table[name]
        return values


def cells(results, x: str, y: str, outcome: Outcome) -> Cells:
    """Runs of a sweep by cell of two of its axes.

    Runs of one replicate share their draws at all points (unless the sweep is independent), so that in a cell of several points
    the interval is over the means of replicates. NcrError for an axis of one value, and where no run has the outcome.
    """
    across, up = (cut(name, results.design[name].to_numpy(float), results.manifest["runs"]) for name in (x, y))
    runs = pd.concat(
        [
            shard[["point", "replicate", "status"]].assign(value=outcome.of(shard))
            for shard in results.shards(list(dict.fromkeys(("point", "replicate", "status", outcome.column))))
        ]
        or [pd.DataFrame(columns=["point", "replicate", "status", "value"])],
        ignore_index=True,
    )
    failed = int((runs["status"] == "failed").sum())
    runs = runs.dropna(subset="value")
    if runs.empty:
        raise NcrError(f"{results.folder}: no run has {outcome.name} ({results.progress}); nothing to draw")
    point = runs["point"].to_numpy(int)
    runs = runs.assign(column=across.place[point], row=up.place[point])
    clustered = not results.manifest["identity"]["independent"]
    found = [
        (*key, len(group), *interval(group, outcome.binary, clustered))
        for key, group in runs.groupby(["column", "row"])
    ]
    return Cells(pd.DataFrame(found, columns=["column", "row", "runs", "mean", "low", "high"]), across, up, failed)


def cut(name: str, values: np.ndarray, runs: int) -> Cut:
    """Cells of an axis over the values of its design points: its levels if they recur, else bins of equal width.

    Levels meet half-way; cells of the outer ones end at their level, where the sweep does.
    """
    levels, place = np.unique(values, return_inverse=True)
    if len(levels) < 2:
        raise NcrError(f"{name} has one value in this sweep, {levels[0]:g}; a phase diagram needs two or more")
    if len(levels) <= MOST_LEVELS and len(levels) * 2 <= len(values):
        middle = (levels[:-1] + levels[1:]) / 2
        return Cut(np.r_[levels[0], middle, levels[-1]], levels, place, False)
    bins = int(np.clip(np.sqrt(runs / RUNS_A_BIN), *BINS))
    edges = np.linspace(levels[0], levels[-1], bins + 1)
    place = np.clip(np.searchsorted(edges, values, "right") - 1, 0, bins - 1)
    return Cut(edges, (edges[:-1] + edges[1:]) / 2, place, True)


def interval(runs: pd.DataFrame, binary: bool, clustered: bool) -> tuple[float, float, float]:
    """(mean, low, high) of ``value`` with a 95 % interval, NaN ends where it is not known.

    It is not with fewer than two runs or replicates, nor where all have the same number: a t interval would have no width.
    clustered: runs of one replicate share their draws; of several in a cell, their mean is one observation.
    """
    several = clustered and runs["replicate"].duplicated().any()
    if binary and several:
        by_replicate = runs.groupby("replicate")["value"]
        low, high = clustered_share(by_replicate.sum(), by_replicate.count())
        low, high = (np.nan if end is None else end for end in (low, high))
        return float(runs["value"].mean()), low, high
    values = runs.groupby("replicate")["value"].mean() if several else runs["value"]
    mean = float(runs["value"].mean())
    if binary and len(values) > 1:
        return mean, *wilson(round(values.sum()), len(values))
    if len(values) < 2 or np.ptp(values) < SAME:
        return mean, np.nan, np.nan
    half = student_975(len(values) - 1) * float(values.std()) / np.sqrt(len(values))
    return mean, mean - half, mean + half


def carried(found: Cells, levels) -> list[float]:
    """Those of ``levels`` at which the runs can carry a contour.

    The outcome must be surely below the level in some cells and surely above it in others: more than one cell in ten, and no fewer
    than two, has its whole interval below, and as many above. A cell without an interval, or with fewer than FEWEST_RUNS runs, is
    sure of nothing. In trials with cells that are all alike (3 × 3 to 20 × 20, 4 to 50 runs; yes or no, classes, counts, normal and
    skewed numbers) at most one figure in ten then has a contour. None where either axis has fewer than FEWEST cells.
    """
    if min(len(found.x.edges), len(found.y.edges)) <= FEWEST:
        return []
    few = found.table["runs"] < FEWEST_RUNS
    low, high = (found.table[end].mask(few).to_numpy() for end in ("low", "high"))
    bar = max(1.0, SURELY * len(low))
    return [level for level in levels if (high < level).sum() > bar and (low > level).sum() > bar]
