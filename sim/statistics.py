"""Intervals for shares and paired differences: what every reported number carries."""

import math

import numpy as np

Z95 = 1.959963984540054


def wilson(successes: int, total: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927), 0–1; (0, 1) without any run."""
    if total == 0:
        return 0.0, 1.0
    share, z2 = successes / total, Z95 * Z95
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return max(0.0, centre - half), min(1.0, centre + half)


def clustered_share(counts, totals) -> tuple[float | None, float | None]:
    """95 % interval of a share over clusters that share their draws: t over the shares of clusters, held to 0–1.

    counts, totals: successes and trials of each cluster (one without trials is left out). Where all clusters are 0 or
    all 1, Wilson's with each cluster as one trial, since t would have no width. (None, None) with fewer than two clusters, and where
    all have the same share between: so few say nothing of their spread.
    """
    counts, totals = np.asarray(counts, float), np.asarray(totals, float)
    shares = counts[totals > 0] / totals[totals > 0]
    if len(shares) < 2:
        return None, None
    mean = float(shares.mean())
    if mean in (0.0, 1.0):
        return wilson(round(mean) * len(shares), len(shares))
    if np.ptp(shares) == 0.0:
        return None, None
    half = student_975(len(shares) - 1) * float(shares.std(ddof=1)) / math.sqrt(len(shares))
    return max(0.0, mean - half), min(1.0, mean + half)


def paired_difference(first, second) -> tuple[float, float, float]:
    """(mean, low, high) of first − second over pairs with a 95 % interval by the t distribution.

    NaN without a pair; of one pair only the mean is known.
    """
    difference = np.asarray(first, float) - np.asarray(second, float)
    difference = difference[np.isfinite(difference)]
    if len(difference) == 0:
        return (float("nan"),) * 3
    mean = float(difference.mean())
    if len(difference) == 1:
        return mean, float("nan"), float("nan")
    half = student_975(len(difference) - 1) * float(difference.std(ddof=1)) / math.sqrt(len(difference))
    return mean, mean - half, mean + half


def paired_share_difference(first, second) -> tuple[float, float, float]:
    """(difference, low, high) of two shares over pairs of yes/no outcomes with a 95 % interval (Bonett and Price 2012).

    One is added to each kind of discordant pair, so that an outcome that never differed in 200 pairs is not reported as
    certain never to differ, which the t interval of width 0 would do.
    """
    first, second = np.asarray(first, bool), np.asarray(second, bool)
    total = len(first)
    if total == 0:
        return (float("nan"),) * 3
    gained, lost = int((first & ~second).sum()), int((~first & second).sum())
    up, down = (gained + 1) / (total + 2), (lost + 1) / (total + 2)
    half = Z95 * math.sqrt((up + down - (up - down) ** 2) / (total + 2))
    return (gained - lost) / total, max(-1.0, up - down - half), min(1.0, up - down + half)


def student_975(freedom: int) -> float:
    """97.5 % quantile of Student's t (Cornish–Fisher expansion; within 1 % from 3 degrees of freedom on)."""
    if freedom < 3:
        return {1: 12.706, 2: 4.303}[max(1, freedom)]
    z = Z95
    first = (z**3 + z) / (4 * freedom)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    return z + first + second + third
