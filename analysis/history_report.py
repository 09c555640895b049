"""What history matching says: which facts discriminate, how the volume answers to the tolerance, and the page ``docs/history.md``."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.facts_a import FACTS
from analysis.history import (
    CANDIDATES,
    DATA,
    LEAST,
    MOST_MISSES,
    REQUIRED,
    ROWS,
    SLACK,
    Matched,
    criteria,
    match,
    misses,
    retained_at,
    volume,
    write_table,
)  # fmt: skip
from analysis.history_waves import FIRST, MORE, SUBSET
from analysis.plots.retained import RIDGES, column, marginals, rank_correlation, ridges
from sim.errors import NcrError
from sim.parameters import uncertain_parameters

CODED = {"A7 KAZ", "A7 KGZ", "A7 ARM", "A7 TJK"}  # exit_cost exceeds every loss (facts_a.KEPT)
SLACKS = (0.0, 0.1, 0.2)
NAMED = 8  # parameters named as moved
ALWAYS = 0.995
STATEMENTS = {fact.code: fact.statement for fact in FACTS}


def discrimination(matched: Matched) -> pd.DataFrame:
    """fact, needed, prior (share over wave 1), retained (share over wave 2), within, between, verdict.

    within: variance of a run around its point, mean over the subset (replicate variance); between: variance of points,
    both unbiased. A fact discriminates if its share differs between points by more than noise, and is not always met.
    """
    waves = matched.waves
    kept = np.isin(waves.candidates, matched.retained)
    rows = []
    for place, code in enumerate(waves.codes):
        share = waves.subset[:, :, place].mean(axis=1)
        number = waves.subset.shape[1]
        within = float(np.mean(share * (1 - share)) * number / (number - 1))
        between = float(share.var(ddof=1) - within / number) if len(share) > 1 else float("nan")
        prior = float(waves.wave_1[:, :, place].mean())
        after = float(waves.wave_2[kept][:, :, place].mean()) if kept.any() else float("nan")
        rows.append((code, REQUIRED[code], prior, after, within, max(0.0, between), verdict(code, prior)))
    return pd.DataFrame(rows, columns=["fact", "needed", "prior", "retained", "within", "between", "verdict"])


def verdict(code: str, prior: float) -> str:
    """In words: what a fact can say, from its share over the prior."""
    if code in CODED:
        return "coded"
    if prior >= ALWAYS:
        return "nearly always met"
    return "hardly ever met" if prior <= 1 - ALWAYS else "discriminates"


def sensitivity(matched: Matched) -> pd.DataFrame:
    """Share of the prior retained by (slack, misses allowed), and the number of candidates that are."""
    waves = matched.waves
    rows = []
    for slack in SLACKS:
        for most in range(MOST_MISSES + 1):
            rows.append((slack, most, int(retained_at(waves, most, slack).sum()), volume(waves, most, slack)))
    return pd.DataFrame(rows, columns=["slack", "misses", "points", "volume"])


def missed_by_retained(matched: Matched) -> dict[str, float]:
    """Share of retained points that misses each criterion, those that some miss."""
    waves = matched.waves
    missed = misses(waves.wave_2, waves.codes)[np.isin(waves.candidates, matched.retained)]
    shares = dict(zip(criteria(waves.codes), missed.mean(axis=0).tolist(), strict=True)) if len(missed) else {}
    return {name: share for name, share in shares.items() if share}


def moved(design: np.ndarray, points: np.ndarray) -> pd.DataFrame:
    """parameter, shift (mean of retained minus prior middle, in standard deviations of the prior), narrowing, distance.

    narrowing: standard deviation over that of the prior. distance: Kolmogorov's to the prior. By distance, largest first.
    """
    rows = []
    for name in uncertain_parameters():
        values, prior = column(design[points], name), column(design, name)
        places = np.sort(np.searchsorted(np.sort(prior), values) / len(prior))
        steps = np.arange(len(places) + 1) / len(places)
        distance = max(np.abs(places - steps[1:]).max(), np.abs(places - steps[:-1]).max())
        rows.append((name, (values.mean() - prior.mean()) / prior.std(), values.std() / prior.std(), distance))
    return pd.DataFrame(rows, columns=["parameter", "shift", "narrowing", "distance"]).sort_values(
        "distance", ascending=False, kind="stable", ignore_index=True
    )


def summary(matched: Matched) -> str:
    """The outcome in a few lines: retained or refused, the sensitivity, what discriminates."""
    facts, retained = discrimination(matched), len(matched.retained)
    if matched.misses is None:
        lines = [
            f"History refuses this model over this prior: even {MOST_MISSES} missed criteria leave fewer points than wanted."
        ]
    else:
        share = volume(matched.waves, matched.misses)
        lines = [
            f"{retained} points retained, {share:.2%} of the prior: at most {matched.misses} of 12 criteria missed."
        ]
        lines.append("missed by retained points: " + _shares(missed_by_retained(matched)))
    for name in ("discriminates", "nearly always met", "hardly ever met", "coded"):
        lines.append(f"{name}: {', '.join(facts.loc[facts['verdict'] == name, 'fact']) or 'none'}")
    table = sensitivity(matched).assign(volume=lambda t: t["volume"].map("{:.2%}".format))
    return "\n".join([*lines, "", table.to_string(index=False)])


def _shares(shares: dict[str, float]) -> str:
    return ", ".join(f"{name} {share:.0%}" for name, share in shares.items()) or "none"


def page(matched: Matched) -> str:
    """``docs/history.md`` of a matching that retained something."""
    recipe, waves = matched.recipe, matched.waves
    points, kept = recipe["points"], matched.design[matched.retained]
    shares = volume(waves, matched.misses)
    critical = 1.36 / np.sqrt(len(kept))
    changed = moved(matched.design, matched.retained)
    ridge_rows = [
        f"| {x} | {y} | {rank_correlation(column(kept, x), column(kept, y)):+.2f} |" for x, y in RIDGES
    ]  # fmt: skip
    return f"""# History matching

Generated by `python -m analysis.history --points {points} --seed {recipe["seed"]} --page docs/history.md`. The rule was written
down before these points were run, after a pilot of 200; it stands at the head of `analysis/history.py`. No fact after 2019Q4 enters.

**{len(kept)} of {points} points are retained ({shares:.2%} of the prior)**: at most {matched.misses} of the 12 criteria missed, each fact
within {SLACK:g} of the share that the ledger requires, over {MORE} replicates. The tolerance is the smallest of 0, 1 and 2 missed criteria that
leaves {LEAST} points. Criteria that retained points miss: {_shares(missed_by_retained(matched))}.

`analysis/data/retained.csv` has {min(ROWS, len(kept))} of them, `retained.json` the recipe with hashes of the rules and the inputs.
`retained_sample(number, seed)` draws from it for `simulate(parameters=…)`.

## What the tolerance does

Retained points among the {len(waves.candidates)} candidates of wave 2 ({FIRST} replicates of wave 1 chose them, at most {CANDIDATES}; an equal share of the
points of every level is counted), and the share of the prior that they stand for.

{_markdown(sensitivity(matched), {"volume": "{:.2%}", "slack": "{:g}"})}

## Which facts say anything

Prior: share of runs over all {points} points. Within: variance between replicates of one point; between: variance of points, from
{min(SUBSET, points)} points with {MORE} replicates. A fact that is nearly always met, hardly ever met, or coded cannot choose a point: of 12
criteria the count of misses rests on the few that discriminate.

{_markdown(discrimination(matched).assign(statement=lambda t: t["fact"].map(STATEMENTS)), dict.fromkeys(("prior", "retained"), "{:.3f}") | dict.fromkeys(("within", "between"), "{:.4f}"))}

## Where the retained volume lies

Shift of the mean in standard deviations of the prior, narrowing of the spread, Kolmogorov distance to the prior (by chance above
{critical:.3f} once in twenty); the {NAMED} largest of {len(changed)}. {int((changed["distance"] > critical).sum())} exceed it.

{_markdown(changed.head(NAMED), {"shift": "{:+.2f}", "narrowing": "{:.2f}", "distance": "{:.3f}"})}

![Marginals of the retained volume](images/retained_marginals.png)

{_stricter(matched)}The pairs that the specification names as ridges; neither of a pair should be read alone.

| | | rank correlation |
|---|---|---|
{chr(10).join(ridge_rows)}

![Pairs of the retained volume](images/retained_pairs.png)
"""


def _stricter(matched: Matched) -> str:
    """Where the points lie that a smaller tolerance would have kept; nothing where there are fewer than ten."""
    if not matched.misses:
        return ""
    points = matched.waves.candidates[retained_at(matched.waves, matched.misses - 1)]
    if len(points) < 10:
        return ""
    table = moved(matched.design, points).head(NAMED)
    return f"""Points that miss at most {matched.misses - 1} ({len(points)}, fewer than the rule wants) lie elsewhere than the prior in:

{_markdown(table, {"shift": "{:+.2f}", "narrowing": "{:.2f}", "distance": "{:.3f}"})}

"""


def _markdown(table: pd.DataFrame, formats: dict[str, str]) -> str:
    lines = ["| " + " | ".join(table.columns) + " |", "|---" * len(table.columns) + "|"]
    for row in table.to_dict("records"):
        lines.append("| " + " | ".join(formats.get(name, "{}").format(value) for name, value in row.items()) + " |")
    return "\n".join(lines)


def draw(matched: Matched, folder: Path) -> list[Path]:
    """The two figures into ``folder``; returns the files."""
    import matplotlib.pyplot as plt

    kept, files = matched.design[matched.retained], []
    for name, figure in (("marginals", marginals(kept)), ("pairs", ridges(matched.design[:2000], kept))):
        files.append(folder / f"retained_{name}.png")
        folder.mkdir(parents=True, exist_ok=True)
        figure.savefig(files[-1], dpi=110)
        plt.close(figure)
    return files


def main(arguments: Sequence[str] | None = None, write: Callable[[str], object] = print) -> int:
    """The command. 0 if a table was written; 1 after a mistake of the user, said on standard error; 3 if history refuses."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis.history", description="Retain parameters that history allows."
    )
    parser.add_argument("--points", type=int, default=20000, help="points of the Latin hypercube")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trade", type=Path, help="Correlates of War trade file: also ask A9's rank correlation")
    parser.add_argument("--least", type=int, default=LEAST, help="points that the tolerance has to leave")
    parser.add_argument("--kept", type=Path, help="file for the runs; read instead of running where it exists")
    parser.add_argument("--out", type=Path, default=DATA, help="folder of the table and its recipe")
    parser.add_argument("--page", type=Path, help="also write the page, and its figures to images/ beside it")
    parser.add_argument("--threads", type=int)
    given = parser.parse_args(arguments)
    try:
        matched = match(
            given.points, given.seed, given.trade, least=given.least, kept=given.kept, threads=given.threads,
            progress=sys.stderr.isatty(),
        )  # fmt: skip
        if matched.misses is not None:
            write_table(matched, given.out)
            if given.page:
                given.page.write_text(page(matched))
                draw(matched, given.page.parent / "images")
    except (NcrError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    write(summary(matched))
    return 0 if matched.misses is not None else 3
