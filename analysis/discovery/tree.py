"""A shallow tree (CART, scikit-learn's): the same question with every point in some leaf. Noise gives a tree of one leaf."""

import numpy as np
import pandas as pd

from analysis.discovery.boxes import FOLDS, Box, Limit, enough
from sim.errors import NcrError

DEPTH, LEAST_LEAF = 3, 0.05  # splits on the way to a leaf; share of the points in the smallest


def find_leaves(x: pd.DataFrame, interest: np.ndarray, *, seed: int = 1) -> list[Box]:
    """Leaves with their coverage and density, the densest first; [] where no split predicts points that it has not seen.

    The tree is pruned by cost and complexity (Breiman et al. 1984): of the trees whose squared error on points left out is within
    one standard error of the best, the smallest.
    """
    try:
        from sklearn.tree import DecisionTreeRegressor
    except ImportError:
        raise NcrError(
            "the tree needs scikit-learn, which is not installed; run: pip install 'ncr-sim[analysis]'"
        ) from None
    x, target = x.reset_index(drop=True).astype(float), np.asarray(interest, float)
    if not enough(target > 0):
        return []
    options = {
        "max_depth": DEPTH,
        "min_samples_leaf": max(5, round(LEAST_LEAF * len(x))),
        "random_state": 0,
    }  # of ties between splits

    def grown(points, **extra):
        return DecisionTreeRegressor(**options, **extra).fit(x[points].to_numpy(), target[points])

    everything = np.ones(len(x), bool)
    prices = np.maximum(
        DecisionTreeRegressor(**options).cost_complexity_pruning_path(x.to_numpy(), target).ccp_alphas, 0
    )
    fold = np.random.default_rng(seed).permutation(np.arange(len(x)) % FOLDS)
    errors = np.empty((len(prices), len(x)))
    for part in range(FOLDS):
        for k, price in enumerate(prices):
            tree = grown(fold != part, ccp_alpha=price)
            errors[k, fold == part] = (tree.predict(x[fold == part].to_numpy()) - target[fold == part]) ** 2
    best = int(errors.mean(axis=1).argmin())
    worse = errors - errors[best]  # paired: the same points
    allowed = worse.mean(axis=1) <= worse.std(axis=1, ddof=1) / np.sqrt(len(x))
    price = prices[np.flatnonzero(allowed).max()]
    tree = grown(everything, ccp_alpha=price)
    leaves = [_box(limits, x, target > 0) for limits in _ways(tree.tree_, list(x.columns))]
    return sorted(leaves, key=lambda leaf: -leaf.density) if len(leaves) > 1 else []


def _ways(tree, names: list[str], node: int = 0, limits: tuple[Limit, ...] = ()):
    """The limits on the way to each leaf; of several on one side of an axis the tightest."""
    if tree.children_left[node] < 0:
        yield limits
        return
    for child, above in ((tree.children_left[node], False), (tree.children_right[node], True)):
        limit = Limit(names[tree.feature[node]], above, float(tree.threshold[node]))
        others = tuple(one for one in limits if (one.axis, one.above) != (limit.axis, above))
        yield from _ways(tree, names, child, (*others, limit))


def _box(limits, x: pd.DataFrame, interest: np.ndarray) -> Box:
    mask = np.ones(len(x), bool)
    for limit in limits:
        mask &= limit.holds(x)
    found = int(interest[mask].sum())
    return Box(limits, int(mask.sum()), found, found / interest.sum(), found / max(1, mask.sum()))
