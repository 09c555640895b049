"""Alignment trajectories: to whom the ties of a state go, over time and over runs."""

from itertools import combinations

import numpy as np

from analysis.plots.style import (
    OTHERS,
    UNALIGNED,
    bands,
    decimal_years,
    event_key,
    footer,
    heading,
    mark_events,
    marked_events,
    medians,
    partner_style,
    year_ticks,
)  # fmt: skip

SHOWN = 5  # partners drawn by name
SMALL = 0.01  # partners that stay below this are left out
PANELS = 6


def leading_states(results, number: int = PANELS) -> list[str]:
    """States to show: those that are full members of the focus organisation in most runs, then the most tied ones."""
    frame = results.states
    last = frame[frame["quarter"] == frame["quarter"].max()]
    focus = results.focus
    tied = (1.0 - last[UNALIGNED]).groupby(last["state"].astype(str)).mean()
    member = tied * 0.0
    if focus:
        mine = results.existing(focus)
        mine = mine[mine["quarter"] == frame["quarter"].max()]
        counts = mine["members"].astype(str).str.split(",").explode().value_counts()
        member = member.add(counts.reindex(tied.index).fillna(0) / max(1, len(mine)), fill_value=0)
    order = (member * 10 + tied).sort_values(ascending=False, kind="stable")
    return list(order.index[:number])


def how_chosen(results) -> str:
    """:func:`leading_states` in words."""
    members = (
        f"those in {results.names[results.focus]} in most runs at the end come first, then " if results.focus else ""
    )
    return f"States: {members}those with the largest share of ties to great powers and within organisations."


def _rest(results, partners=()) -> list[str]:
    return [name for name in results.partners if name not in (*partners, UNALIGNED)]


def _table(results, state, partner, partners):
    """(runs, quarters) frame of a share; of OTHERS, what goes to partners that are not among ``partners``."""
    frame = results.states
    mine = frame[frame["state"] == state]
    if partner == OTHERS:
        mine = mine.assign(**{OTHERS: mine[_rest(results, partners)].sum(axis=1)})
    return mine.pivot(index="run", columns="quarter", values=partner)


def _largest(results, states):
    """Largest median share in any quarter and state, by partner (a pandas Series, descending)."""
    frame = results.states[results.states["state"].isin(states)]
    typical = frame.groupby(["state", "quarter"], observed=True)[_rest(results)].median()
    return typical.max().sort_values(ascending=False, kind="stable")


def _partners(results, states, number=SHOWN):
    """Partners with the largest median share anywhere, the focus organisation always, then OTHERS if they matter."""
    largest = _largest(results, states)
    chosen = list(largest.index[largest >= SMALL][:number])
    if results.focus and results.focus not in chosen:
        chosen = [*chosen[: number - 1], results.focus]
    matter = any(_table(results, state, OTHERS, chosen).median().max() >= SMALL for state in states)
    return [*chosen, OTHERS] if matter else chosen


def _left_out(results, states, partners) -> str:
    """What became of the partners that are not drawn by name, in words."""
    rest = _largest(results, states)[_rest(results, partners)]
    bound = max(SMALL, np.ceil(100 * max(rest, default=0.0)) / 100)
    fate = f"added up as “{OTHERS}”" if OTHERS in partners else "left out"
    return f"Partners whose median share is never above {bound:.2f} here are {fate}."


def _hidden(results, states, partners) -> list[str]:
    """One line that says which medians lie under another (those near 0 apart), or none."""
    found = []
    for state in states:
        lines = {
            partner: _table(results, state, partner, partners).median().to_numpy() for partner in (*partners, UNALIGNED)
        }
        lines = {partner: line for partner, line in lines.items() if np.nanmax(line) >= SMALL}
        for (one, low), (other, high) in combinations(lines.items(), 2):
            if np.nanmax(np.abs(low - high)) < SMALL / 2:
                where = f" ({results.names[state]})" if len(states) > 1 else ""
                found.append(f"{results.names.get(one, one)} under {results.names.get(other, other)}{where}")
    return [f"Lines that lie under another: {', '.join(found)}."] if found else []


def alignment(results, state: str, axes=None, partners=None, twin: bool = True):
    """Alignment of one state: median shares of its tie mass with 50 and 90 % bands; the twin's medians thin.

    Returns Axes. partners: codes to draw, and OTHERS for the sum of the rest; default the largest ones and OTHERS. Events
    are marked by thin vertical lines.
    """
    import matplotlib.pyplot as plt

    results.require_states([state])
    alone = axes is None
    axes = plt.subplots(figsize=(8.5, 4.8))[1] if alone else axes
    partners = partners or _partners(results, [state])
    m, names = results.manifest, results.names
    for partner in (*partners, UNALIGNED):
        table = _table(results, state, partner, partners)
        years = decimal_years(table.columns)
        colour, line = partner_style(results, partner)
        if partner == OTHERS:
            axes.plot(years, np.nanmedian(table, axis=0), color=colour, linestyle=line, linewidth=0.9, label=OTHERS)
            continue
        bands(axes, years, table.to_numpy(), colour, line, names[partner])
        if twin and results.twin is not None and partner != UNALIGNED:
            other = _table(results.twin, state, partner, partners)
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
        lines = (
            medians(results, "thin lines without band"),
            _left_out(results, [state], partners),
            *_hidden(results, [state], partners),
        )
        top = heading(results, axes.figure, f"To whom {m['states'][state]} is tied", *lines)
        bottom = footer(axes.figure, event_key(events))
        axes.figure.set_layout_engine("constrained", rect=(0, bottom, 1, top - bottom))
    return axes


def alignment_panels(results, states=None):
    """Alignment of six states as small multiples, one legend, events numbered. Returns an array of Axes."""
    import matplotlib.pyplot as plt

    chosen = [] if states else [how_chosen(results)]
    states = list(states or leading_states(results))
    results.require_states(states)
    columns = 3 if len(states) > 4 else 2
    rows = -(-len(states) // columns)
    size = (11, 2.9 * rows + 2.4)
    figure, grid = plt.subplots(rows, columns, figsize=size, sharex=True, sharey=True, squeeze=False)
    partners, events = _partners(results, states), marked_events(results)
    panels = grid.ravel()[: len(states)]
    for axes, state in zip(panels, states, strict=True):
        alignment(results, state, axes, partners)
    grid[0, 0].set_ylim(0, min(1.0, max(axes.dataLim.y1 for axes in panels) * 1.03))
    for axes in grid.flat[len(states) :]:
        axes.set_visible(False)
    for axes in panels:
        mark_events(axes, events)
    for axes in grid[:, 0]:
        axes.set_ylabel("share of tie mass")
    lines = (
        medians(results, "thin lines without band"),
        *chosen,
        _left_out(results, states, partners),
        *_hidden(results, states, partners),
    )
    top = heading(results, figure, "To whom states are tied", *lines)
    bottom = footer(figure, event_key(events))
    handles, labels = panels[0].get_legend_handles_labels()
    legend = {"loc": "lower left", "bbox_to_anchor": (0.005, bottom), "ncols": 4, "fontsize": 8, "frameon": False}
    figure.legend(handles, labels, handlelength=3.5, **legend)
    bottom += (0.55 + 0.17 * -(-len(labels) // 4)) / size[1]
    figure.subplots_adjust(left=0.06, right=0.985, top=top - 0.45 / size[1], bottom=bottom, hspace=0.34, wspace=0.08)
    return panels


def trajectories(results, states=None):
    """:func:`alignment` of one state, :func:`alignment_panels` of several (or of the leading ones). Returns an array of Axes."""
    if states is not None and len(states) == 1:
        return np.array([alignment(results, states[0])])
    return alignment_panels(results, states)
