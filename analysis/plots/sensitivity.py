"""Figures of sensitivity: tornado of Morris' effects, bars of Sobol indices, and how both settle with the size of the design.

Each takes a table of ``analysis.sensitivity`` (one outcome, or the whole with ``outcome``) and returns matplotlib Axes.
"""

import textwrap
from pathlib import Path

import numpy as np

from analysis.plots.style import LINE_INCHES, PAGE, footer, legend_below, tidy, titled, wrapped
from sim.errors import NcrError

UP, DOWN, LIGHT, NOISE = "#0072B2", "#E69F00", "#BBD6E8", "#999999"
LINES = (  # colour, line and marker, so that six lines are told apart in grey
    ("#0072B2", "-", "o"), ("#D55E00", "--", "s"), ("#009E73", "-.", "^"), ("#CC79A7", ":", "D"),
    ("#332288", (0, (8, 2)), "v"), ("#E69F00", (0, (5, 1, 1, 1, 1, 1)), "x"),
)  # fmt: skip
MOST = 12  # axes in a figure
NAME = 34
DPI = 150
OUTCOME = "bloc_index"


def tornado(table, outcome: str = "", *, lines=(), most: int = MOST):
    """Morris' effects, the largest on top: bars to the mean effect, frames to the mean size of effects, with 95 % intervals.

    Where the frame is longer than the bar, an axis raises the outcome in some places and lowers it in others. lines: small type
    below the title.
    """
    leading, rows = _leading(table, outcome, "mu_star", most)
    mean, floor = (rows[rows["measure"] == measure].set_index("name")["value"] for measure in ("mu", "floor"))
    figure, axes = _page(len(leading), lines)
    for y, row in enumerate(leading.itertuples()):
        value = mean[row.name]
        sign = -1.0 if value < 0 else 1.0
        axes.barh(
            y,
            value,
            0.62,
            color=UP if value >= 0 else DOWN,
            hatch="" if value >= 0 else "////",
            edgecolor="white",
            lw=0,
        )
        axes.barh(y, sign * row.value, 0.62, fill=False, edgecolor="#333333", lw=0.8)
        axes.plot([sign * row.low, sign * row.high], [y, y], color="black", lw=1.1, marker="|", markersize=5)
        if floor[row.name] > 0:
            axes.plot([sign * floor[row.name]] * 2, [y - 0.42, y + 0.42], color=NOISE, lw=1.8)
    axes.axvline(0, color="black", lw=0.8)
    _named(axes, list(leading["name"]))
    axes.set_xlabel(f"change of {outcome or 'the outcome'} when the axis crosses its whole range")
    shown = [
        (_patch(UP), "mean effect, raising"), (_patch(DOWN, "////"), "mean effect, lowering"),
        (_patch("white", edge="#333333"), "mean size of effects"), (_line("black", "|"), "95 % interval of that"),
        (_line(NOISE), "size that noise alone gives"),
    ]  # fmt: skip
    _finish(
        figure,
        f"What moves {_words(outcome)}?",
        lines,
        shown,
        "Axes in the order of the mean size of their effects (Morris).",
    )
    return axes


def sobol_bars(table, outcome: str = "", *, lines=(), most: int = MOST):
    """Sobol indices, the largest total on top: total (light) and first order (dark) with 95 % intervals; noise at the foot.

    The row of noise is a share of the variance of the means of replicates, the others are shares of what is left without it.
    """
    leading, rows = _leading(table, outcome, "total", most)
    first = rows[rows["measure"] == "first"].set_index("name")
    noise = rows[rows["measure"] == "noise"].iloc[0]
    figure, axes = _page(len(leading) + 1, lines)
    for y, row in enumerate(leading.itertuples()):
        alone = first.loc[row.name]
        axes.barh(y - 0.17, row.value, 0.34, color=LIGHT, edgecolor=UP, lw=0.8)
        axes.barh(y + 0.17, alone["value"], 0.34, color=UP)
        axes.plot([row.low, row.high], [y - 0.17] * 2, color="black", lw=1.1, marker="|", markersize=4)
        axes.plot([alone["low"], alone["high"]], [y + 0.17] * 2, color="black", lw=1.1, marker="|", markersize=4)
    names = list(leading["name"])
    if np.isfinite(noise["value"]):
        y = len(leading)
        axes.barh(y, noise["value"], 0.5, color="white", edgecolor=NOISE, hatch="....", lw=0.8)
        axes.plot([noise["low"], noise["high"]], [y, y], color="black", lw=1.1, marker="|", markersize=4)
        names.append("(noise)")
    axes.axvline(0, color="black", lw=0.8)
    _named(axes, names)
    axes.set_xlabel("share of the variance")
    shown = [
        (_patch(LIGHT, edge=UP), "total: with interactions"), (_patch(UP), "first order: alone"),
        (_patch("white", "....", NOISE), "noise left in the means"), (_line("black", "|"), "95 % interval"),
    ]  # fmt: skip
    note = "Indices are shares of the variance without noise; the row of noise is a share of the variance of the means of replicates."
    _finish(figure, f"What explains {_words(outcome)}?", lines, shown, note)
    return axes


def convergence(table, outcome: str = "", *, lines=(), most: int = len(LINES)):
    """The leading measure from growing parts of a design, with 95 % bands: what has not settled needs a larger one.

    table: of ``analysis.sensitivity.convergence_table``, or ``Sensitivity.convergence``.
    """
    rows = _only(table, outcome)
    measure = rows["measure"].iloc[0]
    last = rows[rows["points"] == rows["points"].max()].sort_values("rank", kind="stable")
    if last["value"].isna().all():
        raise NcrError(f"{outcome or 'this outcome'} has no index to draw: it does not vary, or by noise alone")
    figure, axes = _page(11, lines)
    handles, names = [], list(last["name"].head(min(most, len(LINES))))
    for name, (colour, line, marker) in zip(names, LINES, strict=False):
        here = rows[rows["name"] == name].sort_values("points")
        axes.fill_between(here["points"], here["low"], here["high"], color=colour, alpha=0.1, lw=0)
        (curve,) = axes.plot(here["points"], here["value"], color=colour, ls=line, marker=marker, ms=4, lw=1.4)
        handles.append((curve, _short(name)))
    sizes = sorted(set(rows["points"]))
    axes.set_xscale("log", base=2)
    axes.minorticks_off()
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.axhline(0, color="black", lw=0.8)
    drawn = rows[rows["name"].isin(names)]
    final = drawn[drawn["points"] == sizes[-1]]
    reach = [end for end in (0, *drawn["value"], *final["low"], *final["high"]) if np.isfinite(end)]
    margin = 0.05 * (max(reach) - min(reach))
    axes.set_ylim(min(reach) - margin, max(reach) + margin)  # bands of the smallest parts would hide all else
    tidy(axes)
    axes.set_xlabel("points of the design that were used")
    axes.set_ylabel({"total": "total index", "mu_star": "mean size of effects"}[measure])
    note = (
        "Bands: 95 % intervals, cut off where they leave the figure. Lines that still move, or bands that still overlap at the right, "
        "need a larger design."
    )
    if bare := [size for size in sizes if drawn.loc[drawn["points"] == size, "low"].isna().all()]:
        note += f" No bands up to {bare[-1]:,} points: too few to resample."
    _finish(figure, f"Has the sensitivity of {_words(outcome)} settled?", lines, handles, note)
    return axes


def bars(found, outcome: str):
    """:func:`sobol_bars` or :func:`tornado` of a ``Sensitivity``, with what was run and what a reader must be told."""
    draw = tornado if found.facts["method"] == "morris" else sobol_bars
    return draw(found.table, outcome, lines=_facts(found, outcome))


def settling(found, outcome: str):
    """:func:`convergence` of a ``Sensitivity``, with the same."""
    return convergence(found.convergence, outcome, lines=_facts(found, outcome))


def of_sweep(results, outcome: str = OUTCOME):
    """:func:`bars` of a sweep of kind sobol or morris."""
    found = _analysed(results, outcome)
    return bars(found, found.outcomes[0])


def convergence_of_sweep(results, outcome: str = OUTCOME):
    """:func:`settling` of a sweep of kind sobol or morris."""
    found = _analysed(results, outcome)
    return settling(found, found.outcomes[0])


def draw_sensitivity(found, folder) -> list[Path]:
    """Bars and convergence of every outcome of a ``Sensitivity`` that has indices, as PNG in ``folder``; returns the files."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    from analysis.sensitivity import ranked

    folder, files = Path(folder), []
    folder.mkdir(parents=True, exist_ok=True)
    for outcome in found.outcomes:
        if not ranked(found, outcome)["value"].gt(0).any():
            continue  # nothing to draw: the report says why
        for word, draw in {"sensitivity": bars, "convergence": settling}.items():
            files.append(folder / f"{word}-{''.join(c if c.isalnum() or c in '-_.' else '_' for c in outcome)}.png")
            figure = draw(found, outcome).figure
            figure.savefig(files[-1], dpi=DPI)
            plt.close(figure)
    return files


def _analysed(results, outcome: str):
    from analysis.sensitivity import analyse

    return analyse(results, [outcome])


def _facts(found, outcome: str) -> list[str]:
    """What was run, and the notes of the analysis."""
    facts = found.facts
    size = f"{facts['points']:,} points × {facts['replicates']} replicates over {len(facts['axes'])} axes, seed {facts['seed']}"
    notes = [f"Note: {note}." for note in (*found.notes[""], *found.notes[outcome])]
    return [
        f"Scenario: {facts['scenario']}",
        f"{facts['method'].capitalize()}: {size}.",
        f"{facts['parameters']}.",
        *notes,
    ]


def _only(table, outcome: str):
    if outcome and "outcome" in table:
        if outcome not in set(table["outcome"]):
            raise NcrError(
                f"no outcome {outcome!r} in this table; there are {', '.join(dict.fromkeys(table['outcome']))}"
            )
        return table[table["outcome"] == outcome]
    if "outcome" in table and table["outcome"].nunique() > 1:
        raise NcrError(f"which outcome? there are {', '.join(dict.fromkeys(table['outcome']))}")
    return table


def _leading(table, outcome: str, measure: str, most: int):
    """(rows of the ranking measure, the largest first; all rows of the outcome)."""
    rows = _only(table, outcome)
    leading = rows[rows["measure"] == measure].sort_values("rank", kind="stable")
    if leading.empty:
        raise NcrError(f"this table has no {measure}: it is of another method")
    if leading["value"].isna().all():
        raise NcrError(f"{outcome or 'this outcome'} has no index to draw: it does not vary, or by noise alone")
    moving = leading[leading["value"] != 0]
    return (moving if len(moving) else leading).head(most), rows


def _page(rows: int, lines):
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(PAGE, 1.6 + 0.25 * rows + LINE_INCHES[8] * len(wrapped(lines, PAGE))))


def _named(axes, names) -> None:
    axes.set_yticks(range(len(names)), [_short(name) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    tidy(axes, "x")
    axes.tick_params(axis="y", length=0)


def _finish(figure, title: str, lines, shown, note: str) -> None:
    top = titled(figure, title, *lines)
    handles, labels = zip(*shown, strict=True)
    bottom = legend_below(figure, handles, labels, footer(figure, note))
    figure.set_layout_engine("constrained", rect=(0, bottom, 1, top - bottom))


def _patch(colour, hatch: str = "", edge: str | None = None):
    from matplotlib.patches import Patch

    return Patch(facecolor=colour, hatch=hatch, edgecolor=edge or ("white" if hatch else colour), linewidth=0.8)


def _line(colour, marker: str = ""):
    from matplotlib.lines import Line2D

    return Line2D([], [], color=colour, marker=marker, lw=1.4, markersize=6)


def _short(name: str) -> str:
    return name if len(name) <= NAME else textwrap.shorten(name, NAME) if " " in name else f"…{name[1 - NAME :]}"


def _words(outcome: str) -> str:
    return outcome.replace("_", " ") if outcome else "the outcome"
