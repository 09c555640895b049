"""Random draws that are keyed, not sequenced (architecture, "Draws are keyed").

Philox4x32-10 (Salmon and others 2011): key = seed; counter = (replicate, quarter and stream, state key, state
key). A draw depends on nothing else: not on threads, chunks, the order of states in a file, nor on which other
states exist. Two scenarios with one seed are a paired experiment at the level of single decisions.
"""

import math

import numpy as np

from sim.rules.arithmetic import cosine_of_turn, ln, sine_of_turn
from sim.rules.compiled import compiled

# Streams: what a draw is for. A number is never reused for another purpose. Not Python's integers: numba would compile
# the draws anew for each.
PERCEPTION = np.int64(0)
THREAT_PERCEPTION = np.int64(1)
RUNG = np.int64(2)
COERCION = np.int64(3)
FOUNDING = np.int64(4)
TURNOVER = np.int64(5)
SUCCESSOR = np.int64(6)
ABROGATION = np.int64(7)
LABEL_PERMUTATION = np.int64(8)
REWIRING = np.int64(9)
STREAMS = 16  # streams a quarter; the second counter word is quarter · STREAMS + stream

NO_KEY = np.uint32(0)
MULTIPLIER_0 = np.uint64(0xD2511F53)
MULTIPLIER_1 = np.uint64(0xCD9E8D57)
WEYL_0 = np.uint64(0x9E3779B9)
WEYL_1 = np.uint64(0xBB67AE85)
LOW_WORD = np.uint64(0xFFFFFFFF)
WORD = np.uint64(32)
TO_UNIT = 1.0 / 4294967296.0


def state_key(code: str) -> int:
    """Stable 32-bit key of a state's or pole's code (FNV-1a of its UTF-8 bytes); never 0.

    Adding or reordering states leaves every other key, and so every other draw, as it was.
    """
    key = 0x811C9DC5
    for byte in code.encode("utf-8"):
        key = ((key ^ byte) * 0x01000193) & 0xFFFFFFFF
    return key or 1


@compiled
def philox(seed, c0, c1, c2, c3):
    """Four 32-bit words of Philox4x32-10 for a 64-bit ``seed`` and the counter (c0, c1, c2, c3)."""
    k0 = np.uint64(seed) & LOW_WORD
    k1 = np.uint64(seed) >> WORD
    x0 = np.uint64(c0) & LOW_WORD
    x1 = np.uint64(c1) & LOW_WORD
    x2 = np.uint64(c2) & LOW_WORD
    x3 = np.uint64(c3) & LOW_WORD
    for _ in range(10):
        product_0 = MULTIPLIER_0 * x0
        product_1 = MULTIPLIER_1 * x2
        x0 = (product_1 >> WORD) ^ x1 ^ k0
        x1 = product_1 & LOW_WORD
        x2 = (product_0 >> WORD) ^ x3 ^ k1
        x3 = product_0 & LOW_WORD
        k0 = (k0 + WEYL_0) & LOW_WORD
        k1 = (k1 + WEYL_1) & LOW_WORD
    return x0, x1, x2, x3


@compiled
def uniforms(seed, replicate, quarter, stream, key_a, key_b):
    """Four independent uniforms in (0, 1) for one purpose, quarter and (pair of) state keys.

    seed: unsigned 64 bit. replicate, quarter: integers ≥ 0. stream: one of this module's names.
    """
    w0, w1, w2, w3 = philox(seed, replicate, quarter * STREAMS + stream, key_a, key_b)
    return (
        (np.float64(w0) + 0.5) * TO_UNIT,
        (np.float64(w1) + 0.5) * TO_UNIT,
        (np.float64(w2) + 0.5) * TO_UNIT,
        (np.float64(w3) + 0.5) * TO_UNIT,
    )


@compiled
def normal(seed, replicate, quarter, stream, key_a, key_b):
    """The first of the four :func:`normals`."""
    u0, u1, _, _ = uniforms(seed, replicate, quarter, stream, key_a, key_b)
    return math.sqrt(-2.0 * ln(u0)) * cosine_of_turn(u1)


@compiled
def normals(seed, replicate, quarter, stream, key_a, key_b):
    """Four independent standard normals (Box–Muller) for one purpose, quarter and (pair of) state keys."""
    u0, u1, u2, u3 = uniforms(seed, replicate, quarter, stream, key_a, key_b)
    radius_0 = math.sqrt(-2.0 * ln(u0))
    radius_1 = math.sqrt(-2.0 * ln(u2))
    return (
        radius_0 * cosine_of_turn(u1),
        radius_0 * sine_of_turn(u1),
        radius_1 * cosine_of_turn(u3),
        radius_1 * sine_of_turn(u3),
    )
