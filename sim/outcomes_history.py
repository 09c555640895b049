"""What the windows of many runs say together: founding, durability, peak, and limit cycles. Plain NumPy.

Arrays are stacked, runs first: R runs, V windows, T quarters, M organisations, N states, as in ``Recording``.
"""

from typing import NamedTuple

import numpy as np

from sim.recording import WINDOW_STEP, window_ends

CLUB_CLASSES = (3, 4, 5)
BLOC_CLASSES = (4, 5)
PERIODS = range(2, 9)
AMPLITUDE = 1e-3  # half the swing of a cycle that matters
TAIL = 32  # last quarters in which a cycle is looked for: four of the longest
RETURNS = 0.3  # a cycle comes back to within this part of how far it strays
STEADY = 0.8  # of the swing is left from one half of the tail to the next


class BlocHistory(NamedTuple):
    """One value a run, (R,) int64; −1 where there is none or where the series was not recorded."""

    organisation: np.ndarray  # that no pole leads and that held class 4 or 5 longest, −1 if none did
    durability: np.ndarray  # quarters: longest run of windows in class 4 or 5, times WINDOW_STEP
    leader_changes_survived: np.ndarray  # of core members, within that run
    founding_quarter: np.ndarray  # recorded quarter at which the first window with class 4 or 5 ends
    club_quarter: np.ndarray  # the same for class 3, 4 or 5
    class_peak: np.ndarray  # highest class of the region in any window
    bloc_peak: np.ndarray  # highest class up to 5 of any organisation that no pole leads


def bloc_history(
    window_class, organisation_class, leader, quarters, membership=None, leader_change=None
) -> BlocHistory:
    """Histories of R runs.

    window_class: (R, V). organisation_class: (R, V, M). leader: (M,) pole or −1. quarters: T recorded quarters.
    membership: (R, T, M, N) 0, 1 observer, 2 full, and leader_change: (R, T, N), as recorded; without them, or with
    no rows (summary runs), leader_changes_survived is −1. The core is who was a full member in the first and in
    the last window of the longest hold; a change counts if it fell after the first and not after the last.
    """
    runs, windows, organisations = organisation_class.shape
    ends = window_ends(quarters)
    free = np.asarray(leader) < 0
    holds = np.isin(organisation_class, BLOC_CLASSES) & free
    clubs = np.isin(organisation_class, CLUB_CLASSES) & free
    length, last = _longest_hold(holds)
    # the longest hold, then the higher peak, then the first
    peak = np.where(clubs, organisation_class, 0).max(axis=1, initial=0)
    best = np.argmax(length * 10 + peak, axis=1) if organisations else np.zeros(runs, int)
    rows = np.arange(runs)
    longest = length[rows, best] if organisations else np.zeros(runs, int)
    held = longest > 0
    survived = np.full(runs, -1)
    if membership is not None and leader_change is not None and membership.shape[1] == quarters:
        for r in np.flatnonzero(held):
            stop = last[r, best[r]]
            first_quarter, last_quarter = ends[stop - longest[r] + 1], ends[stop]
            core = (membership[r, first_quarter, best[r]] == 2) & (membership[r, last_quarter, best[r]] == 2)
            survived[r] = np.count_nonzero(leader_change[r, first_quarter + 1 : last_quarter + 1][:, core])
    lower = np.where(free & (organisation_class <= 5), organisation_class, 0)
    return BlocHistory(
        organisation=np.where(held, best, -1),
        durability=longest * WINDOW_STEP,
        leader_changes_survived=survived,
        founding_quarter=first_window(holds.any(axis=2), ends),
        club_quarter=first_window(clubs.any(axis=2), ends),
        class_peak=window_class.max(axis=1, initial=0),
        bloc_peak=lower.max(axis=(1, 2), initial=0),
    )


def first_window(holds, ends) -> np.ndarray:
    """Quarter at which the first window that holds ends, (R,), −1 if none does. holds: (R, V) bool. ends: (V,)."""
    holds = np.asarray(holds)
    if holds.shape[1] == 0:
        return np.full(holds.shape[0], -1)
    return np.where(holds.any(axis=1), np.asarray(ends)[np.argmax(holds, axis=1)], -1)


def _longest_hold(holds):
    """Length in windows and last window of the first longest unbroken hold, (R, M) each. holds: (R, V, M) bool."""
    runs, windows, organisations = holds.shape
    current = np.zeros((runs, organisations), int)
    length = np.zeros((runs, organisations), int)
    last = np.zeros((runs, organisations), int)
    for v in range(windows):
        current = np.where(holds[:, v], current + 1, 0)
        longer = current > length
        length = np.where(longer, current, length)
        last = np.where(longer, v, last)
    return length, last


def limit_cycle(series, amplitude: float = AMPLITUDE) -> bool:
    """Whether a run under constant drivers ends in a cycle of 2 to 8 quarters.

    series: (T,) mean tie, or (T, …) ties, of which any may cycle. In the last 32 quarters, less their linear trend, let
    D(k) be the root mean square of x_t − x_{t−k}. There is a cycle of period k if the series returns, D(k) ≤ .3·max D(j < k), having
    strayed, half its swing > ``amplitude``, with a swing that does not die out. Convergence, drift and slow waves
    have D growing with k; noise has D flat; a damped oscillation loses its swing.
    """
    values = np.asarray(series, float)
    values = values.reshape(values.shape[0], -1)[-TAIL:]
    if values.shape[0] < 2 * PERIODS[-1]:
        return False
    time = np.arange(values.shape[0]) - 0.5 * (values.shape[0] - 1)
    values = values - np.outer(time, time @ values / (time @ time))
    half = values.shape[0] // 2
    strayed = np.zeros(values.shape[1])
    for k in range(1, PERIODS[-1] + 1):
        step = values[k:] - values[:-k]
        distance = np.sqrt(np.mean(step**2, axis=0))
        if k in PERIODS:
            returns = (distance <= RETURNS * strayed) & (strayed > amplitude)
            swing_before = _swing(values[:half], k)
            swing_after = _swing(values[-half:], k)
            if np.any(returns & (swing_after > 2 * amplitude) & (swing_after >= STEADY * swing_before)):
                return True
        strayed = np.maximum(strayed, distance)
    return False


def _swing(values, period):
    """Mean range within a period, over consecutive periods of the series; drift over many periods does not count."""
    blocks = values[: values.shape[0] // period * period].reshape(-1, period, values.shape[1])
    return np.ptp(blocks, axis=1).mean(axis=0)
