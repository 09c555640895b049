"""What facts compute from arrays over runs: first crossings, slopes, concentration, brokerage. R runs, K quarters, N nodes."""

import numpy as np


def first_time(reached: np.ndarray) -> np.ndarray:
    """(R,) index of the first true along the last axis of (R, K), infinity where there is none."""
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1), np.inf)


def per_cent(held: np.ndarray) -> str:
    """A share of runs as text, for notes."""
    return f"{100 * held.mean():.0f} % of runs"


def year_mean(series, year: int) -> np.ndarray:
    """(R,) mean of ``series(stretch)`` over the quarters of a year."""
    return series((f"{year}Q1", f"{year}Q4")).mean(axis=1)


def slope(values: np.ndarray) -> np.ndarray:
    """(R,) least-squares slope per quarter of (R, K)."""
    time = np.arange(values.shape[1]) - (values.shape[1] - 1) / 2
    return (values * time).sum(axis=1) / (time**2).sum()


def herfindahl(mass: np.ndarray) -> np.ndarray:
    """Σ shares² over the last axis; 0 without any mass."""
    total = mass.sum(axis=-1)
    return np.where(total > 0, (mass**2).sum(axis=-1) / np.where(total > 0, total, 1) ** 2, 0.0)


def betweenness(weights: np.ndarray, least: float = 0.01) -> np.ndarray:
    """(R, N) pairs of other nodes whose shortest path, of lengths 1/weight, runs through a node; weights (R, N, N)."""
    n = weights.shape[1]
    distance = np.where(weights > least, 1.0 / np.maximum(weights, least), np.inf)
    distance[:, range(n), range(n)] = 0.0
    for k in range(n):
        distance = np.minimum(distance, distance[:, :, k, None] + distance[:, None, k, :])
    result = np.zeros(weights.shape[:2])
    for v in range(n):
        others = [i for i in range(n) if i != v]
        direct = distance[:, others][:, :, others]
        through = distance[:, others, v][:, :, None] + distance[:, v, others][:, None, :]
        passes = np.isfinite(direct) & (through <= direct * (1 + 1e-9)) & ~np.eye(n - 1, dtype=bool)
        result[:, v] = passes.sum(axis=(1, 2)) / 2
    return result
