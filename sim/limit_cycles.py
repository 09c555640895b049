"""Limit cycles: whether ties under constant drivers end in a cycle, which a model of consent may do. Plain NumPy."""

import numpy as np

PERIODS = range(2, 9)
AMPLITUDE = 1e-3  # half the swing of a cycle that matters
TAIL = 32  # last quarters in which a cycle is looked for: four of the longest
RETURNS = 0.3  # a cycle comes back to within this part of how far it strays
STEADY = 0.8  # of the swing is left from one half of the tail to the next


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
