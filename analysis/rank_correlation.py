"""Spearman's correlation of what many runs give with what was observed, with an interval over states, poles and runs.

A panel has Y years and U units: states, pairs of states, or states with a pole. Units share states and poles, so they are
not resampled one by one: states are drawn with replacement, poles apart from them, and a unit counts as often as the
product of its members (the pigeonhole bootstrap of crossed factors; Owen 2007, from memory). Runs are drawn too. One
interval covers all three; it does not cover what the data may be off. One pole or two cannot be drawn from, so a panel of
nothing but states with a pole has no interval with fewer than ``LEAST_POLES``. Where nothing is related, with fourteen states and
four poles, that of ``across`` leaves 0 out in 2 to 9 % of made-up worlds, most often where little but the pole makes a difference
(tests/test_rank_correlation.py has a short version).
"""

from dataclasses import dataclass

import numpy as np

LEAST_UNITS = 5  # with a known value, in a year that counts
LEAST_YEARS = 4  # with a known value, of a unit that counts
LEAST_POLES = 3  # with a known value, in a panel whose units each have one
RESAMPLES = 400
RUN_DRAWS = 40  # resamples of runs for what is within units, where states do not change the ranks


@dataclass(frozen=True)
class Panel:
    """simulated: (R, Y, U). observed: (Y, U), NaN where unknown. years: (Y,). members: (U, 3) two states of a unit, indices
    below ``states``, and a pole, below ``poles``; −1 where there is none. note: what was left out of it, in words."""

    simulated: np.ndarray
    observed: np.ndarray
    years: np.ndarray
    members: np.ndarray
    states: int
    poles: int = 0
    note: str = ""

    def known(self) -> np.ndarray:
        """(Y, U) bool: both sides have a number."""
        return np.isfinite(self.observed) & np.isfinite(self.simulated).all(axis=0)


@dataclass(frozen=True)
class Correlation:
    """across: mean over years of the correlation over units; within: mean over units of that over years. NaN: unknown."""

    across: float
    across_low: float
    across_high: float
    within: float
    within_low: float
    within_high: float
    units: int
    years: int


def ranks(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mid-ranks along the last axis where an entry stands as often as its weight says (0: not at all)."""
    order = np.argsort(values, axis=-1, kind="stable")
    sorted_values, mass = np.take_along_axis(values, order, -1), np.take_along_axis(weights, order, -1)
    upto = mass.cumsum(axis=-1)
    step = np.diff(sorted_values, axis=-1) != 0
    edge = np.ones((*values.shape[:-1], 1), bool)
    below = np.maximum.accumulate(np.where(np.concatenate([edge, step], -1), upto - mass, 0.0), axis=-1)
    above = np.where(np.concatenate([step, edge], -1), upto, np.inf)[..., ::-1]
    above = np.minimum.accumulate(above, axis=-1)[..., ::-1]
    result = np.empty(values.shape)
    np.put_along_axis(result, order, (below + above) / 2, -1)
    return result


def spearman(one: np.ndarray, other: np.ndarray, weights: np.ndarray, least: int) -> np.ndarray:
    """Along the last axis; entries with weight 0 do not count. NaN with fewer than ``least`` entries or without variation."""
    first, second = ranks(np.where(weights > 0, one, 0.0), weights), ranks(np.where(weights > 0, other, 0.0), weights)
    total = np.maximum(weights.sum(axis=-1, keepdims=True), 1e-300)
    first = first - (first * weights).sum(axis=-1, keepdims=True) / total
    second = second - (second * weights).sum(axis=-1, keepdims=True) / total
    spread = (weights * first**2).sum(axis=-1) * (weights * second**2).sum(axis=-1)
    enough = ((weights > 0).sum(axis=-1) >= least) & (spread > 1e-12 * total[..., 0] ** 6)
    return np.where(enough, (weights * first * second).sum(axis=-1) / np.sqrt(np.where(enough, spread, 1.0)), np.nan)


def correlate(panel: Panel, chosen: np.ndarray, seed: int, resamples: int = RESAMPLES) -> Correlation:
    """The correlation of a panel over the years ``chosen`` (bool), and 95 % intervals."""
    known = panel.known() & chosen[:, None]
    runs = panel.simulated.shape[0]
    flat = np.nan_to_num(panel.simulated).reshape(runs, -1)
    observed = np.nan_to_num(panel.observed)

    def by_year(run_weights: np.ndarray, units: np.ndarray) -> np.ndarray:
        simulated = (run_weights @ flat).reshape(observed.shape)
        return spearman(simulated, observed, known * units, LEAST_UNITS)

    def by_unit(run_weights: np.ndarray) -> np.ndarray:
        simulated = (run_weights @ flat).reshape(observed.shape)
        return spearman(simulated.T, observed.T, known.T * 1.0, LEAST_YEARS)

    evenly, once = np.full(runs, 1 / runs), np.ones(known.shape[1])
    draw = np.random.default_rng([seed, 6])
    poles = np.random.default_rng([seed, 7])  # apart, so that a panel without poles has the draws of one with
    pool = [by_unit(draw.multinomial(runs, evenly) / runs) for _ in range(RUN_DRAWS)]
    drawn = []
    for turn in range(resamples):
        units = unit_weights(panel.members, _times(draw, panel.states), _times(poles, panel.poles))
        years = by_year(draw.multinomial(runs, evenly) / runs, units)
        drawn.append((_mean(years, np.ones(len(years))), _mean(pool[turn % RUN_DRAWS], units, LEAST_UNITS)))
    intervals = [_interval(values) for values in np.array(drawn).T]
    if fewer_poles(panel, known):
        intervals = [(float("nan"), float("nan"))] * 2
    across, within = _mean(by_year(evenly, once), np.ones(len(known))), _mean(by_unit(evenly), once, LEAST_UNITS)
    return Correlation(
        across, *intervals[0], within, *intervals[1], int(known.any(axis=0).sum()), int(known.any(axis=1).sum())
    )


def fewer_poles(panel: Panel, known: np.ndarray) -> int:
    """Poles with a value among ``known`` (Y, U) if every such unit has one and they are too few for an interval, else 0."""
    poles = np.unique(panel.members[known.any(axis=0), 2])
    return len(poles) if len(poles) and poles[0] >= 0 and len(poles) < LEAST_POLES else 0


def unit_weights(members: np.ndarray, states: np.ndarray, poles: np.ndarray) -> np.ndarray:
    """(U,) how often a unit counts: the product of how often its states (N,) and its pole (P,) were drawn."""
    states, poles = np.append(states, 1.0), np.append(poles, 1.0)  # −1, no member, counts once
    return states[members[:, 0]] * states[members[:, 1]] * poles[members[:, 2]]


def _times(draw: np.random.Generator, number: int) -> np.ndarray:
    """(number,) how often each is drawn in ``number`` draws with replacement."""
    return draw.multinomial(number, np.full(number, 1 / number)).astype(float) if number else np.zeros(0)


def _mean(values: np.ndarray, weights: np.ndarray, least: int = 1) -> float:
    """Weighted mean of the values that are known; NaN with fewer than ``least`` of them."""
    counts = np.isfinite(values) & (weights > 0)
    return float(np.average(values[counts], weights=weights[counts])) if counts.sum() >= least else float("nan")


def _interval(values: np.ndarray) -> tuple[float, float]:
    """95 % interval over the resamples that have a value; NaN if fewer than half of them have one."""
    known = values[np.isfinite(values)]
    if 2 * len(known) < len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)
