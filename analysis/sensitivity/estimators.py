"""Estimators of Sobol indices and elementary effects that noise does not inflate.

A run gives μ(x) plus noise. The mean of R replicates still has 1/R of it, and every product of two such means (a variance, a
squared difference) takes it for an effect: total indices and the variance come out too large. The noise of two *different*
replicates is independent, so the mean over pairs of different replicates of the same product has no such excess. That holds
with common draws, where replicate r is the same draw at every point, and without them. What all points share in a replicate
(its level) cancels and is not counted as noise.

With one replicate there is no such pair: the products are plain ones, and the estimates those of SALib.

Formulas: Saltelli et al. 2010 (first, total), Saltelli 2002 (second order), Morris 1991, as in SALib, whose layouts are taken.
``weights`` (R,): how often each replicate counts; a bootstrap resample, else ones.
"""

from typing import NamedTuple

import numpy as np

ROUNDING = 1e-12  # smaller than this, as a share of what is there, is no noise but rounding


class Noise(NamedTuple):
    """Variance over points of the noise-free outcome, of the mean of replicates, of a single run; outcome units squared."""

    signal: float
    means: float
    single: float


def distinct_pairs(u: np.ndarray, v: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean over the first axis of u·v between different replicates (the last axis); plain means with one replicate."""
    if len(weights) == 1:
        return (u * v)[..., 0].mean(axis=0)
    squares = weights * weights
    pairs = weights.sum() ** 2 - squares.sum()
    return ((u @ weights) * (v @ weights) - (u * v) @ squares).mean(axis=0) / pairs


def centred(values: np.ndarray) -> np.ndarray:
    """Values (points, R) less the mean of each replicate: its level is no noise, and no effect."""
    return values - values.mean(axis=0)


def noise(values: np.ndarray, weights: np.ndarray) -> Noise:
    """What varies over points. values: (points, R)."""
    values = centred(values)
    means = values @ weights / weights.sum()
    single = float(((values**2).mean(axis=0) @ weights) / weights.sum())
    return Noise(float(distinct_pairs(values, values, weights)), float((means**2).mean()), single)


# Sobol ---------------------------------------------------------------------------------------------------------------


class Sobol(NamedTuple):
    """first, total: (axes,); second: (axes, axes), upper triangle, else NaN; noise: of the points of both base samples."""

    first: np.ndarray
    total: np.ndarray
    second: np.ndarray
    noise: Noise


def blocks(values: np.ndarray, axes: int, second_order: bool) -> np.ndarray:
    """Values (points, R) in Saltelli's layout as (base, rows, R); rows: A, A with a column of B each, [the reverse,] B."""
    rows = 2 * axes + 2 if second_order else axes + 2
    return centred(values).reshape(-1, rows, values.shape[1])


def sobol_indices(block: np.ndarray, axes: int, weights: np.ndarray) -> Sobol:
    """Indices from :func:`blocks`; NaN where the noise-free variance is not above zero.

    Where the design is laid out for second order, both base samples serve in both roles and the mean is taken. So an axis that
    does nothing has no interaction with any other, exactly, which the estimate from one role alone has not.
    """
    rows = np.ascontiguousarray(block.transpose(1, 0, 2))  # (rows, base, R)
    a, b, mixed, reverse = rows[0], rows[-1], rows[1 : axes + 1], rows[axes + 1 : -1]
    both = noise(np.concatenate([a, b]), weights)
    variance = both.signal if both.signal > 0 else np.nan
    roles = [(a, b, mixed)] + ([(b, a, reverse)] if len(reverse) else [])
    first = np.mean([_first(*role, weights) for role in roles], axis=0) / variance
    total = np.mean([_total(one, change, weights) for one, _, change in roles], axis=0) / variance
    if not len(reverse):
        return Sobol(first, total, np.full((axes, axes), np.nan), both)
    joint = _pair_products(reverse, mixed, weights)
    closed = (joint + joint.T) / 2 - distinct_pairs(a, b, weights)
    second = np.where(np.triu(np.ones((axes, axes), bool), 1), closed / variance - first[:, None] - first, np.nan)
    return Sobol(first, total, second, both)


def _first(one, other, changed, weights) -> np.ndarray:
    """(axes,) variance by an axis alone; changed: ``one`` with that column of ``other``, (axes, base, R)."""
    return distinct_pairs(other[:, None], changed.transpose(1, 0, 2) - one[:, None], weights)


def _total(one, changed, weights) -> np.ndarray:
    """(axes,) variance that is gone once all other axes are known."""
    difference = one[:, None] - changed.transpose(1, 0, 2)
    return distinct_pairs(difference, difference, weights) / 2


def _pair_products(u: np.ndarray, v: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(axes, axes): as :func:`distinct_pairs` for each pair of u[j] and v[k], both (axes, base, R)."""
    size = u.shape[1]
    if len(weights) == 1:
        return u[..., 0] @ v[..., 0].T / size
    squares = weights * weights
    same = np.tensordot(u * squares, v, axes=([1, 2], [1, 2]))
    return ((u @ weights) @ (v @ weights).T - same) / size / (weights.sum() ** 2 - squares.sum())


# Morris --------------------------------------------------------------------------------------------------------------


class Morris(NamedTuple):
    """By axis, outcome units over its whole range: mean size of effects, mean effect, their spread, and floor.

    floor: mean size that noise alone would give; 0 with one replicate, where nothing is known of it.
    """

    mu_star: np.ndarray
    mu: np.ndarray
    sigma: np.ndarray
    floor: np.ndarray


def elementary_effects(points: np.ndarray, values: np.ndarray, levels: int) -> np.ndarray:
    """(trajectories, axes, R): change of the outcome over the whole range of the axis that moved.

    points: (trajectories · (axes + 1), axes), of which only the direction of each step counts. ValueError unless every
    trajectory moves each axis once, one at a time.
    """
    axes, replicates = points.shape[1], values.shape[1]
    steps = np.diff(points.reshape(-1, axes + 1, axes), axis=1)
    moves = steps != 0
    if not (moves.sum(axis=1) == 1).all() or not (moves.sum(axis=2) == 1).all():
        raise ValueError("the points are not trajectories that move each axis once")
    moved = moves.argmax(axis=2)
    direction = np.sign(np.take_along_axis(steps, moved[..., None], axis=2))
    changes = np.diff(values.reshape(-1, axes + 1, replicates), axis=1)
    effects = np.empty_like(changes)
    share = levels / (2 * (levels - 1))  # of the range that a step covers
    np.put_along_axis(effects, moved[..., None], changes / (direction * share), axis=1)
    return effects


def morris_measures(effects: np.ndarray, weights: np.ndarray) -> Morris:
    """Measures of :func:`elementary_effects`."""
    mean = effects @ weights / weights.sum()  # (trajectories, axes)
    size = (mean**2).mean(axis=0)
    excess = size - distinct_pairs(effects, effects, weights)
    excess = np.where(excess > ROUNDING * size.max(), excess, 0.0)
    floor = np.sqrt(2 / np.pi * excess)  # mean size of a normal error of that variance
    spread = mean.std(axis=0, ddof=1) if len(mean) > 1 else np.full(mean.shape[1], np.nan)
    return Morris(np.abs(mean).mean(axis=0), mean.mean(axis=0), spread, floor)
