"""Stacked alignment shares: all ties of a state, divided among partners, over time."""

import numpy as np
import pandas as pd

from analysis.plots.alignment import SHOWN, how_chosen, leading_states, share_table
from analysis.plots.style import (
    FOCUS,
    MARKS_ABOVE,
    OTHERS,
    SMALL_TYPE,
    UNALIGNED,
    counted,
    decimal_years,
    event_key,
    footer,
    heading,
    legend_below,
    mark_events,
    marked_events,
    panels,
    partner_style,
    tidy,
    year_ticks,
)  # fmt: skip

HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "++++")
REST = {OTHERS: "#D9D9D9", UNALIGNED: "#FFFFFF"}
BAR, GAP = 0.05, 0.02  # width of the twin's bar and its distance, as parts of the span of years


def shares(results, states=None):
    """Mean shares of each state's tie mass by partner, stacked to 1, over time; at the right the twin's at the end as a bar.

    Organisations lie at the bottom, the focus first, poles at the top. states: codes, six leading ones by default. Returns
    an array of Axes.
    """
    why = [] if states else [how_chosen(results)]
    states = list(states or leading_states(results))
    results.require_states(states)
    several = len(states) > 1
    figure, grid = panels(len(states), 1.85 if several else 2.8, 2.3, sharex=True, sharey=True)
    partners, events = _partners(results, states), marked_events(results)
    for axes, state in zip(grid, states, strict=True):
        _stack(axes, results, state, partners)
        mark_events(axes, events, zorder=3)
    for axes in grid[::2]:
        axes.set_ylabel("share of tie mass", fontsize=SMALL_TYPE + 1)
    bar = "; the bar at the right: the twin in which no great power changed, at its end" if results.twin else ""
    rest = [f"“{OTHERS}”: all but the {SHOWN} partners with the largest shares."] if OTHERS in partners else []
    title = (
        "How the ties of states are divided" if several else f"How the ties of {results.names[states[0]]} are divided"
    )
    top = heading(results, figure, title, f"Means over {counted(results)}{bar}.", *why, *rest)
    bottom = footer(figure, event_key(events))
    handles, labels = grid[0].get_legend_handles_labels()
    bottom = legend_below(figure, handles[::-1], labels[::-1], bottom)
    figure.set_layout_engine("constrained", rect=(0, bottom, 1, top - bottom))
    return grid


def _partners(results, states) -> list[str]:
    """From the bottom: the focus, other organisations, what is in none, the rest, poles; those with the largest mean shares."""
    frame = results.states[results.states["state"].isin(states)]
    named = [partner for partner in results.partners if partner != UNALIGNED]
    largest = (
        frame.groupby(["state", "quarter"], observed=True)[named]
        .mean()
        .max()
        .sort_values(ascending=False, kind="stable")
    )
    chosen = [partner for partner in largest.index if largest[partner] > 0]
    if results.focus in chosen:
        chosen = [results.focus, *(partner for partner in chosen if partner != results.focus)]
    bodies = [partner for partner in chosen[:SHOWN] if partner in results.manifest["organisations"]]
    poles = [partner for partner in chosen[:SHOWN] if partner in results.manifest["poles"]]
    return [*bodies, UNALIGNED, *([OTHERS] if len(chosen) > SHOWN else []), *poles]


def mean_shares(results, state: str, partners) -> pd.DataFrame:
    """(quarters, partners) means over runs. Rows sum to 1 if OTHERS is among ``partners``, or no other has a share."""
    return pd.DataFrame({partner: share_table(results, state, partner, partners).mean() for partner in partners})


def _stack(axes, results, state, partners) -> None:
    means = mean_shares(results, state, partners)
    years = decimal_years(means.index)
    span = years[-1] - years[0]
    low = np.zeros(len(years))
    twin = mean_shares(results.twin, state, partners).iloc[-1] if results.twin is not None else None
    for partner in partners:
        look = _look(results, partner)
        high = low + means[partner].to_numpy()
        axes.fill_between(years, low, high, label=results.names.get(partner, partner), **look)
        low = high
    if twin is not None:
        height = 0.0
        for partner in partners:
            axes.bar(years[-1] + (GAP + BAR / 2) * span, twin[partner], BAR * span, height, **_look(results, partner))
            height += twin[partner]
    axes.set_xlim(years[0], years[-1] + ((GAP + BAR) * span if twin is not None else 0))
    axes.set_ylim(0, 1)
    axes.set_title(results.names[state], loc="left", fontsize=9, pad=MARKS_ABOVE)
    tidy(axes)
    year_ticks(axes)
    axes.xaxis.set_tick_params(labelbottom=True)


def _look(results, partner: str) -> dict:
    """Face, hatch and edge of a partner's area; the hatch tells neighbours apart in grey."""
    edge = {"edgecolor": "white", "linewidth": 0.5}
    if partner in REST:
        return edge | {"facecolor": REST[partner]} | ({"edgecolor": "#AAAAAA"} if partner == UNALIGNED else {})
    kind = "poles" if partner in results.manifest["poles"] else "organisations"
    place = list(results.manifest[kind]).index(partner)
    colour = FOCUS[0] if partner == results.focus else partner_style(results, partner)[0]
    hatch = "" if partner == results.focus else HATCHES[(place + place // 7 + (kind == "organisations")) % len(HATCHES)]
    return edge | {"facecolor": colour, "hatch": hatch}
