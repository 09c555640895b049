"""Organisations over time: how deep they are by arena, and who belongs."""

import textwrap

import numpy as np

from analysis.plots.style import COLOURS, LINES, bands, decimal_years, event_key, mark_events, marked_events, year_ticks

ARENAS = ("defence", "connectivity", "culture", "institutions")
COMPARED = 7  # other organisations drawn small


def _rows(results, organisation):
    frame = results.organisations
    return frame[frame["organisation"] == organisation]


def depth(results, organisation: str):
    """Depth of an organisation by arena, one panel an arena, beside the twin and (thin) the other organisations.

    Median over runs with 50 and 90 % bands. Returns an array of four Axes.
    """
    import matplotlib.pyplot as plt

    m = results.manifest
    figure, grid = plt.subplots(1, 4, figsize=(11, 4.6), sharey=True)
    events = marked_events(results)
    mine = _rows(results, organisation)
    others = [code for code in m["organisations"] if code != organisation and len(_rows(results, code))]
    top = 0.1
    for a, (axes, arena) in enumerate(zip(grid, ARENAS)):
        for code in others:
            middle = _rows(results, code).groupby("quarter")[f"depth_{arena}"].median()
            axes.plot(decimal_years(middle.index), middle, color="#BBBBBB", linewidth=0.7, zorder=1)
            if middle.max() > 0.1:
                axes.annotate(code, (decimal_years(middle.index)[-1], middle.iloc[-1]), fontsize=5.5, color="#777777",
                              ha="right", va="bottom")  # fmt: skip
            top = max(top, float(middle.max()))
        table = mine.pivot(index="run", columns="quarter", values=f"depth_{arena}")
        years = decimal_years(table.columns)
        bands(axes, years, table.to_numpy(), COLOURS[a], LINES[a], "scenario")
        top = max(top, float(np.nanquantile(table, 0.95)))
        if results.twin is not None:
            other = _rows(results.twin, organisation).groupby("quarter")[f"depth_{arena}"].median()
            axes.plot(decimal_years(other.index), other, color="black", linestyle=":", linewidth=1.1)
        axes.set_title(arena, loc="left", fontsize=10, pad=14)
        year_ticks(axes, 10)
        axes.set_xlim(years[0], years[-1])
        axes.grid(axis="y", color="#EEEEEE", zorder=0)
        axes.spines[["top", "right"]].set_visible(False)
    grid[0].set_ylim(0, min(1.0, top * 1.15))
    for axes in grid:
        mark_events(axes, events)
    grid[0].set_ylabel("depth, 0–1")
    figure.suptitle(f"How deep is it? {m['organisations'][organisation]}", x=0.01, y=0.98, ha="left", fontsize=13)
    figure.text(
        0.01, 0.915, f"Median of {m['replicates']} runs with 50 and 90 % bands; dotted black: the twin in which no great "
        "power changed; thin grey: other organisations", fontsize=8, ha="left", va="top",
    )  # fmt: skip
    figure.text(0.01, 0.1, textwrap.fill(event_key(events), 190), fontsize=6.5, ha="left", va="top", color="#444444")
    figure.subplots_adjust(left=0.06, right=0.985, top=0.78, bottom=0.19, wspace=0.08)
    return grid


def membership(results, organisation: str):
    """Share of runs in which each state is a full member, over time; dotted: the twin. Returns Axes."""
    import matplotlib.pyplot as plt

    m = results.manifest
    axes = plt.subplots(figsize=(8, 4.5), layout="constrained")[1]
    states = [state for state in m["states"] if _share(results, organisation, state).max() > 0.02]
    for k, state in enumerate(states):
        share = _share(results, organisation, state)
        offset = (k - (len(states) - 1) / 2) * 0.006  # so that lines at 0 or 1 do not hide each other
        axes.plot(decimal_years(share.index), share + offset, color=COLOURS[k % len(COLOURS)],
                  linestyle=LINES[k % len(LINES)], linewidth=1.6, label=m["states"][state])  # fmt: skip
        if results.twin is not None:
            other = _share(results.twin, organisation, state)
            axes.plot(decimal_years(other.index), other + offset, color=COLOURS[k % len(COLOURS)], linestyle=":", linewidth=0.8)
    axes.set_ylim(-0.04, 1.06)
    axes.set_ylabel("share of runs")
    axes.set_title(f"Who belongs? {m['organisations'][organisation]}", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5), title="dotted: twin", title_fontsize=7)
    return axes


def _share(results, organisation, state):
    mine = _rows(results, organisation)
    belongs = mine["members"].astype(str).str.split(",").map(lambda members: state in members)
    total = max(1, int((results.runs["status"] == "ok").sum()))
    return belongs.groupby(mine["quarter"]).sum() / total
