"""Organisations over time: how deep they are by arena, and who belongs."""

import numpy as np

from analysis.plots.style import (
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

ARENAS = ("defence", "connectivity", "culture", "institutions")
FLAT = 0.005  # a depth below this rounds to nothing
SHALLOW = 0.1  # the axis of depth goes at least this far


def depth(results, organisation: str):
    """Depth of an organisation by arena, one panel an arena, beside the twin.

    Median over runs with 50 and 90 % bands, 0 where it does not exist. Returns an array of four Axes.
    """
    import matplotlib.pyplot as plt

    m, quarters, events = results.manifest, full_quarters(results), marked_events(results)
    figure, grid = plt.subplots(1, 4, figsize=(11, 4.6), sharey=True)
    years, top = decimal_years(quarters), SHALLOW
    for axes, arena in zip(grid, ARENAS, strict=True):
        table = _depth(results, organisation, arena, quarters)
        bands(axes, years, table.to_numpy(), *partner_style(results, organisation), "scenario")
        top = max(top, float(table.quantile(0.95).max()))
        if results.twin is not None:
            other = _depth(results.twin, organisation, arena, quarters).median()
            axes.plot(years, other, color="black", linestyle=":", linewidth=1.1)
            top = max(top, float(other.max()))
        axes.set_title(arena, loc="left", fontsize=10, pad=14)
        axes.text(0.03, 0.93, _at_the_end(table), transform=axes.transAxes, fontsize=8,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
        year_ticks(axes)
        axes.tick_params(labelsize=8)
        axes.set_xlim(years[0], years[-1])
        axes.grid(axis="y", color="#EEEEEE", zorder=0)
        axes.spines[["top", "right"]].set_visible(False)
    grid[0].set_ylim(-0.02 * top, min(1.02, top * 1.15))  # below 0, so that a line at 0 is seen
    for axes in grid:
        mark_events(axes, events)
    grid[0].set_ylabel("depth, 0–1")
    line = medians(results, "dotted black", ", 0 in runs in which it does not exist")
    left = heading(results, figure, f"How deep is it? {m['organisations'][organisation]}", line)
    bottom = footer(figure, event_key(events)) + 0.07
    figure.subplots_adjust(left=0.06, right=0.985, top=left - 0.1, bottom=bottom, wspace=0.14)
    return grid


def _at_the_end(table) -> str:
    """What a panel of depth says of its runs: a line at 0 alone looks like a figure that failed."""
    if float(table.max().max()) < FLAT:
        return "never deepens in any run"
    if float(table.median().max()) < FLAT:
        return "never deepens in most runs"
    return f"median at the end {np.median(table.iloc[:, -1]):.2f}"


def membership(results, organisation: str):
    """Share of runs in which each state is a full member, over time, beside the twin. Returns an array of Axes.

    One row a state, ever darker the more runs: lines would lie on one another at 0 and 1.
    """
    import matplotlib.pyplot as plt

    m, quarters = results.manifest, full_quarters(results)
    arms = [("scenario", results)] + ([("twin in which no great power changed", results.twin)] if results.twin else [])
    shares = [np.array([_share(arm, organisation, state, quarters) for state in m["states"]]) for _, arm in arms]
    shown = np.flatnonzero(np.max([share.max(axis=1) for share in shares], axis=0) > 0.02)
    shown = shown[np.argsort(-shares[0][shown].mean(axis=1), kind="stable")]
    size = (max(7.0, 1.2 + 4.6 * len(arms)), 3.0 + 0.3 * len(shown))
    figure, grid = plt.subplots(1, len(arms), figsize=size, sharey=True, squeeze=False)
    events, years = marked_events(results), decimal_years(quarters)
    extent = (years[0], years[-1] + 0.25, len(shown) - 0.5, -0.5)
    shades = {"cmap": "Blues", "vmin": 0, "vmax": 1, "interpolation": "nearest"}
    for axes, (title, _), share in zip(grid[0], arms, shares, strict=True):
        if len(shown):
            image = axes.imshow(share[shown], aspect="auto", extent=extent, **shades)
            for row, value in enumerate(share[shown, -1]):
                axes.annotate(f"{value:.0%}", (1, row), xycoords=("axes fraction", "data"), xytext=(3, 0),
                              textcoords="offset points", fontsize=7, va="center")  # fmt: skip
        else:
            axes.text(0.5, 0.5, "no state is ever a full member", transform=axes.transAxes, ha="center")
        axes.set_xlim(extent[:2])
        axes.set_yticks(range(len(shown)), [m["states"][list(m["states"])[k]] for k in shown], fontsize=8)
        axes.set_yticks(np.arange(len(shown) - 1) + 0.5, minor=True)
        axes.grid(axis="y", which="minor", color="white", linewidth=2)
        axes.tick_params(which="both", length=0, labelsize=8)
        axes.set_title(title, loc="left", fontsize=10, pad=20)
        axes.spines[:].set_visible(False)
        year_ticks(axes)
        mark_events(axes, events)
    if len(shown):
        figure.colorbar(image, ax=list(grid[0]), label="share of runs (at the right: at the end)", shrink=0.9, pad=0.06)
    line = f"Share of {m['replicates']} runs in which a state is a full member; states that are one in more than 2 % of runs"
    top = heading(results, figure, f"Who belongs? {m['organisations'][organisation]}", line)
    bottom = footer(figure, event_key(events))
    figure.set_layout_engine("constrained", rect=(0, bottom, 1, top - bottom))
    return grid[0]


def full_quarters(results):
    """Every quarter of the result, as a PeriodIndex."""
    import pandas as pd

    return pd.period_range(results.manifest["start"], results.manifest["end"], freq="Q")


def _ran(results):
    return results.runs.loc[results.runs["status"] == "ok", "run"]


def _depth(results, organisation, arena, quarters):
    """(runs, quarters) frame of depth; 0 where the organisation is not there."""
    table = results.existing(organisation).pivot(index="run", columns="quarter", values=f"depth_{arena}")
    return table.reindex(index=_ran(results), columns=quarters).fillna(0.0)


def _share(results, organisation, state, quarters) -> np.ndarray:
    mine = results.existing(organisation)
    belongs = mine["members"].astype(str).str.split(",").map(lambda members: state in members).astype(float)
    shares = belongs.groupby(mine["quarter"]).sum() / max(1, len(_ran(results)))
    return shares.reindex(quarters).fillna(0.0).to_numpy()
