"""Boxes of discovery (PRIM) over two axes of a sweep: where the points of interest lie, and which ranges hold most of them."""

from typing import Any

import numpy as np

from analysis.plots.phase import two_axes
from analysis.plots.style import FOCUS, LINE_INCHES, PAGE, SMALL_TYPE, footer, legend_below, tidy, titled, wrapped

OUTCOME, SHARE = "soft_bloc", 0.5  # as of analysis.discovery, which takes its time to import
COLOURS = ("#D55E00", "#000000", "#009E73", "#CC79A7")  # of the boxes, in their order; each has its number in a corner
CONFIRMED, IN_DOUBT = "-", (0, (5, 3))
HOLDS, FAILS = FOCUS[0], "#8C8C8C"
DASHED = "A dashed box is not confirmed: where points share draws, luck of the draws alone gives such boxes too. "
NOTE = (
    "A box is a description of the design, not a cause and not a probability. Each is of the points that those before it leave. Left out: "
    "coverage and density on what the search had not seen; `ncr discover` says more."
)


def boxes(results, x: str | None = None, y: str | None = None, outcome: str = OUTCOME, share: float = SHARE):
    """Points of a sweep over two axes, filled where ``outcome`` holds in ``share`` of their runs, and the boxes of ``analysis.discovery``.

    outcome: a true/false column of the rows or a condition such as ``bloc_index>0.2``. share: 0–1. x, y: axes, by default the first two
    that a box restricts. Returns Axes. Raises NcrError as ``discover`` does.
    """
    from analysis.discovery import discover

    two_axes(results, x, y)  # a misspelt one is told before the search
    return boxes_of(results, discover(results, outcome, share=share), x, y)


def boxes_of(results, found, x: str | None = None, y: str | None = None):
    """The figure of :func:`boxes` of a Discovery. A side that a box does not have is drawn at the edge."""
    import matplotlib.pyplot as plt

    x, y = _axes(results, found, x, y)
    here, wanted = _points(results, found)
    lines = _lines(results, found, (x, y))
    figure, axes = plt.subplots(figsize=(PAGE, 5.2 + LINE_INCHES[8] * len(wrapped(lines, PAGE))))
    # Rings are larger than dots: of points that lie on one another, apart in an axis that is not drawn, both kinds are seen.
    axes.scatter(here.loc[~wanted, x], here.loc[~wanted, y], s=42, facecolors="none", edgecolors=FAILS, linewidths=0.9)
    axes.scatter(here.loc[wanted, x], here.loc[wanted, y], s=14, color=HOLDS, linewidths=0)
    ends = [_ends(here[name].to_numpy(float)) for name in (x, y)]
    axes.set(xlim=ends[0], ylim=ends[1], xlabel=x, ylabel=y)
    for number, box in enumerate(found.boxes):
        _draw(axes, number, box, (x, y), ends)
    tidy(axes, "both")
    said = NOTE if all(box.confirmed for box in found.boxes) else DASHED + NOTE
    top = titled(figure, f"Where does it hold? {found.facts['outcome']}", *lines)
    bottom = legend_below(figure, *_key(found, _together(here, wanted, x, y)), footer(figure, said))
    figure.set_layout_engine("constrained", rect=(0, bottom, 1, top - bottom))
    return axes


def _axes(results, found, x: str | None, y: str | None) -> tuple[str, str]:
    """The two axes to draw: those asked for, else the first that boxes restrict, then any."""
    restricted = dict.fromkeys(limit.axis for box in found.boxes for limit in box.limits)
    for name in (*restricted, *results.axes):
        if x is None and name != y:
            x = name
        elif y is None and name != x:
            y = name
    return two_axes(results, x, y)


def _points(results, found):
    """(design of the points that were searched, (points,) bool whether they are of interest)."""
    from analysis.discovery.sweep import independent, of_interest
    from analysis.sweep_outcomes import point_values, read_outcome

    values = point_values(results, read_outcome(found.facts["outcome"]), failed="leave")
    keep = independent(results) & np.isfinite(values).any(axis=1)
    design = results.design.loc[keep, results.axes].reset_index(drop=True)
    return design, of_interest(values[keep], found.facts["share"])


def _together(here, wanted: np.ndarray, x: str, y: str) -> bool:
    """Whether points where it holds and points where it does not lie at the same place."""
    held = here.assign(held=wanted).groupby([x, y])["held"]
    return bool((held.nunique() > 1).any())


def _ends(values: np.ndarray) -> tuple[float, float]:
    margin = 0.04 * np.ptp(values)
    return values.min() - margin, values.max() + margin


def _draw(axes, number: int, box, names, ends) -> None:
    """The rectangle of a box, or the band of one that restricts neither or one of the two axes; its number in a corner."""
    from matplotlib.patches import Rectangle

    sides = []
    for name, (low, high) in zip(names, ends, strict=True):
        inset = 0.012 * (1 + number) * (high - low)  # open sides of several boxes stay apart
        low, high = low + inset, high - inset
        mine = [limit for limit in box.limits if limit.axis == name]
        sides.append((
            next((limit.value for limit in mine if limit.above), low), next((limit.value for limit in mine if not limit.above), high)
        ))  # fmt: skip
    (left, right), (bottom, top) = sides
    colour = COLOURS[number % len(COLOURS)]
    axes.add_patch(
        Rectangle(
            (left, bottom),
            right - left,
            top - bottom,
            fill=False,
            edgecolor=colour,
            linestyle=CONFIRMED if box.confirmed else IN_DOUBT,
            linewidth=1.6,
            zorder=3,
        )
    )
    axes.annotate(f"{number + 1}", (left, top), xytext=(4, -4), textcoords="offset points", color=colour, fontsize=SMALL_TYPE + 2,
                  va="top", weight="bold", zorder=4, bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 1})  # fmt: skip


def _lines(results, found, names) -> list[str]:
    """What was asked, and every box in words with how far it can be trusted."""
    from analysis.discovery.report import box_in_words, chances, no_box

    facts = found.facts
    often = f" in at least {facts['share']:.0%} of their {facts['replicates']} runs" if facts["replicates"] > 1 else ""
    lines = [
        f"Sweep: {facts['sweep']}; scenario: {facts['scenario']}",
        f"{facts['interest']:,} of {facts['points']:,} points have it{often}.",
        f"{facts['parameters']}.",
    ]
    for number, box in enumerate(found.boxes, start=1):
        left_out = f"left out {box.out_coverage:.0%} and {box.out_density:.0%}"
        doubt = f"; not confirmed: {chances(box)}" if box.doubt else ""
        lines.append(
            f"{number}: {box_in_words(box, facts['names'])}; coverage {box.coverage:.0%}, density {box.density:.0%}; {left_out}{doubt}."
        )
    if found.looked and not found.boxes:
        lines.append(f"No box: {no_box(found)}.")
    elif hidden := {limit.axis for box in found.boxes for limit in box.limits} - set(names):
        lines.append(f"Boxes are also bounded in {', '.join(sorted(hidden))}, which is not drawn.")
    others = [name for name in results.axes if name not in names]
    lines += [f"Pooled over {', '.join(others)}."] if others else []
    return [*lines, *(f"Note: {note}." for note in found.notes)]


def _key(found, both: bool) -> tuple[list[Any], list[str]]:
    from matplotlib.lines import Line2D

    dot: dict[str, Any] = {"linestyle": "none", "marker": "o"}
    handles: list = [
        Line2D([], [], color=HOLDS, markersize=4, markeredgewidth=0, **dot),
        Line2D([], [], color=FAILS, markersize=6.5, markerfacecolor="none", **dot),
    ]
    names = ["it holds", "it does not"]
    if both:
        handles.append(tuple(handles))
        names.append("both, at points that lie together")
    for number, box in enumerate(found.boxes):
        shown: dict[str, Any] = {
            "color": COLOURS[number % len(COLOURS)],
            "linestyle": CONFIRMED if box.confirmed else IN_DOUBT,
        }
        handles.append(Line2D([], [], linewidth=1.6, **shown))
        names.append(f"box {number + 1}{'' if box.confirmed else ', not confirmed'}")
    return handles, names
