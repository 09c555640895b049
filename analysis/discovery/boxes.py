"""Boxes by PRIM (Friedman and Fisher 1999, ema_workbench's): ranges of few axes in which most of the points of interest lie.

PRIM finds a box in anything, noise included, and says how dense it is in the sample that it was fitted to. So every box is
also looked for without a part of the points and tried on that part, for each of five parts: what is dense there too is
reported, what is not is not. Where runs at several points share their draws, a lucky draw makes the same region dense at points that
were seen and at those that were not; there the box is looked for in half of the replicates and tried on runs of the
other half. Quasi-p-values (Bryant and Lempert 2010) are given beside each restriction; they do not know that the
box was searched for.
"""

import logging
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.ema import workbench
from sim.errors import NcrError

# Share of the points that a step peels off (with a twentieth, few hundred points often stop it too early); smallest box.
PEEL, LEAST_MASS = 0.1, 0.05
RESTRICTION = 0.05  # largest quasi-p-value of a restriction that is kept
CHANCE = 0.01  # largest p-value, on points left out of the search, of a box that is reported
FOLDS = 5
LEAST = 10  # points of interest, and others, below which nothing is looked for
MOST_BOXES = 4
FEWEST_DRAWS = 3  # replicates with runs, in a half, below which their spread says nothing
LEAST_REPLICATES = 10  # with draws that points share, to be cut into halves: five runs of a point are few, but tell


@dataclass(frozen=True)
class Limit:
    """One side of a box: ``axis`` above (or below) ``value``. quasi_p: chance of a density like that of the box without it."""

    axis: str
    above: bool
    value: float
    quasi_p: float = float("nan")

    def holds(self, x: pd.DataFrame) -> np.ndarray:
        """(points,) bool."""
        column = x[self.axis].to_numpy()
        return column > self.value if self.above else column < self.value


@dataclass(frozen=True)
class Box:
    """limits: its sides. points, interest: in the box. coverage: share of all points of interest; density: share of interest in it.

    out_coverage, out_density: the same on points that the search had not seen. p: chance of such a density there by luck.
    """

    limits: tuple[Limit, ...]
    points: int
    interest: int
    coverage: float
    density: float
    out_coverage: float = float("nan")
    out_density: float = float("nan")
    p: float = float("nan")


def inside(limits, x: pd.DataFrame) -> np.ndarray:
    """(points,) bool: every limit holds."""
    return np.logical_and.reduce([limit.holds(x) for limit in limits], initial=True, axis=0) & np.ones(len(x), bool)


def find_boxes(
    x: pd.DataFrame, interest: np.ndarray, *, least_density: float | None = None, most: int = MOST_BOXES, seed: int = 1,
    shared: np.ndarray | None = None, share: float = 0.5,
) -> list[Box]:  # fmt: skip
    """Boxes, each of the points that the ones before left; none where nothing holds up.

    x: (points, axes), independent points. interest: (points,) bool. least_density: the widest box that dense; without it the
    one with the best harmonic mean of coverage and of the gain in density over all points (as a share of the greatest possible).
    shared: (points, replicates) 1 where a run has the outcome, NaN where it failed, if points share the draws of a replicate
    (LEAST_REPLICATES of them); a point is of interest if at least ``share`` of its runs have it.
    """
    x, interest = x.reset_index(drop=True).astype(float), np.asarray(interest, bool)
    if len(x) != len(interest) or not np.isfinite(x.to_numpy()).all():
        raise NcrError("discovery needs a finite number for every axis at every point, and one outcome a point")
    boxes: list[Box] = []
    left = np.arange(len(x))
    while len(boxes) < most and enough(interest[left]):
        here, wanted = x.loc[left].reset_index(drop=True), interest[left]
        limits = search(here, wanted, least_density)
        held = None
        if limits and shared is not None:
            held = held_out_of_draws(here, shared[left], share, least_density, seed)
        elif limits:
            held = held_out(here, wanted, least_density, seed)
        if held is None or held[2] > CHANCE:
            break
        mask, of_all = inside(limits, here), int(interest.sum())
        found = int(wanted[mask].sum())
        if found / mask.sum() <= interest.mean():
            break  # denser than what is left, but not than all
        scale = wanted.sum() / of_all
        boxes.append(
            Box(limits, int(mask.sum()), found, found / of_all, found / mask.sum(), held[0] * scale, *held[1:])
        )
        left = left[~mask]
    return boxes


def enough(interest: np.ndarray) -> bool:
    """Whether there are points of interest, and others, to tell apart."""
    return bool(min(interest.sum(), (~interest).sum()) >= LEAST)


def held_out(x, interest, least_density, seed: int) -> tuple[float, float, float] | None:
    """(coverage, density, p) of boxes on the points that their search did not see; None where no part has any in a box.

    p: one-sided hypergeometric, drawing as many points as fell into boxes.
    """
    mask = predicted(x, interest, least_density, np.random.default_rng(seed))
    if not mask.any():
        return None
    hits = int(interest[mask].sum())
    return hits / interest.sum(), hits / mask.sum(), luck_of_points(interest, mask)


def held_out_of_draws(x, shared, share: float, least_density, seed: int) -> tuple[float, float, float] | None:
    """The same where points share the draws of a replicate: search in one half of the replicates, try on the other, and back.

    p: the larger of two, for each half: by luck of the points, and by luck of the draws; and the larger of the halves'.
    """
    draw = np.random.default_rng(seed)
    half = draw.permutation(np.arange(shared.shape[1]) % 2)
    hits = inner = wanted = 0
    p = 0.0
    for side in (0, 1):
        ran = np.isfinite(shared[:, half == 0]).any(axis=1) & np.isfinite(shared[:, half == 1]).any(axis=1)
        seen, tried = shared[ran][:, half == side], shared[ran][:, half != side]
        mask = predicted(x[ran].reset_index(drop=True), of_interest(seen, share), least_density, draw)
        if not mask.any():
            return None
        there = of_interest(tried, share)
        p = max(p, luck_of_points(there, mask), luck_of_draws(tried, mask))
        hits, inner, wanted = hits + int(there[mask].sum()), inner + int(mask.sum()), wanted + int(there.sum())
    return hits / max(wanted, 1), hits / inner, p


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


def search(x: pd.DataFrame, interest: np.ndarray, least_density: float | None = None) -> tuple[Limit, ...]:
    """The limits of one box, the surest first; () for none.

    PRIM peels off a tenth at a time; what it leaves at a side without a point of interest is cut off too. Restrictions that do
    not stand up are dropped, the weakest first, as long as the box stays as dense as is wanted.
    """
    prim = prim_module()
    moving = x.loc[:, x.nunique() > 1]
    if moving.empty:
        return ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of pandas, by ema_workbench
        # A threshold that every box meets (0 would count all points as of interest): the box is chosen here, not by PRIM.
        box = prim.Prim(moving, interest, threshold=1e-9, peel_alpha=PEEL, mass_min=LEAST_MASS).find_box()
    chosen, whole = _chosen(box.peeling_trajectory, float(interest.mean()), least_density), box.box_lims[0]
    if chosen is None:
        return ()
    lims = box.box_lims[chosen].copy()
    while True:
        lims = _trimmed(lims, whole, moving, interest)
        box.update(lims, np.flatnonzero(_within(moving, lims)))
        sides = _sides(box.qp[-1])
        wider, weakest = lims.copy(), max(sides, key=sides.__getitem__, default=None)
        if weakest and sides[weakest] > RESTRICTION:
            wider.loc[weakest[1], weakest[0]] = whole.loc[weakest[1], weakest[0]]
        if wider.equals(lims) or interest[_within(moving, wider)].mean() < (least_density or 0):
            return tuple(_limit(moving, lims, side, p) for side, p in sorted(sides.items(), key=lambda item: item[1]))
        lims = wider


def _within(x: pd.DataFrame, lims: pd.DataFrame) -> np.ndarray:
    return ((x >= lims.loc[0]) & (x <= lims.loc[1])).all(axis=1).to_numpy()


def _trimmed(lims: pd.DataFrame, whole: pd.DataFrame, x: pd.DataFrame, interest: np.ndarray) -> pd.DataFrame:
    """The box with every restricted side at its outermost point of interest."""
    kept = x[_within(x, lims) & interest]
    ends = pd.DataFrame([kept.min(), kept.max()], index=lims.index)
    return lims.where(lims == whole, ends)


def _chosen(path: pd.DataFrame, base: float, least_density: float | None) -> int | None:
    """Place on the peeling trajectory; see :func:`find_boxes`."""
    coverage, density = path["coverage"].to_numpy(float), path["density"].to_numpy(float)
    if least_density is not None:
        dense = density >= least_density
        return int(np.argmax(np.where(dense, coverage, -1.0))) if dense.any() else None
    gain = np.maximum((density - base) / (1 - base), 0.0)
    score = 2 * gain * coverage / np.maximum(gain + coverage, 1e-12)
    return int(np.argmax(score)) if score.max() > 0 else None


def _sides(quasi_p: dict) -> dict[tuple[str, int], float]:
    """(axis, 0 lower or 1 upper) → quasi-p-value, of the sides that are restricted (ema_workbench marks others with −1)."""
    return {(name, side): float(p) for name, both in quasi_p.items() for side, p in enumerate(both) if p >= 0}


def _limit(x: pd.DataFrame, lims: pd.DataFrame, side: tuple[str, int], quasi_p: float) -> Limit:
    """The side half-way between the last value within and the first beyond, so that > and < mean the same as ≥ and ≤."""
    name, upper = side
    values, edge = np.unique(x[name]), lims.loc[upper, name]
    if upper:
        value = (values[values <= edge].max() + values[values > edge].min()) / 2
    else:
        value = (values[values >= edge].min() + values[values < edge].max()) / 2
    return Limit(name, not upper, float(value), quasi_p)


def prim_module():
    """ema_workbench's PRIM, without its messages."""
    prim = workbench("ema_workbench.analysis.prim")
    logging.getLogger("EMA").setLevel(logging.WARNING)
    return prim
