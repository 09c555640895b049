"""Alignment trajectories: to whom the ties of a state go, over time and over runs, and when it had a new leader."""

from itertools import combinations

import numpy as np

from analysis.plots.style import (
    BANDS,
    MARKS_ABOVE,
    OTHERS,
    PAGE,
    SMALL_TYPE,
    UNALIGNED,
    bands,
    decimal_years,
    event_key,
    footer,
    heading,
    legend_below,
    mark_events,
    marked_events,
    medians,
    panels,
    partner_style,
    pole_marks,
    tidy,
    year_ticks,
)  # fmt: skip

SHOWN = 5  # partners drawn by name in a panel
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


def share_table(results, state, partner, partners):
    """(runs, quarters) frame of a share; of OTHERS, what goes to partners that are not among ``partners``."""
    frame = results.states
    mine = frame[frame["state"] == state]
    if partner == OTHERS:
        mine = mine.assign(**{OTHERS: mine[_rest(results, partners)].sum(axis=1)})
    return mine.pivot(index="run", columns="quarter", values=partner)


def _largest(results, state):
    """Largest median share of a state in any quarter, by partner (a pandas Series, descending)."""
    frame = results.states[results.states["state"] == state]
    return frame.groupby("quarter")[_rest(results)].median().max().sort_values(ascending=False, kind="stable")


def main_partners(results, state, number=SHOWN):
    """Partners with the largest median share of a state in any quarter, the focus organisation always, then OTHERS if they matter.

    OTHERS is never one partner alone: that has its own line.
    """
    largest = _largest(results, state)
    matter = list(largest.index[largest >= SMALL])
    chosen = matter if len(matter) == number + 1 else matter[:number]
    if results.focus and results.focus not in chosen:
        chosen = [*chosen, results.focus]
    rest = share_table(results, state, OTHERS, chosen).median().max() >= SMALL
    return [*chosen, OTHERS] if rest else chosen


def _left_out(results, partners: dict[str, list[str]]) -> str:
    """What became of the partners that are not drawn by name, in words. partners: by state."""
    rest = {state: _largest(results, state).drop([name for name in mine if name != OTHERS])
            for state, mine in partners.items() if OTHERS in mine}  # fmt: skip
    if not rest:
        return f"Partners whose median share stays below {SMALL} are left out."
    state = max(rest, key=lambda code: rest[code].iloc[0])
    panel, here = ("In each panel the", " there") if len(partners) > 1 else ("The", "")
    always = f" ({results.names[results.focus]} always)" if results.focus else ""
    whose = f" ({results.names[state]})" if len(partners) > 1 else ""
    return (
        f"{panel} {SHOWN} partners with the largest median shares{here} have lines of their own{always}; “{OTHERS}” is the sum of all "
        f"the rest{here}, the largest of them {results.names[rest[state].index[0]]}, at most {rest[state].iloc[0]:.2f}{whose}."
    )


def _hidden(results, partners: dict[str, list[str]]) -> list[str]:
    """One line that says which medians lie under another (those near 0 apart), or none. partners: by state."""
    found = []
    for state, mine in partners.items():
        lines = {
            partner: share_table(results, state, partner, mine).median().to_numpy() for partner in (*mine, UNALIGNED)
        }
        lines = {partner: line for partner, line in lines.items() if np.nanmax(line) >= SMALL}
        for (one, low), (other, high) in combinations(lines.items(), 2):
            if np.nanmax(np.abs(low - high)) < SMALL / 2:
                where = f" ({results.names[state]})" if len(partners) > 1 else ""
                found.append(f"{results.names.get(one, one)} under {results.names.get(other, other)}{where}")
    return [f"Lines that lie under another: {', '.join(found)}."] if found else []


def _key(grid, results) -> tuple[list, list[str]]:
    """Handles and labels of the lines of all panels, each once: organisations, poles, what is no partner, in the order of the world."""
    found = {label: handle for axes in grid for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    order = [results.names.get(code, code) for code in (results.focus, *_rest(results), OTHERS, UNALIGNED)]
    labels = sorted(found, key=order.index)
    return [found[label] for label in labels], labels


def leader_changes(results, state: str) -> tuple[list, float]:
    """Quarters in which the world dates a change of leader of ``state``, and how many come by chance, a run."""
    frame = results.states
    mine = frame[frame["state"] == state]
    dated = mine.loc[mine["leader_change"] == "dated", "quarter"].drop_duplicates().sort_values()
    return list(dated), float((mine["leader_change"] == "by chance").sum()) / max(1, mine["run"].nunique())


def _leaders_in_words(results, states) -> str:
    chance = [leader_changes(results, state)[1] for state in states]
    low, high = f"{min(chance):.1f}", f"{max(chance):.1f}"
    often = low if low == high else f"{low} to {high}"
    more = f"; {often} more a run come by chance" if max(chance) else ""
    return f"Triangles: a new leader on the date that the world gives{more}.   "


def alignment(results, state: str, axes=None, partners=None, twin: bool = True):
    """Alignment of one state: median shares of its tie mass with 50 and 90 % bands; the twin's medians thin.

    Returns Axes. partners: codes to draw, and OTHERS for the sum of the rest; default the largest ones and OTHERS. Events
    are marked by thin vertical lines, dated changes of leader by triangles at the foot.
    """
    import matplotlib.pyplot as plt

    results.require_states([state])
    alone = axes is None
    axes = plt.subplots(figsize=(PAGE, 4.8))[1] if alone else axes
    partners = partners or main_partners(results, state)
    names = results.names
    for partner in (*partners, UNALIGNED):
        table = share_table(results, state, partner, partners)
        years = decimal_years(table.columns)
        colour, line = partner_style(results, partner)
        strength = 0.5 if partner == OTHERS else 1.0  # black would cover the rest
        marks = pole_marks(results, partner)
        bands(axes, years, table.to_numpy(), colour, line, names.get(partner, partner), strength, **marks)
        if twin and results.twin is not None:
            other = share_table(results.twin, state, partner, partners)
            axes.plot(decimal_years(other.columns), np.nanmedian(other, axis=0), color=colour, linewidth=0.7, alpha=0.7)
    changed = decimal_years(leader_changes(results, state)[0])
    marks = axes.plot(changed, np.zeros(len(changed)), "^", markersize=4, color="black", clip_on=False, zorder=5,
                      transform=axes.get_xaxis_transform())  # fmt: skip
    marks[0].set_in_layout(False)  # where there are none it would lie outside the figure
    axes.set_xlim(years[0], years[-1])
    axes.set_title(names[state], loc="left", fontsize=9, pad=MARKS_ABOVE)
    year_ticks(axes)
    tidy(axes)
    return _finished(results, state, axes, partners) if alone else axes


def _finished(results, state, axes, partners):
    """Heading, legend and notes of the figure of one state."""
    figure, events = axes.figure, marked_events(results)
    axes.set_ylim(0, min(1.0, max(0.05, axes.get_ylim()[1])))
    mark_events(axes, events)
    axes.set_ylabel("share of tie mass", fontsize=SMALL_TYPE + 1)
    lines = (
        medians(results, "thin lines without band"),
        _left_out(results, {state: partners}),
        *_hidden(results, {state: partners}),
    )
    top = heading(results, figure, f"To whom {results.names[state]} is tied", *lines)
    bottom = footer(figure, BANDS + _leaders_in_words(results, [state]) + event_key(events))
    bottom = legend_below(figure, *_key([axes], results), bottom)
    figure.set_layout_engine("constrained", rect=(0, bottom, 1, top - bottom))
    return axes


def alignment_panels(results, states=None):
    """Alignment of six states as small multiples, each with its own largest partners; one legend, events numbered. Returns an array of Axes."""
    chosen = [] if states else [how_chosen(results)]
    states = list(states or leading_states(results))
    results.require_states(states)
    figure, grid = panels(len(states), 1.85, 3.2, sharex=True, sharey=True)
    partners, events = {state: main_partners(results, state) for state in states}, marked_events(results)
    for axes, state in zip(grid, states, strict=True):
        alignment(results, state, axes, partners[state])
        axes.xaxis.set_tick_params(labelbottom=True)
    grid[0].set_ylim(0, min(1.0, max(axes.dataLim.y1 for axes in grid) * 1.03))
    for axes in grid:
        mark_events(axes, events)
    for axes in grid[::2]:
        axes.set_ylabel("share of tie mass", fontsize=SMALL_TYPE + 1)
    lines = (
        medians(results, "thin lines without band"),
        *chosen,
        _left_out(results, partners),
        *_hidden(results, partners),
    )
    top = heading(results, figure, "To whom states are tied", *lines)
    bottom = footer(figure, BANDS + _leaders_in_words(results, states) + event_key(events))
    bottom = legend_below(figure, *_key(grid, results), bottom)
    figure.set_layout_engine("constrained", rect=(0, bottom, 1, top - bottom))
    return grid


def trajectories(results, states=None):
    """:func:`alignment` of one state, :func:`alignment_panels` of several (or of the leading ones). Returns an array of Axes."""
    if states is not None and len(states) == 1:
        return np.array([alignment(results, states[0])])
    return alignment_panels(results, states)
