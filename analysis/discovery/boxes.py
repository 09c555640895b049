"""Boxes by PRIM (Friedman and Fisher 1999, ema_workbench's): ranges of few axes in which most of the points of interest lie.

PRIM finds a box in anything, noise included, and says how dense it is in the sample that it was fitted to. So every box is
also looked for without a part of the points and tried on that part, for each of five parts: what is dense there too is
reported, what is not is not. Where runs at several points share their draws, a lucky draw makes the same region dense at points that
were seen and at those that were not; there the box is also looked for in half of the replicates and tried on runs of the
other half, and is confirmed only by that. Quasi-p-values (Bryant and Lempert 2010) are given beside each restriction; they do not know that the
box was searched for.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.discovery.prim import Limit, search
from sim.errors import NcrError

CHANCE = (
    0.01  # largest p-value: of a box that is reported, on points left out of its search, and of one that is confirmed
)
FOLDS = 5
LEAST = 10  # points of interest, and others, below which nothing is looked for
MOST_BOXES = 4
FEWEST_DRAWS = 3  # replicates with runs, in a half, below which their spread says nothing
LEAST_REPLICATES = 10  # with draws that points share, to be cut into halves: five runs of a point can tell a sharp rule
# What confirms nearly every rule that holds at all points of the box and no other; see the trials in docs/sensitivity.md.
ENOUGH_REPLICATES, ENOUGH_POINTS = 20, 60
# Why a box is not confirmed.
NOT_TRIED, NO_HALF, LUCK_OF_DRAWS, LUCK_OF_POINTS, AFTER = (
    "not tried on other draws", "no box in a half of the draws", "luck of the draws", "luck of the points", "after one in doubt",
)  # fmt: skip


@dataclass(frozen=True)
class Box:
    """limits: its sides. points, interest: in the box. coverage: share of all points of interest; density: share of interest in it.

    out_coverage, out_density: the same on what the search had not seen: of a box that draws left out confirm, those; else points.
    p_points: chance of such a density on points left out, by luck. p: the same on what confirms a box: draws left out, if points share
    draws (NaN if it could not be tried there), else the points. doubt: why the box is not confirmed, "" if it is.
    """

    limits: tuple[Limit, ...]
    points: int
    interest: int
    coverage: float
    density: float
    out_coverage: float = float("nan")
    out_density: float = float("nan")
    p: float = float("nan")
    p_points: float = float("nan")
    doubt: str = ""

    @property
    def confirmed(self) -> bool:
        """Whether it holds on what decides, and so do those before it."""
        return not self.doubt


@dataclass(frozen=True)
class Trial:
    """Boxes on what their search had not seen. points, draws: chance of such a density by luck of the points, and of the draws."""

    coverage: float
    density: float
    points: float
    draws: float = 0.0  # of draws that points do not share


def inside(limits, x: pd.DataFrame) -> np.ndarray:
    """(points,) bool: every limit holds."""
    return np.logical_and.reduce([limit.holds(x) for limit in limits], initial=True, axis=0) & np.ones(len(x), bool)


def find_boxes(
    x: pd.DataFrame, interest: np.ndarray, *, least_density: float | None = None, most: int = MOST_BOXES, seed: int = 1,
    shared: np.ndarray | None = None, share: float = 0.5,
) -> list[Box]:  # fmt: skip
    """Boxes, each of the points that the ones before left; none where luck of the points explains it. Those in doubt come last.

    x: (points, axes), independent points. interest: (points,) bool. least_density: the widest box that dense; without it the
    one with the best harmonic mean of coverage and of the gain in density over all points (as a share of the greatest possible).
    shared: (points, replicates) 1 where a run has the outcome, NaN where it failed, if points share the draws of a replicate: no box is
    confirmed without LEAST_REPLICATES of them. A point is of interest if at least ``share`` of its runs have it.
    """
    x, interest = x.reset_index(drop=True).astype(float), np.asarray(interest, bool)
    if len(x) != len(interest) or not np.isfinite(x.to_numpy()).all():
        raise NcrError("discovery needs a finite number for every axis at every point, and one outcome a point")
    boxes: list[Box] = []
    left = np.arange(len(x))
    while len(boxes) < most and enough(interest[left]):
        here, wanted = x.loc[left].reset_index(drop=True), interest[left]
        limits = search(here, wanted, least_density)
        runs = None if shared is None else shared[left]
        tried = _tried(here, wanted, runs, share, least_density, seed) if limits else None
        if tried is None:
            break
        trial, measures = tried
        if boxes and boxes[-1].doubt:  # else every box in doubt would be one more chance of a lucky one
            measures["doubt"] = measures["doubt"] or AFTER
        mask, of_all = inside(limits, here), int(interest.sum())
        found = int(wanted[mask].sum())
        if found / mask.sum() <= interest.mean():
            break  # denser than what is left, but not than all
        scale = wanted.sum() / of_all
        density, out = found / mask.sum(), (trial.coverage * scale, trial.density)
        boxes.append(Box(limits, int(mask.sum()), found, found / of_all, density, *out, **measures))
        left = left[~mask]
    return boxes


def enough(interest: np.ndarray) -> bool:
    """Whether there are points of interest, and others, to tell apart."""
    return bool(min(interest.sum(), (~interest).sum()) >= LEAST)


def _tried(x, interest, runs, share: float, least_density, seed: int) -> tuple[Trial, dict] | None:
    """(what the box is worth where its search had not been, its p, p_points and doubt); None where luck of the points explains it."""
    by_points = held_out(x, interest, least_density, seed)
    p_points = by_points.points if by_points else float("nan")
    halves = runs is not None and runs.shape[1] >= LEAST_REPLICATES
    by_draws = held_out_of_draws(x, runs, share, least_density, seed) if halves else None
    p = max(by_draws.points, by_draws.draws) if by_draws else float("nan") if runs is not None else p_points
    tried = by_draws or by_points
    if p <= CHANCE and tried:
        return tried, {"p": p, "p_points": p_points, "doubt": ""}
    if by_points is None or p_points > CHANCE:
        return None
    if by_draws:
        doubt = LUCK_OF_DRAWS if by_draws.draws > CHANCE else LUCK_OF_POINTS
    else:
        doubt = NO_HALF if halves else NOT_TRIED
    return by_points, {"p": p, "p_points": p_points, "doubt": doubt}


def held_out(x, interest, least_density, seed: int) -> Trial | None:
    """Boxes on the points that their search did not see; None where no part has any in a box.

    points: one-sided hypergeometric, drawing as many points as fell into boxes.
    """
    mask = predicted(x, interest, least_density, np.random.default_rng(seed))
    if not mask.any():
        return None
    hits = int(interest[mask].sum())
    return Trial(hits / interest.sum(), hits / mask.sum(), luck_of_points(interest, mask))


def held_out_of_draws(x, shared, share: float, least_density, seed: int) -> Trial | None:
    """The same where points share the draws of a replicate: search in one half of the replicates, try on the other, and back.

    points, draws: the larger of the two halves' chances.
    """
    draw = np.random.default_rng(seed)
    half = draw.permutation(np.arange(shared.shape[1]) % 2)
    hits = inner = wanted = 0
    points = draws = 0.0
    for side in (0, 1):
        ran = np.isfinite(shared[:, half == 0]).any(axis=1) & np.isfinite(shared[:, half == 1]).any(axis=1)
        seen, tried = shared[ran][:, half == side], shared[ran][:, half != side]
        mask = predicted(x[ran].reset_index(drop=True), of_interest(seen, share), least_density, draw)
        if not mask.any():
            return None
        there = of_interest(tried, share)
        points, draws = max(points, luck_of_points(there, mask)), max(draws, luck_of_draws(tried, mask))
        hits, inner, wanted = hits + int(there[mask].sum()), inner + int(mask.sum()), wanted + int(there.sum())
    return Trial(hits / max(wanted, 1), hits / inner, points, draws)


def of_interest(runs: np.ndarray, share: float) -> np.ndarray:
    """(points,) bool: at least ``share`` of the runs (points, replicates) that did not fail have the outcome."""
    ran = np.isfinite(runs)
    return np.where(ran, runs, 0).sum(axis=1) >= share * ran.sum(axis=1) - 1e-9


def predicted(x: pd.DataFrame, interest: np.ndarray, least_density, draw: np.random.Generator) -> np.ndarray:
    """(points,) bool: does a point lie in the box that was found without its part of the points?"""
    fold = draw.permutation(np.arange(len(x)) % FOLDS)
    mask = np.zeros(len(x), bool)
    for part in range(FOLDS):
        seen = fold != part
        if enough(interest[seen]):
            limits = search(x[seen].reset_index(drop=True), interest[seen], least_density)
            mask[~seen] = inside(limits, x[~seen]) if limits else False
    return mask


def luck_of_points(interest: np.ndarray, mask: np.ndarray) -> float:
    """Chance of as many points of interest among so many drawn (hypergeometric, one-sided)."""
    from scipy.stats import hypergeom

    return float(hypergeom.sf(int(interest[mask].sum()) - 1, len(mask), int(interest.sum()), int(mask.sum())))


def luck_of_draws(runs: np.ndarray, mask: np.ndarray) -> float:
    """Chance of such a gain in the box by the draws: one-sided t over replicates, of the share in the box less that at all points.

    runs: (points, replicates), NaN where a run failed. 1 with fewer than FEWEST_DRAWS replicates that have runs in the box.
    """
    from scipy.stats import ttest_1samp

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of a replicate that failed everywhere
        gains = np.nanmean(runs[mask], axis=0) - np.nanmean(runs, axis=0)
    gains = gains[np.isfinite(gains)]
    if len(gains) < FEWEST_DRAWS or gains.mean() <= 0:
        return 1.0
    return float(ttest_1samp(gains, 0.0, alternative="greater").pvalue) if np.ptp(gains) else 0.0
