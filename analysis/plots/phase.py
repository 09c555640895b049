"""Phase diagram: an outcome of a sweep over two of its axes, and how sure it is."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.plots.style import PAGE, SMALL_TYPE, footer, tidy, titled
from analysis.sweep_outcomes import Outcome, read_outcome
from sim.errors import NcrError
from sim.parameters import PARAMETERS
from sim.statistics import clustered_share, student_975, wilson

MOST_LEVELS = 60  # an axis with more distinct values is cut into bins
RUNS_A_BIN, BINS = 8, (3, 12)  # bins of an axis: fewest, most
SHADES = "cividis"  # monotone in grey, and the same to the colour-blind
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)  # of probabilities
SAME = 1e-9


def phase(results, x: str | None = None, y: str | None = None, outcome: str = "soft_bloc"):
    """Mean of ``outcome`` (a share where it is yes or no) over two axes of a sweep, with contours, and lines of equal uncertainty.

    outcome: as in ``analysis.sweep_outcomes``: a column of the rows or a condition such as ``class>=4``. x, y: axes, by default
    the first two. Solid contours: the mean; dotted ones: the width of its 95 % interval. Other axes are pooled; an axis
    without repeated levels is cut into bins of equal width. Returns Axes.
    """
    import matplotlib.pyplot as plt

    if results.manifest.get("identity", {}).get("design", {}).get("kind") == "morris":
        raise NcrError(
            "the trajectories of a Morris design are too few points for a phase diagram; sweep the two axes as a grid"
        )
    wanted = read_outcome(outcome)
    x, y = two_axes(results, x, y)
    table, binned = cells(results, x, y, wanted)
    across, up = np.unique(table[x]), np.unique(table[y])
    mean, width = (
        table.assign(width=table["high"] - table["low"]).pivot(index=y, columns=x, values=name).reindex(up, columns=across).to_numpy()
        for name in ("mean", "width")
    )  # fmt: skip
    figure, axes = plt.subplots(figsize=(PAGE, 5.9), layout="constrained")
    limits: dict[str, Any] = {"vmin": 0, "vmax": 1} if wanted.binary else {}
    axes.patch.set(facecolor="white", edgecolor="#999999", hatch="////")  # seen where a cell has no run
    mesh = axes.pcolormesh(across, up, np.ma.masked_invalid(mean), cmap=SHADES, shading="nearest", **limits)
    bar = figure.colorbar(mesh, ax=axes, aspect=35, pad=0.02)
    bar.set_label(_measure(wanted), fontsize=SMALL_TYPE + 1)
    bar.ax.tick_params(labelsize=SMALL_TYPE)
    within_noise = bool(binned) and np.nanmax(mean) - np.nanmin(mean) < np.nanmedian(width)
    if not within_noise:
        _contours(
            axes, across, up, mean, LEVELS if wanted.binary else 5, colors="black", linestyles="-", linewidths=1.5
        )
        _contours(axes, across, up, width, 3, colors="#A00000", linestyles=":", linewidths=1.4)
    at_scenario = _mark_scenario(axes, results, x, y)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    tidy(axes, "both")
    axes.grid(False)
    others = [name for name in results.axes if name not in (x, y)]
    top = titled(
        figure, _title(wanted, x, y), *_lines(results, table, mean, width, binned, others, at_scenario, within_noise)
    )
    bottom = footer(
        figure, "The design was chosen, not observed: shares of its runs are no probabilities of the world."
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


def cells(results, x: str, y: str, outcome: Outcome) -> tuple[pd.DataFrame, list[str]]:
    """By cell of the two axes: x, y, runs, mean, low, high (95 %); and the axes that were cut into bins.

    Runs of one replicate share their draws at all points (unless the sweep is independent), so that in a cell of several points
    the interval is over the means of replicates. Failed runs are left out; a cell without runs has no row.
    """
    design, binned = results.design, []
    centre = {}
    for name in (x, y):
        values = design[name].to_numpy(float)
        levels = np.unique(values)
        if len(levels) < 2:
            raise NcrError(f"{name} has one value in this sweep, {levels[0]:g}; a phase diagram needs two or more")
        bins = int(np.clip(np.sqrt(results.manifest["runs"] / RUNS_A_BIN), *BINS))
        if len(levels) <= MOST_LEVELS and len(levels) * 2 <= len(values):
            centre[name] = values
            continue
        binned.append(name)
        edges = np.linspace(levels[0], levels[-1], bins + 1)
        place = np.clip(np.searchsorted(edges, values, "right") - 1, 0, bins - 1)
        centre[name] = (edges[:-1] + edges[1:])[place] / 2
    rows = [
        pd.DataFrame({"point": shard["point"], "replicate": shard["replicate"], "value": outcome.of(shard)})
        for shard in results.shards(list(dict.fromkeys(("point", "replicate", outcome.column))))
    ]
    runs = (
        pd.concat(rows, ignore_index=True).dropna() if rows else pd.DataFrame(columns=["point", "replicate", "value"])
    )
    if runs.empty:
        raise NcrError(f"{results.folder}: no run has {outcome.name}; nothing to draw")
    point = runs["point"].to_numpy(int)
    runs = runs.assign(**{x: centre[x][point], y: centre[y][point]})
    clustered = not results.manifest["identity"]["independent"]
    found = [(*key, len(group), *interval(group, outcome.binary, clustered)) for key, group in runs.groupby([x, y])]
    return pd.DataFrame(found, columns=[x, y, "runs", "mean", "low", "high"]), binned


def interval(runs: pd.DataFrame, binary: bool, clustered: bool) -> tuple[float, float, float]:
    """(mean, low, high) of ``value`` with a 95 % interval; NaN ends where fewer than two runs or replicates are left.

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
    if len(values) < 2:
        return mean, np.nan, np.nan
    if binary:
        return mean, *wilson(round(values.sum()), len(values))
    half = student_975(len(values) - 1) * float(values.std()) / np.sqrt(len(values))
    return mean, mean - half, mean + half


def _contours(axes, across, up, values, levels, **look) -> None:
    """Labelled contours of a surface that is not flat. levels: a number of round ones, or those of them that occur."""
    from matplotlib.patheffects import withStroke
    from matplotlib.ticker import MaxNLocator

    values = np.ma.masked_invalid(values)
    if min(values.shape) < 2 or values.count() < 4 or np.ma.ptp(values) < SAME:
        return
    low, high = values.min(), values.max()
    levels = MaxNLocator(levels).tick_values(low, high) if isinstance(levels, int) else levels
    levels = [level for level in levels if low < level < high]
    if levels:
        lines = axes.contour(across, up, values, levels=levels, **look)
        lines.set_path_effects(
            [withStroke(linewidth=2.8, foreground="white", alpha=0.8)]
        )  # readable on dark and on pale
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
    axes.plot(*here, "X", markersize=8, color="black", markeredgecolor="white", zorder=5)
    return True


def _measure(outcome: Outcome) -> str:
    if outcome.name == "soft_bloc":
        return "P(soft bloc or deeper at the end)"
    return f"P({outcome.name})" if outcome.binary else f"mean of {outcome.name}"


def _title(outcome: Outcome, x: str, y: str) -> str:
    if outcome.name == "soft_bloc":
        return f"Where does a soft bloc emerge? {x} and {y}"
    measure = _measure(outcome)
    return f"{measure[0].upper()}{measure[1:]} over {x} and {y}"


def _lines(results, table, mean, width, binned, others, at_scenario, within_noise) -> list[str]:
    """What the figure shows, in words."""
    m = results.manifest
    least, most = int(table["runs"].min()), int(table["runs"].max())
    lines = [
        f"Sweep: {m['sweep']}; scenario: {m['scenario']}",
        f"{results.progress}, seed {m['seed']}; {least if least == most else f'{least} to {most}'} in each cell.",
    ]
    differ, wide = np.nanmax(mean) - np.nanmin(mean), np.nanmedian(width) if np.isfinite(width).any() else np.nan
    if differ < SAME:
        lines.append(
            f"The same in every cell: {np.nanmean(mean):.2g} (95 % intervals are {wide:.2g} wide): no contour."
        )
    else:
        paired = (
            "" if m["identity"]["independent"] else "; cells share draws, so that differences may be surer than that"
        )
        contours = (
            "No contours: bins differ by less than their intervals are wide."
            if within_noise
            else "Solid contours: the mean. Dotted: lines of equal width of its 95 % interval."
        )
        lines.append(contours)
        lines.append(f"Cells differ by up to {differ:.2g}; intervals are {wide:.2g} wide (median){paired}.")
    if others:
        lines.append(f"Pooled over {', '.join(others)}.")
    if binned:
        lines.append(f"Cut into bins: {', '.join(binned)}.")
    if np.isnan(mean).any():
        lines.append("Hatched: no run.")
    if at_scenario:
        lines.append("Cross: the scenario as it is, other axes aside." if others else "Cross: the scenario as it is.")
    return lines
