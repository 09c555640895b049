"""Alignment triangle: between one pole, another pole and an organisation, where each state stands and how it got there."""

import textwrap

import numpy as np
import pandas as pd

from analysis.plots.bodies import what_it_is
from analysis.plots.organisation import TWIN, chosen
from analysis.plots.style import PAGE, SMALL_TYPE, counted, footer, framed, heading
from sim.errors import NcrError
from sim.scenario.reading import require

HEIGHT = np.sqrt(3) / 2  # of a triangle of side 1
LITTLE = 0.05  # states for which the three hold less of all ties are left out: their place would be noise
OUTSIDE = 0.02  # states whose share of the organisation never exceeds this have a row of their own below the triangle
SPOTS = ((1, 1), (-1, 1), (1, -1), (-1, -1))  # where the label of an end may stand, best first
BESIDE = np.array([0.055, 0.03])  # middle of a label from its end, in sides of the triangle
ROW, FIRST_ROW = 0.05, -0.2  # height of such a row, and where they begin
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9", "#882255", "#999933", "#332288",
           "#44AA99", "#661100")  # fmt: skip
LEFT, ACROSS = -0.1, 1.16  # left edge and width of the axes, in sides of the triangle
HOW = (
    "How to read: in a corner all of the three's ties are to that partner, on the side opposite none. Grey lines count fifths: of {b} along "
    "the bottom, of {c} up the right side, of {a} down the left side. A path has a point for each quarter and leads from the open mark (the first) "
    "to the filled one (the last)."
)
ROWS = " In rows: at the left all {a}, at the right all {b}."
MARKERS = "os^Dv"  # at both ends of a path


def triangle(results, states=None, organisation: str | None = None, poles=None):
    """Paths of states in the triangle pole – pole – organisation: how the ties to these three are divided, from start to end.

    A corner is all of it, the side opposite none. Each point is the mean over runs of a state's shares of tie mass going to the
    three, made to sum to 1. States with next to no
    ties within the organisation have a row each, between the two poles, below. poles: two codes, by default those with the largest mean share; organisation: the focus; states:
    all of which the three hold 5 % of the ties or more. Returns an array of Axes: scenario and, if it was run, twin.
    """
    import matplotlib.pyplot as plt

    organisation = chosen(results, organisation)
    corners = [*_two_poles(results, poles), organisation]
    results.require_states(states or ())
    arms = [("scenario", results)] + ([(TWIN, results.twin)] if results.twin else [])
    paths = [{state: path(arm, state, corners) for state in states or results.manifest["states"]} for _, arm in arms]
    shown = [state for state, (_, held) in paths[0].items() if held.iloc[-1] >= LITTLE]
    left = [results.names[state] for state in paths[0] if state not in shown]
    outside = [state for state in shown if all(arm[state][0][organisation].max() < OUTSIDE for arm in paths)]
    width, below = min(PAGE / len(arms), 4.6), -FIRST_ROW + ROW * len(outside)
    figure, grid = plt.subplots(1, len(arms), figsize=(PAGE, PAGE), squeeze=False)
    for axes, (title, _), arm in zip(grid[0], arms, paths, strict=True):
        _frame(axes, [results.names[corner] for corner in corners], below)
        axes.set_title(title, fontsize=9, loc="left", pad=12)
        taken = [
            place(arm[state][0].dropna().to_numpy()) for state in shown if state not in outside
        ]  # then the labels too
        for number, state in enumerate(shown):
            row = outside.index(state) if state in outside else None
            look = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
            _path(axes, state, arm[state], *look, row, taken)
    a, b, c = (results.names[corner] for corner in corners)
    lines = [
        f"Of the ties that a state has to {a}, {b} and fellow members of {c} (ties of observers count half): how they are divided, means "
        f"over {counted(results)}."
    ] + ([f"Rows below: states with next to no ties within {c}, between the two poles."] if outside else [])
    how = HOW.format(a=a, b=b, c=c) + (ROWS.format(a=a, b=b) if outside else "")
    framed(
        figure,
        0.35 + width / ACROSS * (HEIGHT + 0.1 + below),
        lambda: heading(results, figure, f"Between {a}, {b} and {c}", *lines, *what_it_is(results, organisation)),
        lambda: footer(figure, f"{how} {_note(results, shown, paths[0], left)}"),
    )
    return grid[0]


def path(results, state: str, corners) -> tuple[pd.DataFrame, pd.Series]:
    """(quarters, 3) shares among ``corners``, and (quarters,) what the three hold of all ties: means over runs.

    Where the three hold nothing, a row is missing (NaN).
    """
    frame = results.states
    means = frame[frame["state"] == state].groupby("quarter")[list(corners)].mean()
    held = means.sum(axis=1)
    return means.div(held.where(held > 0), axis=0), held


def place(shares: np.ndarray) -> np.ndarray:
    """(n, 2) points of (n, 3) shares that sum to 1: first corner at the left, second at the right, third on top."""
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, HEIGHT]])
    return np.asarray(shares) @ corners


def _two_poles(results, poles) -> list[str]:
    known = list(results.manifest["poles"])
    if poles is None:
        means = results.states[known].mean().sort_values(ascending=False, kind="stable")
        poles = list(means.index[:2])
    require(poles, results.manifest["poles"], "pole", {"a state": results.manifest["states"]})
    if len(poles) != 2 or poles[0] == poles[1]:
        raise NcrError(f"a triangle has two poles; name two of {', '.join(known)}")
    return list(poles)


def _frame(axes, names, below: float) -> None:
    """The triangle, its lines at every fifth, the names of its corners, and room ``below`` it."""
    ring = place(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]))
    axes.plot(*ring.T, color="black", linewidth=0.9, zorder=2)
    for part in (0.2, 0.4, 0.6, 0.8):
        for turn in range(3):
            ends = np.roll([[part, 1 - part, 0], [part, 0, 1 - part]], turn, axis=1)
            axes.plot(*place(ends).T, color="#DDDDDD", linewidth=0.6, zorder=1)
        for turn, (x, y, sides) in enumerate(((0, -0.035, "center"), (0.03, 0.015, "left"), (-0.03, 0.015, "right"))):
            spot = place(np.roll([[1 - part, part, 0]], turn, axis=1))[0]
            axes.text(spot[0] + x, spot[1] + y, f"{part:.1f}", fontsize=5.5, ha=sides, va="center", color="#777777")
    names = [textwrap.fill(f"only {name}", letters) for name, letters in zip(names, (22, 22, 60), strict=True)]
    axes.text(0, -0.09, names[0], fontsize=SMALL_TYPE, ha="left", va="top")
    axes.text(1, -0.09, names[1], fontsize=SMALL_TYPE, ha="right", va="top")
    axes.text(0.5, HEIGHT + 0.03, names[2], fontsize=SMALL_TYPE, ha="center", va="bottom")
    axes.set_aspect("equal")
    axes.set_xlim(LEFT, LEFT + ACROSS)
    axes.set_ylim(-below, HEIGHT + 0.1)
    axes.set_axis_off()


def _path(axes, state: str, found, colour: str, marker: str, row: int | None, taken: list) -> None:
    """A path in the triangle, or in a ``row`` below it. taken: points of paths and labels, from which its label keeps away."""
    points = place(found[0].dropna().to_numpy())
    if not len(points):
        return
    label = {"fontsize": 6, "color": colour, "zorder": 6}
    if row is None:
        spots = [points[-1] + BESIDE * way for way in SPOTS]
        room = [np.hypot(*((np.concatenate(taken) - spot) / BESIDE).T).min() for spot in spots]
        spot = spots[int(np.argmax(np.minimum(room, 1.0)))]  # the first that has room
        axes.text(*spot, state, ha="center", va="center", **label)
        taken.append(spot[None])
    else:
        height = FIRST_ROW - ROW * row
        points = np.column_stack([found[0].dropna().iloc[:, 1], np.full(len(points), height)])
        axes.plot([0, 1], [height, height], color="#EEEEEE", linewidth=0.6, zorder=1)
        axes.text(-0.03, height, state, ha="right", va="center", **label)
    axes.plot(*points.T, color=colour, linewidth=1.0, zorder=3)
    axes.plot(*points[0], marker, color=colour, markerfacecolor="white", markersize=4, zorder=4)
    axes.plot(*points[-1], marker, color=colour, markersize=4.5, zorder=5)


def _note(results, shown, paths, left) -> str:
    parts = (f"{state} {results.names[state]} {paths[state][1].iloc[-1]:.0%}" for state in shown)
    held = ", ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)
    out = f" Left out, with less than {LITTLE:.0%}: {', '.join(left)}." if left else ""
    return f"States, and what the three partners hold of all their ties at the end (scenario): {held or 'none'}.{out}"
