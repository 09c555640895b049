"""Organisations over time: how deep they are by arena, and who belongs."""

import textwrap

import numpy as np

from analysis.plots.style import COLOURS, LINES, bands, decimal_years, event_key, mark_events, marked_events, year_ticks

ARENAS = ("defence", "connectivity", "culture", "institutions")


def _rows(results, organisation):
    frame = results.organisations
    return frame[frame["organisation"] == organisation]


def depth(results, organisation: str):
    """Depth of an organisation by arena, one panel an arena, beside the twin and (thin) the other organisations.

    Median over runs with 50 and 90 % bands, 0 where it does not exist. Returns an array of four Axes.
    """
    import matplotlib.pyplot as plt

    m = results.manifest
    figure, grid = plt.subplots(1, 4, figsize=(11, 4.6), sharey=True)
    events = marked_events(results)
    quarters = full_quarters(results)
    years = decimal_years(quarters)
    others = [code for code in m["organisations"] if code != organisation and len(_rows(results, code))]
    top = 0.1
    for a, (axes, arena) in enumerate(zip(grid, ARENAS)):
        for code in others:
            middle = _depth(results, code, arena, quarters).median()
            axes.plot(years, middle, color="#BBBBBB", linewidth=0.7, zorder=1)
            if middle.max() > 0.1:
                axes.annotate(code, (years[-1], middle.iloc[-1]), fontsize=5.5, color="#777777",
                              ha="right", va="bottom")  # fmt: skip
            top = max(top, float(middle.max()))
        table = _depth(results, organisation, arena, quarters)
        bands(axes, years, table.to_numpy(), COLOURS[a], LINES[a], "scenario")
        top = max(top, float(np.nanquantile(table, 0.95)))
        if results.twin is not None:
            other = _depth(results.twin, organisation, arena, quarters).median()
            axes.plot(years, other, color="black", linestyle=":", linewidth=1.1)
        axes.set_title(arena, loc="left", fontsize=10, pad=14)
        axes.text(0.03, 0.93, f"median at the end {np.median(table.iloc[:, -1]):.2f}", transform=axes.transAxes, fontsize=8,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
        year_ticks(axes)
        axes.tick_params(labelsize=8)
        axes.set_xlim(years[0], years[-1])
        axes.grid(axis="y", color="#EEEEEE", zorder=0)
        axes.spines[["top", "right"]].set_visible(False)
    grid[0].set_ylim(-0.02 * top, min(1.0, top * 1.15))  # below 0, so that a line at 0 is seen
    for axes in grid:
        mark_events(axes, events)
    grid[0].set_ylabel("depth, 0–1")
    figure.suptitle(f"How deep is it? {m['organisations'][organisation]}", x=0.01, y=0.98, ha="left", fontsize=13)
    figure.text(
        0.01, 0.915, f"Median of {m['replicates']} runs with 50 and 90 % bands; dotted black: the twin in which no great "
        "power changed; thin grey: other organisations", fontsize=8, ha="left", va="top",
    )  # fmt: skip
    figure.text(0.01, 0.1, textwrap.fill(event_key(events), 190), fontsize=6.5, ha="left", va="top", color="#444444")
    figure.subplots_adjust(left=0.06, right=0.985, top=0.78, bottom=0.19, wspace=0.14)
    return grid


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
    figure, grid = plt.subplots(
        1, len(arms), figsize=(1.2 + 4.6 * len(arms), 2.6 + 0.3 * len(shown)), sharey=True, squeeze=False, layout="constrained"
    )
    events, years = marked_events(results), decimal_years(quarters)
    extent = (years[0], years[-1] + 0.25, len(shown) - 0.5, -0.5)
    for axes, (title, _), share in zip(grid[0], arms, shares):
        if len(shown):
            image = axes.imshow(share[shown], aspect="auto", cmap="Blues", vmin=0, vmax=1, extent=extent, interpolation="nearest")
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
    figure.suptitle(f"Who belongs? {m['organisations'][organisation]}", x=0.01, ha="left", fontsize=13)
    figure.supxlabel(textwrap.fill(event_key(events), 75 * len(arms) + 25), fontsize=6.5, x=0.01, ha="left", color="#444444")
    return grid[0]


def full_quarters(results):
    """Every quarter of the result, as a PeriodIndex."""
    import pandas as pd

    return pd.period_range(results.manifest["start"], results.manifest["end"], freq="Q")


def _ran(results):
    return results.runs.loc[results.runs["status"] == "ok", "run"]


def _depth(results, organisation, arena, quarters):
    """(runs, quarters) frame of depth; 0 where the organisation is not there."""
    table = _rows(results, organisation).pivot(index="run", columns="quarter", values=f"depth_{arena}")
    return table.reindex(index=_ran(results), columns=quarters).fillna(0.0)


def _share(results, organisation, state, quarters) -> np.ndarray:
    mine = _rows(results, organisation)
    belongs = mine["members"].astype(str).str.split(",").map(lambda members: state in members).astype(float)
    return (belongs.groupby(mine["quarter"]).sum() / max(1, len(_ran(results)))).reindex(quarters).fillna(0.0).to_numpy()
