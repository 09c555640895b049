"""The plane of permissiveness and clarity: the room that great powers leave each state, and how clear it is, over time."""

import numpy as np

from analysis.plots.organisation import TWIN, full_quarters
from analysis.plots.style import PAGE, SMALL_TYPE, counted, decimal_years, footer, heading, panels, tidy, year_locator

COLUMNS = ("permissiveness", "clarity")
SHADES = "viridis_r"  # pale at the start, dark at the end, in grey too
MARGIN = 0.05  # of the range of the data, around it
WORDS = (
    "How to read: the path goes through the medians of all quarters, pale at the start, dark at the end; the open circle is {start}, the filled one "
    "{end}. The cross there stretches over the middle half of the runs in that quarter, to the sides and up and down. Right: great powers leave "
    "more room (permissiveness: 0 tightly policed, 1 free). Up: signals are clearer (clarity: 0 ambiguous, 1 unambiguous). Axes are cut to where states "
    "move; dashed: one half."
)


def plane(results, states=None):
    """Path of each state in the plane of permissiveness (x) and clarity (y): medians over runs, a panel a state.

    The line darkens with time; a cross at the end spans half of the runs, a diamond surrounds the end in the frozen-driver twin;
    faint lines are the other states. The axes are the range in which states move, not 0 to 1; ½ is dashed where it is inside.
    states: all by default. Returns an array of Axes.
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    results.require_states(states or ())
    shown = list(states or results.manifest["states"])
    paths = {state: path(results, state) for state in results.manifest["states"]}
    columns = 4 if len(shown) > 6 else 3 if len(shown) > 4 else 2
    figure, grid = panels(
        len(shown), PAGE / min(columns, len(shown)) * 0.85, 2.6, columns=columns, sharex=True, sharey=True
    )
    time = Normalize(*decimal_years(full_quarters(results)[[0, -1]]))
    for axes, state in zip(grid, shown, strict=True):
        for _, points, _, _ in paths.values():
            axes.plot(*points.T, color="#E4E4E4", linewidth=0.5, zorder=1)
        _path(axes, *paths[state], time)
        if results.twin is not None:
            end = path(results.twin, state)[1][-1]
            axes.plot(*end, "D", markersize=8, color="#D55E00", markerfacecolor="none", markeredgewidth=1.2, zorder=5)
        axes.set_title(results.names[state], loc="left", fontsize=8, pad=3)
        tidy(axes, "both")
    _same_axes(grid)
    for number, axes in enumerate(grid):
        axes.set_ylabel("clarity" if number % columns == 0 else "", fontsize=SMALL_TYPE)
        axes.xaxis.set_tick_params(labelbottom=number + columns >= len(grid))
        axes.set_xlabel("permissiveness" if number + columns >= len(grid) else "", fontsize=SMALL_TYPE)
    bar = figure.colorbar(
        ScalarMappable(time, SHADES), ax=list(grid), location="bottom", aspect=60, shrink=0.6, pad=0.02
    )
    bar.ax.tick_params(labelsize=SMALL_TYPE)
    bar.locator = year_locator(*bar.ax.get_xlim())
    bar.update_ticks()
    top = heading(results, figure, "How much room do great powers leave, and how clear is it?", *_lines(results))
    bottom = footer(figure, WORDS.format(**{end: results.manifest[end] for end in ("start", "end")}))
    figure.set_layout_engine("constrained", rect=(0, bottom, 1, top - bottom))
    return grid


def path(results, state: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(quarters,) years; (quarters, 2) medians over runs of permissiveness and clarity; (2,) quartiles of both at the end."""
    frame = results.states
    by_quarter = frame[frame["state"] == state].groupby("quarter")[list(COLUMNS)]
    middle = by_quarter.median()
    low, high = (by_quarter.quantile(part).to_numpy()[-1] for part in (0.25, 0.75))
    return decimal_years(middle.index), middle.to_numpy(), low, high


def _path(axes, years, points, low, high, time) -> None:
    from matplotlib.collections import LineCollection

    steps = LineCollection(
        list(np.stack([points[:-1], points[1:]], axis=1)), cmap=SHADES, norm=time, linewidth=1.6, zorder=3
    )
    steps.set_array(years[1:])
    axes.plot(*points.T, color="white", linewidth=3.4, zorder=2)  # parts it from the other states
    axes.add_collection(steps)
    axes.plot(*points[0], "o", color="black", markerfacecolor="white", markersize=4.5, zorder=4)
    axes.plot(*points[-1], "o", color="black", markersize=4.5, zorder=6)
    axes.plot([low[0], high[0]], [points[-1, 1]] * 2, color="black", linewidth=0.7, zorder=2)
    axes.plot([points[-1, 0]] * 2, [low[1], high[1]], color="black", linewidth=0.7, zorder=2)


def _same_axes(grid) -> None:
    grid[0].margins(MARGIN)
    grid[0].autoscale_view()
    for draw, (low, high) in (("axvline", grid[0].get_xlim()), ("axhline", grid[0].get_ylim())):
        for axes in grid if low < 0.5 < high else ():
            getattr(axes, draw)(0.5, color="#777777", linewidth=0.8, linestyle="--", zorder=1.5)


def _lines(results) -> list[str]:
    m = results.manifest
    lines = [
        f"Medians of {counted(results)}, quarter by quarter, from {m['start']} (open) to {m['end']} (filled). Faint: the other states."
    ]
    return lines + (
        [f"Middle of the diamond: the end in the {TWIN}, often where the state began."] if results.twin else []
    )
