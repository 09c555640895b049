"""Elementary functions that give the same bits on every processor.

NumPy's and libm's exp differ between processors in the last bit, and libm's cannot be vectorised. These use
only +, -, *, / and exact scaling by powers of two, so a run is the same to the bit everywhere.
"""

import math

import numpy as np

from sim.rules.compiled import compiled

LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01  # ln 2 in two parts, so that k * LN2_HIGH is exact
LN2_LOW = 1.90821492927058770002e-10
SQRT_HALF = 0.7071067811865476
TWO_PI = 6.283185307179586


@compiled
def clip(value, low, high):
    """``value`` held between ``low`` and ``high``; NaN stays NaN."""
    return low if value < low else (high if value > high else value)


@compiled
def unit(value):
    """``clip(value, 0, 1)``: the clip of the rules."""
    return 0.0 if value < 0.0 else (1.0 if value > 1.0 else value)


@compiled
def positive(value):
    """[value]₊ = max(0, value)."""
    return 0.0 if value < 0.0 else value


@compiled
def exp(x):
    """e^x for any finite x, clamped to ±700; relative error below 4e-16.

    x = k·ln 2 + r with \\|r\\| ≤ ½ ln 2, e^r by its Taylor polynomial, times 2^k made from its bit pattern.
    """
    x = -700.0 if x < -700.0 else (700.0 if x > 700.0 else x)
    k = math.floor(x * LOG2_E + 0.5)
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    series = 1.0 / 6227020800.0
    series = series * r + 1.0 / 479001600.0
    series = series * r + 1.0 / 39916800.0
    series = series * r + 1.0 / 3628800.0
    series = series * r + 1.0 / 362880.0
    series = series * r + 1.0 / 40320.0
    series = series * r + 1.0 / 5040.0
    series = series * r + 1.0 / 720.0
    series = series * r + 1.0 / 120.0
    series = series * r + 1.0 / 24.0
    series = series * r + 1.0 / 6.0
    series = series * r + 0.5
    series = series * r + 1.0
    series = series * r + 1.0
    scale = (np.int64(k) + np.int64(1023)) << np.int64(52)
    return series * np.int64(scale).view(np.float64)


@compiled
def logistic(x):
    """1 / (1 + e^−x), for x clamped to ±40 so that it is never exactly 0 or 1 by overflow."""
    x = -40.0 if x < -40.0 else (40.0 if x > 40.0 else x)
    return 1.0 / (1.0 + exp(-x))


@compiled
def ln(x):
    """Natural logarithm of x > 0; ln(0) gives −745 (the log of the smallest double), never −inf."""
    if x <= 0.0:
        return -745.0
    mantissa, exponent = math.frexp(x)
    if mantissa < SQRT_HALF:
        mantissa = 2.0 * mantissa
        exponent = exponent - 1
    s = (mantissa - 1.0) / (mantissa + 1.0)
    s2 = s * s
    series = 0.0
    for odd in range(23, 0, -2):  # ln m = 2 (s + s³/3 + s⁵/5 + …)
        series = series * s2 + 1.0 / odd
    return exponent * LN2_HIGH + (2.0 * s * series + exponent * LN2_LOW)


@compiled
def cube_root(x):
    """x^⅓ for x ≥ 0."""
    return 0.0 if x <= 0.0 else exp(ln(x) / 3.0)


@compiled
def cosine_of_turn(turn):
    """cos(2π·turn) for turn in [0, 1): folded to an eighth of a turn, then Taylor."""
    folded = turn if turn <= 0.5 else 1.0 - turn  # cos is even about half a turn
    sign = 1.0
    if folded > 0.25:
        folded = 0.5 - folded
        sign = -1.0
    if folded > 0.125:  # cos(a) = sin(π/2 − a): the smaller angle keeps the series short
        angle = TWO_PI * (0.25 - folded)
        a2 = angle * angle
        series = 0.0
        for k in range(8, 0, -1):
            series = (1.0 - series) * a2 / ((2.0 * k) * (2.0 * k + 1.0))
        return sign * angle * (1.0 - series)
    angle = TWO_PI * folded
    a2 = angle * angle
    series = 0.0
    for k in range(9, 0, -1):
        series = (1.0 - series) * a2 / ((2.0 * k - 1.0) * (2.0 * k))
    return sign * (1.0 - series)


@compiled
def sine_of_turn(turn):
    """sin(2π·turn) for turn in [0, 1)."""
    shifted = turn - 0.25
    return cosine_of_turn(shifted if shifted >= 0.0 else shifted + 1.0)
