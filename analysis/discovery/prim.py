"""One box of PRIM's, and the limits that stand up in it: the search of :mod:`analysis.discovery.boxes`."""

import logging
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.ema import workbench

# Share of the points that a step peels off (with a twentieth, few hundred points often stop it too early); smallest box.
PEEL, LEAST_MASS = 0.1, 0.05
RESTRICTION = 0.05  # largest quasi-p-value of a restriction that is kept


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
