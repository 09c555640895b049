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
def copy(source, target):
    """target ← source: two arrays of one shape, both C-contiguous.

    Assigning to a slice would do the same, and compile six times as long: it brings NumPy's broadcasting and its errors.
    """
    for k in range(source.size):
        target.flat[k] = source.flat[k]


@compiled
def exp(x):
    """e^x for any finite x, clamped to ±700; relative error below 4e-16.

    x = k·ln 2 + r with |r| ≤ ½ ln 2, e^r by its Taylor polynomial, times 2^k made from its bit pattern.
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
    scale = (np.int64(np.int32(k)) + np.int64(1023)) << np.int64(52)  # via int32: AVX2 converts no int64
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
    series = 1.0 / 23.0  # ln m = 2 (s + s³/3 + s⁵/5 + …)
    series = series * s2 + 1.0 / 21.0
    series = series * s2 + 1.0 / 19.0
    series = series * s2 + 1.0 / 17.0
    series = series * s2 + 1.0 / 15.0
    series = series * s2 + 1.0 / 13.0
    series = series * s2 + 1.0 / 11.0
    series = series * s2 + 1.0 / 9.0
    series = series * s2 + 1.0 / 7.0
    series = series * s2 + 1.0 / 5.0
    series = series * s2 + 1.0 / 3.0
    series = series * s2 + 1.0 / 1.0
    return exponent * LN2_HIGH + (2.0 * s * series + exponent * LN2_LOW)


@compiled
def cube_root(x):
    """x^⅓ for x ≥ 0."""
    return 0.0 if x <= 0.0 else exp(ln(x) / 3.0)


@compiled
def small_cosine(angle):
    """cos(angle) for |angle| ≤ π/4, by its Taylor polynomial."""
    a2 = angle * angle
    series = 1.0
    series = 1.0 - series * a2 * (1.0 / 306.0)
    series = 1.0 - series * a2 * (1.0 / 240.0)
    series = 1.0 - series * a2 * (1.0 / 182.0)
    series = 1.0 - series * a2 * (1.0 / 132.0)
    series = 1.0 - series * a2 * (1.0 / 90.0)
    series = 1.0 - series * a2 * (1.0 / 56.0)
    series = 1.0 - series * a2 * (1.0 / 30.0)
    series = 1.0 - series * a2 * (1.0 / 12.0)
    series = 1.0 - series * a2 * (1.0 / 2.0)
    return series


@compiled
def small_sine(angle):
    """sin(angle) for |angle| ≤ π/4, by its Taylor polynomial."""
    a2 = angle * angle
    series = 1.0
    series = 1.0 - series * a2 * (1.0 / 272.0)
    series = 1.0 - series * a2 * (1.0 / 210.0)
    series = 1.0 - series * a2 * (1.0 / 156.0)
    series = 1.0 - series * a2 * (1.0 / 110.0)
    series = 1.0 - series * a2 * (1.0 / 72.0)
    series = 1.0 - series * a2 * (1.0 / 42.0)
    series = 1.0 - series * a2 * (1.0 / 20.0)
    series = 1.0 - series * a2 * (1.0 / 6.0)
    return angle * series


@compiled
def cosine_of_turn(turn):
    """cos(2π·turn) for turn in [0, 1): folded to an eighth of a turn, then Taylor."""
    folded = turn if turn <= 0.5 else 1.0 - turn  # cos is even about half a turn
    sign = 1.0
    if folded > 0.25:
        folded = 0.5 - folded
        sign = -1.0
    if folded > 0.125:  # cos(a) = sin(π/2 − a): the smaller angle keeps the series short
        return sign * small_sine(TWO_PI * (0.25 - folded))
    return sign * small_cosine(TWO_PI * folded)


@compiled
def sine_of_turn(turn):
    """sin(2π·turn) for turn in [0, 1)."""
    shifted = turn - 0.25
    return cosine_of_turn(shifted if shifted >= 0.0 else shifted + 1.0)
