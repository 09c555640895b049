"""Organisations over time: how deep they are by arena, who belongs, and who joins when."""

import numpy as np

from analysis.plots.bodies import drawable, require_organisation, what_it_is
from analysis.plots.style import (
    BANDS,
    FOCUS,
    MARKS_ABOVE,
    PAGE,
    SMALL_TYPE,
    bands,
    counted,
    decimal_years,
    event_key,
    footer,
    framed,
    heading,
    mark_events,
    marked_events,
    medians,
    panels,
    partner_style,
    tidy,
    year_ticks,
)  # fmt: skip
from sim.errors import NcrError

ARENAS = ("defence", "connectivity", "culture", "institutions")
FLAT = 0.005  # a depth below this rounds to nothing
SHALLOW = 0.1  # the axis of depth goes at least this far
STAY = 4  # quarters
AROUND_ROWS = 1.5  # inches of a figure of membership above and below its rows: titles, events, years, key of shades
RARE = 0.02  # states that belong in fewer runs have no row
TWIN = "twin in which no great power changed"
STILL = "Nobody joins or leaves in any run"


def chosen(results, organisation: str | None) -> str:
    """The organisation to draw: the one named, else the focus. NcrError if there is none of that name, no run founded it, or no focus."""
    organisation = organisation or results.focus
    if organisation is None:
        raise NcrError(
            f"no organisation without a leading pole has a bloc index above 0; name one of "
            f"{', '.join(drawable(results))}"
        )
    require_organisation(results, organisation)
    return organisation


def depth(results, organisation: str | None = None):
    """Depth of an organisation (default: the focus) by arena, one panel an arena, beside the twin.

    Median over runs with 50 and 90 % bands, 0 where it does not exist. Returns an array of four Axes.
    """
    organisation = chosen(results, organisation)
    quarters, events = full_quarters(results), marked_events(results)
    figure, grid = panels(4, 1.95, 1.7, sharex=True, sharey=True)
    years, top = decimal_years(quarters), SHALLOW
    for axes, arena in zip(grid, ARENAS, strict=True):
        table = _depth(results, organisation, arena, quarters)
        bands(axes, years, table.to_numpy(), *partner_style(results, organisation), "scenario")
        top = max(top, float(table.quantile(0.95).max()))
        if results.twin is not None:
            other = _depth(results.twin, organisation, arena, quarters).median()
            axes.plot(years, other, color="black", linestyle=":", linewidth=1.1)
            top = max(top, float(other.max()))
        axes.set_title(arena, loc="left", fontsize=9, pad=MARKS_ABOVE)
        axes.text(0.03, 0.9, _at_the_end(table), transform=axes.transAxes, fontsize=SMALL_TYPE,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
        axes.set_xlim(years[0], years[-1])
        year_ticks(axes)
        tidy(axes)
        axes.xaxis.set_tick_params(labelbottom=True)
    grid[0].set_ylim(-0.02 * top, min(1.02, top * 1.15))  # below 0, so that a line at 0 is seen
    for axes in grid:
        mark_events(axes, events)
    for axes in grid[::2]:
        axes.set_ylabel("depth, 0–1", fontsize=SMALL_TYPE + 1)
    line = medians(results, "dotted black", ", 0 in runs in which it does not exist")
    top = heading(
        results, figure, f"How deep is it? {results.names[organisation]}", line, *what_it_is(results, organisation)
    )
    bottom = footer(figure, BANDS + event_key(events))
    figure.set_layout_engine("constrained", rect=(0, bottom, 1, top - bottom))
    return grid


def _at_the_end(table) -> str:
    """What a panel of depth says of its runs: a line at 0 alone looks like a figure that failed."""
    if float(table.max().max()) < FLAT:
        return "never deepens in any run"
    if float(table.median().max()) < FLAT:
        return "never deepens in most runs"
    return f"median at the end {np.median(table.iloc[:, -1]):.2f}"


def _arms(results) -> list:
    return [("scenario", results)] + ([(TWIN, results.twin)] if results.twin else [])


def _still(arms, organisation: str, quarters) -> bool:
    """Whether the organisation exists throughout every run of every arm, and has the same full members in all its quarters."""
    for _, arm in arms:
        runs = arm.existing(organisation).groupby("run")["members"].agg(["size", "nunique"])
        runs = runs.reindex(_ran(arm), fill_value=0)
        if not ((runs["size"] == len(quarters)) & (runs["nunique"] == 1)).all():
            return False
    return True


def membership(results, organisation: str | None = None):
    """Share of runs in which each state is a full member, over time, beside the twin. Returns an array of Axes.

    One row a state, ever darker the more runs: lines would lie on one another at 0 and 1.
    """
    import matplotlib.pyplot as plt

    organisation = chosen(results, organisation)
    m, quarters, arms = results.manifest, full_quarters(results), _arms(results)
    shares = [np.array([_share(arm, organisation, state, quarters) for state in m["states"]]) for _, arm in arms]
    shown = np.flatnonzero(np.max([share.max(axis=1) for share in shares], axis=0) > RARE)
    shown = shown[np.argsort(-shares[0][shown].mean(axis=1), kind="stable")]
    figure, grid = plt.subplots(1, len(arms), figsize=(PAGE, PAGE), sharey=True, squeeze=False)
    events, years = marked_events(results), decimal_years(quarters)
    extent = (years[0], years[-1] + 0.25, len(shown) - 0.5, -0.5)
    shades = {"cmap": "Blues", "vmin": 0, "vmax": 1, "interpolation": "nearest"}
    for axes, (title, _), share in zip(grid[0], arms, shares, strict=True):
        if len(shown):
            image = axes.imshow(share[shown], aspect="auto", extent=extent, **shades)
            for row, value in enumerate(share[shown, -1]):
                axes.annotate(f"{value:.0%}", (1, row), xycoords=("axes fraction", "data"), xytext=(2, 0),
                              textcoords="offset points", fontsize=SMALL_TYPE, va="center")  # fmt: skip
        else:
            axes.text(0.5, 0.5, "no state is ever a full member", transform=axes.transAxes, ha="center", fontsize=8)
        axes.set_xlim(extent[:2])
        axes.set_yticks(range(len(shown)), [results.names[list(m["states"])[k]] for k in shown])
        axes.set_yticks(np.arange(len(shown) - 1) + 0.5, minor=True)
        axes.grid(axis="y", which="minor", color="white", linewidth=2)
        axes.tick_params(which="both", length=0, labelsize=SMALL_TYPE)
        axes.set_title(title, loc="left", fontsize=9, pad=MARKS_ABOVE)
        axes.spines[:].set_visible(False)
        year_ticks(axes)
        mark_events(axes, events)
    if len(shown):
        bar = figure.colorbar(image, ax=list(grid[0]), location="bottom", aspect=60, pad=0.04, shrink=0.7)
        bar.set_label("share of runs (numbers at the right: at the end)", fontsize=SMALL_TYPE)
        bar.ax.tick_params(labelsize=SMALL_TYPE)
    still = [f"{STILL}."] if _still(arms, organisation, quarters) else []
    line = f"Share of {counted(results)} in which a state is a full member, observers not counted; states that are one in more than 2 % of runs."
    framed(
        figure,
        AROUND_ROWS + 0.22 * max(1, len(shown)),
        lambda: heading(
            results,
            figure,
            f"Who belongs? {results.names[organisation]}",
            *still,
            line,
            *what_it_is(results, organisation),
        ),
        lambda: footer(figure, event_key(events)),
    )
    return grid[0]


def joining(results, organisation: str | None = None):
    """When each state joins an organisation (default: the focus) as a full member, over runs, beside the twin.

    Who leaves again within STAY quarters has not joined. One row a state: median of the first quarter of its first spell that
    lasts over the runs in which it joins, 50 and 90 % of them as a thick and a thin line, at the right the share of runs in which it
    does. The twin below each in grey. Returns Axes.
    """
    import matplotlib.pyplot as plt

    organisation = chosen(results, organisation)
    quarters, arms, names = full_quarters(results), _arms(results), results.names
    firsts = [_first_quarters(arm, organisation) for _, arm in arms]
    states = sorted({state for first in firsts for state in first}, key=lambda state: _order(firsts[0].get(state)))
    total = [max(1, len(_ran(arm))) for _, arm in arms]
    figure, axes = plt.subplots(figsize=(PAGE, 2.3 + 0.3 * max(1, len(states))))
    for row, state in enumerate(states):
        for arm, (first, runs) in enumerate(zip(firsts, total, strict=True)):
            here, colour = np.array(first.get(state, [])), (FOCUS[0], "#777777")[arm]
            height = row + (0.0, 0.32)[arm]
            axes.annotate(f"{len(here) / runs:.0%}", (1, height), xycoords=("axes fraction", "data"), fontsize=SMALL_TYPE - arm,
                          xytext=(4, 0), textcoords="offset points", va="center", color=colour)  # fmt: skip
            if len(here):
                low, quarter, middle, three, high = np.quantile(here, [0.05, 0.25, 0.5, 0.75, 0.95])
                axes.plot([low, high], [height] * 2, color=colour, linewidth=0.9)
                axes.plot([quarter, three], [height] * 2, color=colour, linewidth=3.2 - arm, solid_capstyle="butt")
                axes.plot(middle, height, "os"[arm], color=colour, markersize=5 - 1.5 * arm)
    if _still(arms, organisation, quarters):
        axes.text(0.5, 0.5, STILL, transform=axes.transAxes, ha="center", va="center", fontsize=8,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 2})  # fmt: skip
    elif not states:
        axes.text(0.5, 0.5, "no state joins for a year", transform=axes.transAxes, ha="center", fontsize=8)
    years = decimal_years(quarters)
    axes.set_xlim(years[0] - 0.3, years[-1] + 0.3)
    axes.set_ylim(max(1, len(states)) - 0.4, -0.5)
    axes.set_yticks(range(len(states)), [names[state] for state in states])
    tidy(axes, "x")
    year_ticks(axes)
    events = marked_events(results)
    mark_events(axes, events)
    line = (
        f"First quarter as a full member over {counted(results)}: median (dot), 50 % (thick) and 90 % (thin) of the runs in which it joins; "
        "at the right the share of those among all runs. At the left edge: a member from the start. Who leaves again within a year is not counted."
    )
    twin = [f"Grey squares: the {TWIN}."] if results.twin else []
    top = heading(
        results, figure, f"Who joins, and when? {names[organisation]}", line, *twin, *what_it_is(results, organisation)
    )
    bottom = footer(figure, event_key(events))
    figure.set_layout_engine("constrained", rect=(0, bottom, 1, top - bottom))
    return axes


def _first_quarters(results, organisation) -> dict[str, list[float]]:
    """By state: decimal years in which its first spell of full membership begins that lasts STAY quarters, or to the end; one a run."""
    mine = results.existing(organisation)
    listed = mine.assign(state=mine["members"].astype(str).str.split(",")).explode("state")
    listed = listed[listed["state"] != ""].sort_values(["state", "run", "quarter"])
    since = (
        listed["quarter"].astype("int64") - listed.groupby(["state", "run"]).cumcount()
    )  # the same throughout a spell
    spells = listed.groupby(["state", "run", since])["quarter"].agg(["min", "count", "max"])
    lasting = spells[(spells["count"] >= STAY) | (spells["max"] == results.quarter(results.manifest["end"]))]
    first = lasting.groupby(["state", "run"])["min"].min()
    return {state: list(decimal_years(group)) for state, group in first.groupby(level="state")}


def _order(first: list[float] | None) -> tuple[float, float]:
    """Those who join early come first, of equals those who join in most runs; who never joins, last."""
    return (float(np.median(first)), -len(first)) if first else (np.inf, 0.0)


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
