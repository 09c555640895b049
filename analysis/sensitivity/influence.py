"""What mattered most in the folder of a run or a sweep: by its indices where the design has them, else by rank correlation."""

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.sensitivity.analysis import Sensitivity, analyse
from analysis.sensitivity.indices import LEADING
from analysis.sweep_outcomes import point_values, read_outcome
from sim.errors import NcrError
from sim.parameters import PARAMETERS
from sim.results import MANIFEST as RUN
from sim.results import Results
from sim.statistics import Z95
from sim.sweep.results import SweepResults
from sim.sweep.store import MANIFEST as SWEEP

COLUMNS = ["name", "measure", "value", "low", "high", "clear"]
LEAST = 10  # points below which no correlation is shown
SPREAD = 1.06  # of Fisher's z of a rank correlation, times 1/√(n − 3) (Fieller, Hartley and Pearson 1957)


def most_influential(folder, outcome: str = "bloc_index", number: int | None = 10) -> pd.DataFrame:
    """What moved ``outcome`` most in ``folder``, the largest first: COLUMNS, at most ``number`` rows (None: all).

    folder: of `ncr run`, `ncr sweep` or `ncr sensitivity`. outcome: a numeric column of its runs; of a sweep also a condition
    such as ``class>=4``. measure: `total` (Sobol's total index) or `mu_star` (Morris) where the design has them, else `rank
    correlation` of the outcome with what differs between points or runs (parameters drawn for each run, axes).
    low, high: 95 % interval, for rank correlations with Bonferroni's correction for the number of names. clear: it excludes 0 (for
    mu_star: what noise alone would give). Empty where nothing varied, the outcome is constant, or fewer than LEAST points ran.
    """
    folder = Path(folder)
    if (folder / SWEEP).exists():
        results = SweepResults.load(folder)
        if results.manifest["identity"]["design"]["kind"] in LEADING:
            table = ranked(analyse(results, [outcome]))
        else:
            table = _correlations(results.design[results.axes], _means(results, outcome))
    elif (folder / RUN).exists():
        table = _of_runs(Results.load(folder).runs, outcome)
    else:
        raise NcrError(f"{folder}: no run and no sweep here; make one with `ncr run … --out` or `ncr sweep … --out`")
    return table if number is None else table.head(number)


def ranked(found: Sensitivity, outcome: str | None = None) -> pd.DataFrame:
    """An outcome of an analysis (the first unless named) as COLUMNS, the largest first, without axes of which nothing is known."""
    outcome, measure = outcome or found.outcomes[0], LEADING[found.facts["method"]]
    rows = found.of(outcome, measure).dropna(subset="value")
    bar = 0.0
    if measure == "mu_star":
        bar = rows["name"].map(found.of(outcome, "floor").set_index("name")["value"]).to_numpy()
    return rows.assign(clear=rows["low"] > bar)[COLUMNS].reset_index(drop=True)


def _means(results, outcome: str) -> np.ndarray:
    """(points,) mean over the replicates that did not fail; NaN where all did."""
    values = point_values(results, read_outcome(outcome), failed="leave")
    known = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.where(known, values, 0).sum(axis=1) / np.where(known.any(axis=1), known.sum(axis=1), np.nan)


def _of_runs(runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
    numeric = [name for name in runs.columns if pd.api.types.is_numeric_dtype(runs[name]) and name not in PARAMETERS]
    if outcome not in numeric:
        raise NcrError(f"no numeric outcome {outcome!r} in this run; there are {', '.join(numeric)}")
    drawn = [name for name in runs.columns if name in PARAMETERS and runs[name].nunique() > 1]
    return _correlations(runs[drawn], runs[outcome].astype("float64").to_numpy(na_value=np.nan))


def _correlations(axes: pd.DataFrame, outcome: np.ndarray) -> pd.DataFrame:
    """Spearman's correlation of each column with the outcome, over rows where that is known."""
    from scipy.stats import norm, spearmanr

    known = np.isfinite(outcome)
    names = [name for name in axes.columns if axes.loc[known, name].nunique() > 1]
    if known.sum() < LEAST or not names or np.ptp(outcome[known]) == 0:
        return pd.DataFrame(columns=COLUMNS)
    quantile = float(norm.ppf(1 - 0.025 / len(names))) if len(names) > 1 else Z95
    half = quantile * SPREAD / np.sqrt(known.sum() - 3)
    rows = []
    for name in names:
        value = float(spearmanr(axes.loc[known, name], outcome[known]).statistic)
        z = np.arctanh(np.clip(value, -1 + 1e-12, 1 - 1e-12))
        low, high = np.tanh([z - half, z + half])
        rows.append((name, "rank correlation", value, float(low), float(high), bool(low > 0 or high < 0)))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values("value", key=np.abs, ascending=False, kind="stable").reset_index(drop=True)
