"""Tables of sensitivity: SALib's estimates on the means of replicates, what noise adds to them, intervals and ranks.

Values are (points, replicates), or (points,) for one replicate, in the order of SALib's design. Every function refuses a
value that is not finite (SALib makes indices of zero out of one NaN) and takes 0 for a seed (SALib does not).
"""

import math
import warnings

import numpy as np
import pandas as pd

from analysis.sensitivity import estimators as estimate
from sim.errors import NcrError
from sim.statistics import Z95
from sim.sweep.design import needed

RESAMPLES = 200
COLUMNS = ["measure", "name", "other", "value", "low", "high", "salib", "rank", "rank_low", "rank_high"]
LEADING = {"sobol": "total", "morris": "mu_star"}  # the measure that ranks
LEAST = {"sobol": 32, "morris": 8}  # base points or trajectories below which resamples say too little
NOISE = {"noise": "of the mean of replicates", "noise_single": "of a single run"}
FEW = 0.05  # share of resamples without any signal from which on nothing is estimated
SIZES = ("mu_star", "sigma", "floor")  # never below zero
STEPS = 4  # sizes of a convergence table


def sobol_table(
    values, names, *, second_order: bool = False, common: bool = True, resamples: int = RESAMPLES, seed: int = 1
) -> pd.DataFrame:
    """Sobol indices of an outcome over Saltelli's design: a tidy table with COLUMNS.

    values: (base · (axes + 2), replicates), with ``second_order`` (base · (2 · axes + 2), replicates). common: replicate r has
    the same draws at every point, so intervals are over base points and replicates; else over base points. seed: of resamples.

    measure: first, total, second (of ``name`` with ``other``): shares of the variance of the noise-free outcome, with 95 %
    intervals; noise, noise_single: share of the variance over points that is noise, of means and of single runs. salib: what
    SALib gives for the means, with the noise in it. rank: by total index, with the 95 % range over resamples. Indices are NaN
    where the outcome does not vary or varies by noise alone.
    """
    names = list(names)
    values = checked(values, names)
    rows = 2 * len(names) + 2 if second_order else len(names) + 2
    if len(values) % rows or len(values) < 2 * rows:
        raise NcrError(f"{len(values)} points are no Sobol design of {len(names)} axes: a multiple of {rows} is wanted")
    block = estimate.blocks(values, len(names), second_order)
    whole = estimate.sobol_indices(block, len(names), np.ones(values.shape[1]))
    drawn = [
        estimate.sobol_indices(block[rows], len(names), weights)
        for rows, weights in _resamples(len(block), values.shape[1], common, resamples, seed)
    ]
    given = _salib_sobol(values, names, second_order, seed) if whole.noise.means > 0 else {}
    lost = _without_signal(whole.noise, [one.noise for one in drawn])
    listed = []
    for measure, key in (("total", "ST"), ("first", "S1")):
        index, spread = getattr(whole, measure), np.array([getattr(one, measure) for one in drawn])
        listed += _rows(measure, names, index, spread, given.get(key), lost, ranked=measure == "total")
    if second_order:
        first, other = np.triu_indices(len(names), 1)
        spread = np.array([one.second[first, other] for one in drawn])
        pairs = (
            [names[j] for j in first],
            whole.second[first, other],
            spread,
            given.get("S2", whole.second)[first, other],
        )
        listed += _rows("second", *pairs, lost, others=[names[k] for k in other])
    return _table(listed, whole.noise, [one.noise for one in drawn], values.shape[1])


def morris_table(
    points, values, names, *, levels: int = 4, common: bool = True, resamples: int = RESAMPLES, seed: int = 1
) -> pd.DataFrame:
    """Elementary effects of an outcome over Morris' trajectories: a tidy table with COLUMNS.

    points: (trajectories · (axes + 1), axes). values: (the same, replicates). levels: of the design. Others as in
    :func:`sobol_table`. measure: mu_star (mean size of effects), mu (mean), sigma (spread: interaction or curvature), floor
    (the mu_star that noise alone would give, 0 with one replicate), in units of the outcome over the whole range of an axis;
    noise, noise_single as there. mu_star, mu and sigma are SALib's on the means; rank: by mu_star.
    """
    names = list(names)
    values, points = checked(values, names), np.asarray(points, float)
    if points.shape != (len(values), len(names)):
        raise NcrError(f"points: shape {points.shape} given, ({len(values)}, {len(names)}) wanted")
    if len(values) % (len(names) + 1) or len(values) < 2 * (len(names) + 1):
        raise NcrError(f"{len(values)} points are no two trajectories of {len(names)} axes")
    try:
        effects = estimate.elementary_effects(points, values, levels)
    except ValueError as error:
        raise NcrError(f"this is no Morris design: {error}") from None
    whole = estimate.morris_measures(effects, np.ones(values.shape[1]))
    trajectories = values.reshape(len(effects), -1, values.shape[1])
    drawn, heard = [], []
    for rows, weights in _resamples(len(effects), values.shape[1], common, resamples, seed):
        drawn.append(estimate.morris_measures(effects[rows], weights))
        heard.append(estimate.noise(trajectories[rows].reshape(-1, values.shape[1]), weights))
    given = _salib_morris(points, values, names, levels, seed)
    listed = []
    for measure in ("mu_star", "mu", "sigma", "floor"):
        spread = np.array([getattr(one, measure) for one in drawn])
        index = getattr(whole, measure)
        listed += _rows(measure, names, index, spread, given.get(measure), False, ranked=measure == "mu_star")
    return _table(listed, estimate.noise(values, np.ones(values.shape[1])), heard, values.shape[1])


def convergence_table(kind: str, values, names, *, points=None, second_order: bool = False, **options) -> pd.DataFrame:
    """The leading measure (:data:`LEADING`) from growing parts of a design: COLUMNS and ``points``, how many were used.

    kind: sobol or morris. points: those of a Morris design. options: as of the tables. Parts are the first base points or
    trajectories of the design, doubled up to all of it (Sobol's sequence is balanced at powers of two). Parts of fewer than
    :data:`LEAST` have no interval (NaN): of two or three alike it would have no width.
    """
    names, values = list(names), checked(values, names)
    rows = len(names) + 1 if kind == "morris" else 2 * len(names) + 2 if second_order else len(names) + 2
    sizes = sorted({len(values) // rows >> step for step in range(STEPS)})
    tables = []
    for size in (size for size in sizes if size >= 2):
        part = values[: size * rows]
        if kind == "morris":
            table = morris_table(np.asarray(points)[: size * rows], part, names, **options)
        else:
            table = sobol_table(part, names, second_order=second_order, **options)
        table = table[table["measure"] == LEADING[kind]].assign(points=size * rows)
        if size < LEAST[kind]:
            table[["low", "high"]] = np.nan
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=[*COLUMNS, "points"])


def checked(values, names) -> np.ndarray:
    """Values as (points, replicates) floats. NcrError for any that is not finite, and for no or equal names."""
    values = np.asarray(values, float)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or not values.size:
        raise NcrError(f"values: shape {values.shape} given, (points, replicates) wanted")
    if not names or len(set(names)) < len(names):
        raise NcrError("every axis needs a name of its own")
    if not np.isfinite(values).all():
        point, replicate = np.argwhere(~np.isfinite(values))[0]
        raise NcrError(
            f"the outcome of replicate {replicate} at point {point} is {values[point, replicate]}, no finite number"
        )
    return values


def _resamples(rows: int, replicates: int, common: bool, number: int, seed: int):
    """(rows, weights) of bootstrap resamples. Replicates that points share are resampled too, at least two different ones."""
    random = np.random.default_rng(seed)
    for _ in range(number):
        weights = np.ones(replicates)
        while common and replicates > 1:
            weights = np.bincount(random.integers(replicates, size=replicates), minlength=replicates).astype(float)
            if np.count_nonzero(weights) > 1:
                break
        yield random.integers(rows, size=rows), weights


def _without_signal(whole: estimate.Noise, drawn: list) -> bool:
    """Whether the outcome varies over points by noise alone, as far as resamples can tell."""
    return whole.signal <= 0 or np.mean([one.signal <= 0 for one in drawn]) > FEW


def _rows(measure, names, index, spread, given, lost: bool, *, ranked: bool = False, others=None) -> list[dict]:
    half = np.full(len(index), np.nan) if lost else Z95 * np.nanstd(spread, axis=0, ddof=1)
    least = 0.0 if measure in SIZES else -np.inf
    ranks = _ranks(index, spread) if ranked and not lost else None
    return [
        {
            "measure": measure, "name": name, "other": others[k] if others else "",
            "value": np.nan if lost else float(index[k]), "low": float(np.maximum(least, index[k] - half[k])), "high": float(index[k] + half[k]),
            "salib": np.nan if given is None else float(given[k]),
            **({"rank": ranks[0, k], "rank_low": ranks[1, k], "rank_high": ranks[2, k]} if ranks is not None else {}),
        }
        for k, name in enumerate(names)
    ]  # fmt: skip


def _ranks(index, spread) -> np.ndarray:
    """(3, axes): rank of each axis, 1 the largest; lowest and highest in 95 % of resamples, equals taking all their places."""
    whole = [index, *spread[np.isfinite(spread).all(axis=1)]]
    above = np.array([(one[None, :] > one[:, None]).sum(axis=1) + 1 for one in whole])
    until = np.array([(one[None, :] >= one[:, None]).sum(axis=1) for one in whole[1:]])
    low = np.quantile(above[1:], 0.025, axis=0, method="inverted_cdf")
    return np.stack([above[0], low, np.quantile(until, 0.975, axis=0, method="inverted_cdf")])


def _table(listed: list[dict], whole: estimate.Noise, drawn: list, replicates: int) -> pd.DataFrame:
    """The rows with those of noise; unknown with one replicate."""
    for measure, words in NOISE.items():
        of = "means" if measure == "noise" else "single"
        share = [1 - one.signal / getattr(one, of) if getattr(one, of) > 0 else np.nan for one in (whole, *drawn)]
        known = replicates > 1 and math.isfinite(share[0])
        half = Z95 * float(np.nanstd(share[1:], ddof=1)) if known else math.nan
        value = share[0] if known else math.nan
        row = {"measure": measure, "name": f"noise {words}", "other": "", "value": value}
        listed.append(row | {"low": value - half, "high": value + half})
    return pd.DataFrame(listed, columns=COLUMNS).astype({"rank": float, "rank_low": float, "rank_high": float})


# SALib ---------------------------------------------------------------------------------------------------------------


def _problem(names: list[str]) -> dict:
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _salt(seed: int) -> int:
    """A seed for SALib, which takes 32 bits and ignores 0; never used for anything that is reported."""
    return int(np.random.SeedSequence(seed).generate_state(1)[0]) or 1


def _salib_sobol(values, names, second_order, seed) -> dict:
    """Its indices of the means. Its own intervals are left alone: they do not know replicates, and the seed 0 is none to it."""
    analyse = needed("SALib.analyze.sobol", "sobol").analyze
    options = {"calc_second_order": second_order, "num_resamples": 2, "seed": _salt(seed)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of two resamples
        return analyse(_problem(names), values.mean(axis=1), **options)


def _salib_morris(points, values, names, levels, seed) -> dict:
    analyse = needed("SALib.analyze.morris", "morris").analyze
    return analyse(_problem(names), points, values.mean(axis=1), num_levels=levels, num_resamples=2, seed=_salt(seed))
