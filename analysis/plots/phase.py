"""Phase diagram: an outcome of a sweep over two of its axes, and how sure it is."""

import warnings
from typing import Any

import numpy as np

from analysis.plots.phase_cells import FEWEST, SAME, Cells, carried, cells
from analysis.plots.style import PAGE, SMALL_TYPE, footer, tidy, titled
from analysis.sweep_outcomes import Outcome, read_outcome
from sim.errors import NcrError
from sim.parameters import PARAMETERS
from sim.sweep.drawn import about_parameters

SHADES = "cividis"  # monotone in grey, and the same to the colour-blind
MOST_TICKS = 9  # an axis with more levels has ticks at round numbers
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)  # of probabilities


def phase(results, x: str | None = None, y: str | None = None, outcome: str = "soft_bloc"):
    """Mean of ``outcome`` (a share where it is yes or no) over two axes of a sweep, with contours, and lines of equal uncertainty.

    outcome: as in ``analysis.sweep_outcomes``: a column of the rows or a condition such as ``class>=4``. x, y: axes, by default
    the first two. Solid contours: the mean, at the levels that the runs can carry (``phase_cells.carried``); dotted ones: the width of
    its 95 % interval. Other axes are pooled; an axis without repeated levels is cut into bins of equal width. Warns of runs that
    failed, which are left out. Returns Axes.
    """
    import matplotlib.pyplot as plt

    if results.manifest.get("identity", {}).get("design", {}).get("kind") == "morris":
        raise NcrError(
            "the trajectories of a Morris design are too few points for a phase diagram; sweep the two axes as a grid"
        )
    wanted = read_outcome(outcome)
    x, y = two_axes(results, x, y)
    found = cells(results, x, y, wanted)
    if found.failed:
        warnings.warn(f"{failed_in_words(results, found)}", stacklevel=2)
    mean, width = found.grid("mean"), found.grid("high") - found.grid("low")
    figure, axes = plt.subplots(figsize=(PAGE, 5.9), layout="constrained")
    limits: dict[str, Any] = {"vmin": 0, "vmax": 1} if wanted.binary else {}
    axes.patch.set(facecolor="white", edgecolor="#999999", hatch="////")  # seen where a cell has no run
    mesh = axes.pcolormesh(found.x.edges, found.y.edges, np.ma.masked_invalid(mean), cmap=SHADES, **limits)
    bar = figure.colorbar(mesh, ax=axes, aspect=35, pad=0.02)
    bar.set_label(_measure(wanted), fontsize=SMALL_TYPE + 1)
    bar.ax.tick_params(labelsize=SMALL_TYPE)
    levels = carried(found, LEVELS if wanted.binary else _round_levels(mean, 5))
    if levels:
        _contours(axes, found, mean, levels, colors="black", linestyles="-", linewidths=1.5)
        _contours(axes, found, width, _round_levels(width, 3), colors="#A00000", linestyles=":", linewidths=1.4)
    at_scenario = _mark_scenario(axes, results, x, y)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    tidy(axes, "both")
    axes.grid(False)
    for axis, one in ((axes.xaxis, found.x), (axes.yaxis, found.y)):
        if not one.bins and len(one.at) <= MOST_TICKS:
            axis.set_ticks(one.at, [f"{level:.3g}" for level in one.at])
    top = titled(
        figure, _title(results, wanted, found, (x, y), levels), *_lines(results, found, (x, y), levels, at_scenario)
    )
    outer = "" if found.x.bins and found.y.bins else " Axes end where the sweep does: outer cells end at their level."
    bottom = footer(
        figure, f"The design was chosen, not observed: shares of its runs are no probabilities of the world.{outer}"
    )
    figure.set_layout_engine("constrained", rect=(0, bottom, 1, top - bottom))
    return axes


def two_axes(results, x: str | None, y: str | None) -> tuple[str, str]:
    """The axes to draw; NcrError for an unknown one, the same twice, or a sweep over one axis only."""
    known = results.axes
    for name in (x, y):
        if name is not None and name not in known:
            raise NcrError(f"no axis {name} in this sweep; there are {', '.join(known)}")
    if len(known) < 2:
        raise NcrError(f"a phase diagram needs two axes; this sweep varies {', '.join(known)} alone")
    x = x or next(name for name in known if name != y)
    y = y or next(name for name in known if name != x)
    if x == y:
        raise NcrError(f"--x and --y are both {x}; name two of {', '.join(known)}")
    return x, y


def _round_levels(values: np.ndarray, number: int) -> list[float]:
    """At most ``number`` steps between round levels inside the range of a surface; none of a flat one."""
    from matplotlib.ticker import MaxNLocator

    low, high = np.nanmin(values), np.nanmax(values)
    if not high - low >= SAME:
        return []
    return [level for level in MaxNLocator(number).tick_values(low, high) if low < level < high]


def _contours(axes, found: Cells, values, levels, **look) -> None:
    """Labelled contours of a surface over the levels, or the middles of bins."""
    from matplotlib.patheffects import withStroke

    if not len(levels):
        return
    lines = axes.contour(found.x.at, found.y.at, np.ma.masked_invalid(values), levels=levels, **look)
    lines.set_path_effects([withStroke(linewidth=2.8, foreground="white", alpha=0.8)])  # readable on dark and on pale
    for label in axes.clabel(lines, fmt="%g", fontsize=SMALL_TYPE):
        label.set_path_effects([withStroke(linewidth=2.2, foreground="white")])


def _mark_scenario(axes, results, x: str, y: str) -> bool:
    """A cross where the scenario itself stands; whether it lies inside."""
    m = results.manifest
    known = {name: PARAMETERS[name].default for name in PARAMETERS} | m["levers"] | m["parameters"]
    here = (known.get(x), known.get(y))
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    if None in here or not (left <= here[0] <= right and bottom <= here[1] <= top):
        return False
    axes.plot(*here, "X", markersize=8, color="black", markeredgecolor="white", zorder=5, clip_on=False)
    return True


def _measure(outcome: Outcome) -> str:
    if outcome.name == "soft_bloc":
        return "P(soft bloc or deeper at the end)"
    return f"P({outcome.name})" if outcome.binary else f"mean of {outcome.name}"


def _title(results, outcome: Outcome, found: Cells, axes, levels) -> str:
    """The question; or the answer, where all cells with runs have one, and where no contour is sure that there could be."""
    measure, both = _measure(outcome), " and ".join(axes)
    if not found.table["mean"].any():
        return f"{_never(results, outcome, found)}: {both}"
    unsure = ": no contour is sure" if not levels and _contours_possible(found) else ""
    if outcome.name == "soft_bloc":
        return f"Where does a soft bloc emerge? {both}{unsure}"
    return f"{measure[0].upper()}{measure[1:]} over {both}{unsure}"


def _never(results, outcome: Outcome, found: Cells) -> str:
    """That no run has the outcome, or none so far, and what share of the runs of a cell that leaves possible."""
    so_far, high = "" if results.finished else " so far", found.table["high"]
    if not outcome.binary:
        return f"{outcome.name} is 0 in {_every_cell(found)}{so_far}"
    reach = f"intervals of cells reach {high.max():.2g}" if high.notna().any() else "too few for an interval"
    return f"No run{so_far} has {'a soft bloc' if outcome.name == 'soft_bloc' else outcome.name} ({reach})"


def _every_cell(found: Cells) -> str:
    return "every cell that has runs" if np.isnan(found.grid("mean")).any() else "every cell"


def _contours_possible(found: Cells) -> bool:
    """Whether there are cells enough along both axes, and any difference between them."""
    mean = found.table["mean"]
    return min(found.grid("mean").shape) >= FEWEST and mean.max() - mean.min() >= SAME


def failed_in_words(results, found: Cells) -> str:
    """How many runs failed and are left out."""
    return f"{found.failed:,} of {results.progress} failed and are left out"


def _lines(results, found: Cells, axes, levels, at_scenario: bool) -> list[str]:
    """What the figure shows, in words."""
    m, runs = results.manifest, found.table["runs"]
    each = f"{runs.min()}" if runs.min() == runs.max() else f"{runs.min()} to {runs.max()}"
    failed = f" {failed_in_words(results, found)}." if found.failed else ""
    lines = [
        f"Sweep: {m['sweep']}; scenario: {m['scenario']}",
        f"{results.progress}, seed {m['seed']}; {each} in each cell.{failed}",
    ]
    mean, width = found.table["mean"], found.table["high"] - found.table["low"]
    wide = f"{width.median():.2g} wide" if width.notna().any() else "unknown: one run a cell, or all of a cell alike"
    if mean.max() - mean.min() < SAME:
        lines.append(f"The same in {_every_cell(found)}: {mean.mean():.2g} (95 % intervals are {wide}): no contour.")
        if not mean.any() and width.notna().any():
            lines[-1] += f" Intervals reach up to {found.table['high'].max():.2g}: what is rarer is not excluded."
    else:
        lines += [
            _on_contours(found, levels),
            f"Cells differ by up to {mean.max() - mean.min():.2g}; intervals are {wide} (median)",
        ]
        lines[-1] += (
            "." if m["identity"]["independent"] else "; cells share draws, so that differences may be surer than that."
        )
    others = [name for name in results.axes if name not in axes]
    binned = [name for name, one in zip(axes, (found.x, found.y), strict=True) if one.bins]
    lines += [f"Pooled over {', '.join(others)}."] if others else []
    lines += [f"Cut into bins: {', '.join(binned)}."] if binned else []
    lines += ["Hatched: no run."] if np.isnan(found.grid("mean")).any() else []
    if at_scenario:
        lines.append("Cross: the scenario as it is, other axes aside." if others else "Cross: the scenario as it is.")
    lines.append(f"{about_parameters(m)}.")
    return lines


def _on_contours(found: Cells, levels) -> str:
    """Which contours there are, and by what rule; or why there are none."""
    if levels:
        return (
            "Solid contours: the mean, at levels that the intervals of some cells lie wholly below and of others wholly above. Dotted: "
            "lines of equal width of the 95 % interval."
        )
    if min(found.grid("mean").shape) < FEWEST:
        return f"No contours: an axis with fewer than {FEWEST} cells has none."
    return (
        "No contour is sure at this number of runs: at no level do the intervals of some cells lie wholly below and of others wholly above; "
        "more runs a cell may show one."
    )
