"""Paired differences: one result minus another under the same draws, outcome by outcome, with intervals."""

import numpy as np

from analysis.compare import COUNT, SHARE, common_focus, comparable, differences
from analysis.compare_report import difference_in_words, is_sure, title
from analysis.plots.style import FOCUS, PAGE, SMALL_TYPE, footer, tidy, titled
from sim.errors import NcrError
from sim.manifest import changes_in_words

ROW = 0.2  # inches
UNITS = (
    (SHARE, "difference in shares of runs"),
    ("0–1", "difference on scales from 0 to 1"),
    (COUNT, "difference in counts"),
)


def difference(results, other=None):
    """Mean differences ``results`` − ``other`` (default: its frozen-driver twin) over pairs of runs, with 95 % intervals.

    One panel a unit: shares of runs, scales from 0 to 1, counts. A filled marker: ``is_sure``. Returns an
    array of Axes. NcrError if there is no twin, or runs are no pairs.
    """
    import matplotlib.pyplot as plt

    other = results.twin if other is None else other
    if other is None:
        raise NcrError("these runs have no twin; run them with it (without --no-twin), or compare two results")
    notes = comparable(results, other)
    table = differences(results, other)
    parts = [(table[table["kind"] == kind].reset_index(drop=True), unit) for kind, unit in UNITS]
    heights = [len(rows) + 1.6 for rows, _ in parts]
    figure, grid = plt.subplots(
        len(parts), 1, figsize=(PAGE, ROW * sum(heights) + 2.4), height_ratios=heights, layout="constrained"
    )
    for axes, (rows, unit) in zip(grid, parts, strict=True):
        _rows(axes, rows)
        axes.set_xlabel(unit, fontsize=SMALL_TYPE)
    top = titled(figure, _heading(results, other), *_lines(results, other, table, notes))
    foot = "Filled: the interval leaves 0 out, and the difference does not round to 0; by chance one in twenty does so where there is no difference."
    bottom = footer(figure, foot)
    figure.set_layout_engine("constrained", rect=(0, bottom, 1, top - bottom))
    return grid


def _rows(axes, rows) -> None:
    """One line a row: the difference, its interval, and both in figures at the right."""
    for y, row in rows.iterrows():
        form = ".2f" if row["kind"] == COUNT else ".3f"
        if np.isfinite(row["low"]):
            axes.plot([row["low"], row["high"]], [y, y], color=FOCUS[0], linewidth=1.6, solid_capstyle="butt")
        axes.plot(
            row["difference"],
            y,
            "o",
            color=FOCUS[0],
            markerfacecolor=FOCUS[0] if is_sure(row, form) else "white",
            markersize=4.5,
        )
        said = difference_in_words(row, form)
        axes.annotate(said, (1, y), xycoords=("axes fraction", "data"), xytext=(5, 0), textcoords="offset points",
                      fontsize=SMALL_TYPE - 0.5, va="center")  # fmt: skip
    axes.axvline(0, color="black", linewidth=0.8, zorder=1)
    reach = np.nanmax(np.abs(rows[["difference", "low", "high"]].to_numpy(float)), initial=0.0) or 1.0
    axes.set_xlim(-1.08 * reach, 1.08 * reach)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), rows["outcome"])
    axes.locator_params(axis="x", nbins=5)
    tidy(axes, "x")
    axes.tick_params(axis="y", length=0)


def _heading(results, other) -> str:
    return "What the change of the great powers did" if other is results.twin else "What differs between two scenarios"


def _lines(results, other, table, notes) -> list[str]:
    if other is results.twin:
        lines = [f"Scenario: {results.manifest['scenario']}", *changes_in_words(results.manifest["changes"])]
        minus = "scenario − twin in which no great power changed"
    else:
        lines = []
        for name, arm in (("A", other), ("B", results)):
            lines += [f"{name}: {title(arm, results, other)}", *changes_in_words(arm.manifest["changes"])]
        minus = "B − A"
    pairs = f"{minus}: means over {table['pairs'].iloc[0]} pairs of runs with the same draws, with 95 % intervals."
    focus = common_focus(results, other)
    return [*lines, pairs, *([f"Focus: {results.names[focus]}."] if focus else []), *notes]
