"""Alignment trajectories: to whom the ties of a state go, over time and over runs."""

import textwrap

import numpy as np

from analysis.plots.style import (
    COLOURS,
    LINES,
    UNALIGNED,
    bands,
    decimal_years,
    event_key,
    mark_events,
    marked_events,
    year_ticks,
)  # fmt: skip

SHOWN = 4  # partners drawn beside unaligned
PANELS = 6


def leading_states(results, number: int = PANELS) -> list[str]:
    """States to show: those that are full members of the focus organisation in most runs, then the most tied ones."""
    frame = results.states
    last = frame[frame["quarter"] == frame["quarter"].max()]
    focus = results.focus
    tied = (1.0 - last["unaligned"]).groupby(last["state"].astype(str)).mean()
    member = tied * 0.0
    if focus:
        mine = results.organisations
        mine = mine[(mine["organisation"] == focus) & (mine["quarter"] == mine["quarter"].max())]
        counts = mine["members"].astype(str).str.split(",").explode().value_counts()
        member = member.add(counts.reindex(tied.index).fillna(0) / max(1, len(mine)), fill_value=0)
    order = (member * 10 + tied).sort_values(ascending=False, kind="stable")
    return list(order.index[:number])


def _table(results, state, partner):
    frame = results.states
    mine = frame[frame["state"] == state]
    return mine.pivot(index="run", columns="quarter", values=partner)


def _partners(results, states, number=SHOWN):
    """Partners with the largest median share anywhere, in one order for all panels."""
    frame = results.states[results.states["state"].isin(states)]
    partners = [name for name in results.partners if name != "unaligned"]
    largest = frame.groupby(["state", "quarter"], observed=True)[partners].median().max()
    chosen = list(largest.sort_values(ascending=False, kind="stable").index[:number])
    if results.focus and results.focus not in chosen:
        chosen = [*chosen[: number - 1], results.focus]
    return chosen


def alignment(results, state: str, axes=None, partners=None, twin: bool = True):
    """Alignment of one state: median shares of its tie mass with 50 and 90 % bands; the twin's medians thin and grey.

    Returns Axes. partners: codes to draw; default the largest ones. Events are marked by thin vertical lines.
    """
    import matplotlib.pyplot as plt

    alone = axes is None
    axes = plt.subplots(figsize=(7, 4.2), layout="constrained")[1] if alone else axes
    partners = partners or _partners(results, [state])
    m = results.manifest
    names = m["poles"] | m["organisations"]
    for k, partner in enumerate([*partners, "unaligned"]):
        table = _table(results, state, partner)
        years = decimal_years(table.columns)
        plain = partner == "unaligned"
        colour, line = (UNALIGNED, ":") if plain else (COLOURS[k % len(COLOURS)], LINES[k % len(LINES)])
        bands(axes, years, table.to_numpy(), colour, line, "no common organisation" if plain else names[partner])
        if twin and results.twin is not None and not plain:
            other = _table(results.twin, state, partner)
            axes.plot(decimal_years(other.columns), np.nanmedian(other, axis=0), color=colour, linewidth=0.7, alpha=0.7)
    axes.set_xlim(years[0], years[-1])
    axes.set_title(m["states"][state], loc="left", fontsize=10, pad=14)
    year_ticks(axes)
    axes.tick_params(labelsize=8)  # small, so that the last year of one panel and the first of the next stay apart
    axes.grid(axis="y", color="#EEEEEE", zorder=0)
    axes.spines[["top", "right"]].set_visible(False)
    if alone:
        axes.set_ylim(0, min(1.0, max(0.05, axes.get_ylim()[1])))
        events = marked_events(results)
        mark_events(axes, events)
        axes.set_ylabel("share of tie mass")
        axes.legend(fontsize=7, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
        axes.set_title(f"To whom {m['states'][state]} is tied", loc="left", pad=12)
    return axes


def alignment_panels(results, states=None):
    """Alignment of six states as small multiples, one legend, events numbered. Returns an array of Axes."""
    import matplotlib.pyplot as plt

    states = list(states or leading_states(results))
    columns = 3 if len(states) > 4 else 2
    rows = -(-len(states) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(11, 2.9 * rows + 1.8), sharex=True, sharey=True, squeeze=False)
    partners, events = _partners(results, states), marked_events(results)
    for axes, state in zip(grid.flat, states):
        alignment(results, state, axes, partners)
    grid[0, 0].set_ylim(0, min(1.0, max(axes.dataLim.y1 for axes in grid.flat[: len(states)]) * 1.03))
    for axes in grid.flat[len(states) :]:
        axes.set_visible(False)
    for axes in grid.flat[: len(states)]:
        mark_events(axes, events)
    for axes in grid[:, 0]:
        axes.set_ylabel("share of tie mass")
    m = results.manifest
    figure.suptitle(f"To whom states are tied: {m['scenario']}", x=0.01, y=0.985, ha="left", fontsize=13)
    figure.text(
        0.01, 0.945, f"Median of {m['replicates']} runs with 50 and 90 % bands; thin lines without band: median of the twin "
        "in which no great power changed", fontsize=8, ha="left", va="top",
    )  # fmt: skip
    handles, labels = grid.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower left", bbox_to_anchor=(0.005, 0.085), ncols=5, fontsize=8, frameon=False)
    figure.text(0.01, 0.075, textwrap.fill(event_key(events), 190), fontsize=6.5, ha="left", va="top", color="#444444")
    figure.subplots_adjust(left=0.06, right=0.985, top=0.86, bottom=0.2, hspace=0.34, wspace=0.08)
    return grid.ravel()[: len(states)]
