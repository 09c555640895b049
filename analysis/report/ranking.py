"""What mattered most: a sweep or a sensitivity analysis as a table of names, each with what it is and what it rests on."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.report.figures import Picture, picture
from analysis.report.html import Html, code, joined, table
from analysis.report.sources import (
    joint_grounds,
    lever_in_words,
    moved_by,
    moves,
    path_in_words,
    prior,
    sources_in,
    under,
    values,
)
from analysis.report.words import interval, listed, number
from sim.errors import NcrError
from sim.parameters import PARAMETERS
from sim.scenario.schema import OFFSETS
from sim.sweep.store import MANIFEST as SWEEP

MOST_AXES = 8  # that are named
SHOWN = 12  # names in the table
OF_WORLD = 5  # levers and coded numbers that are shown at least, however far behind the parameters they come
MEASURES = {
    "total": "total index: the share of the variance without noise that is gone once all else is known",
    "mu_star": "mean size of the change of the outcome when it crosses its whole range (Morris)",
    "rank correlation": "rank correlation with the outcome, over points or runs",
}
DRAWN = {
    "sensitivity": "what moves the {outcome} most, of {axes}, with 95 % intervals",
    "convergence": "whether the ranking of what moves the {outcome} has settled with the size of the design, of {axes}",
}
NEEDS = "this needs scipy and SALib, which are not installed; run: pip install 'ncr-sim[analysis]'"


class Ranking(NamedTuple):
    """table: the columns of ``analysis.sensitivity.influence``. notes: what a reader must be told. size: what was run, in words."""

    folder: Path
    outcome: str
    table: pd.DataFrame
    notes: list[str]
    size: str
    pictures: list[Picture]
    manifest: dict  # of the sweep


def ranking(folder, outcome: str, figures: bool = True) -> Ranking:
    """What moved ``outcome`` in the sweep in ``folder``; ``figures``: with a picture of it. Raises NcrError if there is none, or it is unfinished."""
    from sim.sweep.results import SweepResults

    folder = Path(folder)
    if not (folder / SWEEP).is_file():
        made = "`ncr sensitivity SCENARIO --out DIR` or `ncr sweep SWEEP --out DIR`"
        raise NcrError(f"{folder}: holds no sweep (no {SWEEP}); name a folder of {made}")
    try:
        return _ranking(SweepResults.load(folder), outcome, figures)
    except ModuleNotFoundError:
        raise NcrError(f"{folder}: {NEEDS}") from None


def _ranking(results, outcome: str, figures: bool) -> Ranking:
    from analysis.plots.sensitivity import bars, settling
    from analysis.sensitivity import analyse, most_influential
    from analysis.sensitivity.indices import LEADING
    from analysis.sensitivity.influence import ranked

    m = results.manifest
    size = f"{m['points']:,} points × {m['replicates']:,} replicates over {len(results.axes)} axes, seed {m['seed']}"
    kind = m["identity"]["design"]["kind"]
    if kind not in LEADING:
        found = most_influential(results.folder, outcome, number=None)
        return Ranking(results.folder, outcome, found, [], f"{kind.replace('_', ' ').capitalize()}: {size}", [], m)
    found = analyse(results, [outcome])
    outcome = found.outcomes[0]
    notes, drawn = [*found.notes[""], *found.notes[outcome]], []
    leading = found.of(outcome, LEADING[kind])["value"]
    about = {"outcome": outcome.replace("_", " "), "axes": axes_in_words(results.axes)}
    if figures and leading.notna().any() and leading.ne(0).any():
        drawn = [
            picture(name, shows.format(**about), lambda draw=draw: draw(found, outcome))
            for (name, shows), draw in zip(DRAWN.items(), (bars, settling), strict=True)
        ]
    return Ranking(results.folder, outcome, ranked(found), notes, f"{kind.capitalize()}: {size}", drawn, m)


def axes_in_words(axes: list[str]) -> str:
    return listed(axes) if len(axes) <= MOST_AXES else f"{len(axes)} levers, parameters and coded numbers"


def ranking_table(found: Ranking, coded: pd.DataFrame, manifest: dict, names: dict[str, str]) -> tuple[Html, list[str]]:
    """The table of the names that moved the outcome most, and the sources that it names. manifest: ``declared`` and ``levers``."""
    rows = _shown(found.table)
    lines, used = [], []
    for row in rows.itertuples():
        what, value, rests, sources = described(row.name, coded, manifest, names)
        used += sources
        effect = f"{number(row.value, '+.3f' if row.measure == 'rank correlation' else '.3f')} ({number(row.low)} to {number(row.high)})"
        lines.append(
            (
                joined((f"{row.Index + 1}. ", code(row.name), f" {what}")),
                effect,
                "yes" if row.clear else "no",
                value,
                rests,
            )
        )
    measure = MEASURES.get(rows["measure"].iloc[0], rows["measure"].iloc[0])
    caption = f"What moved {found.outcome.replace('_', ' ')} most. Effect: {measure}; 95 % interval. Clear: the interval excludes what noise gives. The foremost levers and coded numbers are shown whatever their place."
    heads = ("name and meaning", "effect (95 %)", "clear", "value, range", "rests on")
    return table(caption, heads, lines, texts=(0, 2, 3, 4)), list(dict.fromkeys(used))


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """The first rows, and the first of what is no parameter of the rules; the index is the place, from 0."""
    table = table.reset_index(drop=True)
    of_world = table[~table["name"].isin(PARAMETERS)].head(OF_WORLD)
    return table[(table.index < SHOWN) | table.index.isin(of_world.index)]


def described(name: str, coded: pd.DataFrame, manifest: dict, names: dict[str, str]) -> tuple[str, str, str, list[str]]:
    """(meaning, value and range, what it rests on, sources) of a lever, a parameter or a coded number."""
    if name in OFFSETS:
        return PARAMETERS[name].meaning, "0", "an experiment: the model has none", []
    if name in PARAMETERS:
        p = PARAMETERS[name]
        here = number(manifest.get("parameters", {}).get(name, p.default), "g")
        spread = f"{here}, prior {interval(p.low, p.high, 'g')}" if p.high > p.low else here
        return p.meaning, spread, f"a number of rule {p.rule}; no source outside the model fixes it", []
    if lever := manifest.get("declared", {}).get(name):
        rows = moved_by(coded, lever)
        meaning, value = lever_in_words(lever, names), moves(rows, names)
    else:
        rows = under(coded, name)
        meaning = path_in_words(name, names)
        value = "; ".join(f"{values(row)}, prior {prior(row)}" for row in rows.itertuples())
    return meaning, value or "–", joint_grounds(rows) or "–", sources_in(rows)
