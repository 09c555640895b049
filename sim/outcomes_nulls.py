"""How far a set of states stands out from chance: condition (4) of a bloc (model.md, Outcomes).

Two nulls, 99 draws each, and the smaller percentile counts. Chance is keyed like all chance (draws.py), so neither
threads nor the order of states can move a percentile.

*Label permutations.* The ties stay, the members are drawn anew: each existing state draws a number of its own, and
the n lowest are the members. Is this set of states special in this network?

*Weighted rewirings.* The members stay, the tie weights move. Existing pairs are put in the order of the product of
their states' strengths (sums of ties); the order is cut into classes of a quarter of the pairs, with a cut that
starts elsewhere in each rewiring, so that no class can coincide with the pairs inside a bloc; weights are shuffled
within a class. In the rewired network groups are looked for anew, and what the observed set has to beat is the better of
its own contrast there and of the best group found there. Without that search the test would call groups out
of pure noise significant, since the observed set was itself found, or founded, where ties happened to be dense.
"""

import math

import numpy as np

from sim.outcomes_groups import contrast, expected_tie, partition, sort_together
from sim.rules.compiled import compiled
from sim.rules.draws import LABEL_PERMUTATION, NO_KEY, REWIRING, philox, uniforms

NULLS = 99
BLOCKS = 25  # of four draws each: one call of uniforms serves four nulls
PAIR_CLASSES = 4
SMALLEST_CLASS = 24  # pairs
PAIR_SEED = np.uint64(0x9E3779B97F4A7C15)
TIE = 1e-12  # contrasts closer than this are equal, so that the order of a sum cannot decide


@compiled
def pair_key(key_a, key_b):
    """A 32-bit key of an unordered pair of states; it depends on their two keys and on nothing else."""
    low = min(np.uint64(key_a), np.uint64(key_b))
    high = max(np.uint64(key_a), np.uint64(key_b))
    return philox(PAIR_SEED, 0, 0, low, high)[0]


@compiled
def contrast_percentiles(weights, exists, members, wanted, smallest, seed, replicate, quarter, state_keys, out):
    """Percentile (0–100) of the contrast of each wanted member set against the harder of the two nulls.

    weights: (N, N) mean tie over arenas. members: (M, N) bool. wanted: (M,) bool; the others keep their ``out``.
    smallest: least size of a group that counts in a rewired network. state_keys: (N,) uint32. out: (M,).
    The percentile is 100·(nulls below the observed)/99, so above 95 means p ≤ .05 with the observed one counted in.
    """
    for m in range(members.shape[0]):
        if wanted[m]:
            out[m] = _against_labels(weights, exists, members[m], seed, replicate, quarter, state_keys)
    worth = False
    for m in range(members.shape[0]):
        worth = worth or (wanted[m] and out[m] > 0.0)
    if worth:
        below = _below_rewired(weights, exists, members, wanted, smallest, seed, replicate, quarter, state_keys)
        for m in range(members.shape[0]):
            if wanted[m]:
                out[m] = min(out[m], 100.0 * below[m] / NULLS)


@compiled
def _against_labels(weights, exists, members, seed, replicate, quarter, state_keys):
    """Percentile of the contrast of one member set among sets of the same size drawn from the existing states."""
    n = exists.shape[0]
    size = 0
    for i in range(n):
        size += 1 if members[i] else 0
    observed = contrast(weights, members, exists)
    draws = np.empty((4, n))
    drawn = np.empty(n, np.bool_)
    below = 0
    for block in range(BLOCKS):
        for i in range(n):
            u = uniforms(seed, replicate, quarter, LABEL_PERMUTATION, state_keys[i], block)
            for lane in range(4):
                draws[lane, i] = u[lane]
        for lane in range(4):
            if block * 4 + lane < NULLS:
                _lowest(draws[lane], exists, size, drawn)
                below += 1 if contrast(weights, drawn, exists) < observed - TIE else 0
    return 100.0 * below / NULLS


@compiled
def _lowest(draws, exists, size, drawn):
    """Mark the ``size`` existing states with the lowest draws."""
    drawn[:] = False
    for _ in range(size):
        best = -1
        for i in range(draws.shape[0]):
            if exists[i] and not drawn[i] and (best < 0 or draws[i] < draws[best]):
                best = i
        if best >= 0:
            drawn[best] = True


@compiled
def _below_rewired(weights, exists, members, wanted, smallest, seed, replicate, quarter, state_keys):
    """For each wanted member set: in how many rewirings everything found contrasts less than it does. (M,) int64."""
    n, sets = exists.shape[0], members.shape[0]
    first, second, keys = _pairs_by_strength(weights, exists, state_keys)
    count = first.shape[0]
    width = max(SMALLEST_CLASS, (count + PAIR_CLASSES - 1) // PAIR_CLASSES)
    sizes = np.zeros(sets, np.int64)
    observed = np.zeros(sets)
    below = np.zeros(sets, np.int64)
    beats = np.zeros(sets, np.bool_)
    for m in range(sets):
        for i in range(n):
            sizes[m] += 1 if members[m, i] else 0
        observed[m] = scaled_contrast(weights, members[m], exists, sizes[m])
    expected = expected_tie(weights, exists)
    draws = np.empty((4, count))
    shuffled = np.empty(count)
    rewired = np.zeros((n, n))
    labels = np.empty(n, np.int64)
    for block in range(BLOCKS):
        for k in range(count):
            u = uniforms(seed, replicate, quarter, REWIRING, keys[k], block)
            for lane in range(4):
                draws[lane, k] = u[lane]
        cuts = uniforms(seed, replicate, quarter, REWIRING, NO_KEY, block)
        for lane in range(4):
            if block * 4 + lane >= NULLS:
                continue
            for k in range(count):
                shuffled[k] = weights[first[k], second[k]]
            _shuffle_in_classes(shuffled, draws[lane], width, int(cuts[lane] * width))
            for k in range(count):
                rewired[first[k], second[k]] = shuffled[k]
                rewired[second[k], first[k]] = shuffled[k]
            ahead = False  # of its own contrast there; groups are looked for only if some set still is
            for m in range(sets):
                beats[m] = wanted[m] and scaled_contrast(rewired, members[m], exists, sizes[m]) < observed[m] - TIE
                ahead = ahead or beats[m]
            if ahead:
                groups = partition(rewired, exists, expected, labels)
                best = greatest_scaled_contrast(rewired, labels, groups, exists, smallest)
                for m in range(sets):
                    below[m] += 1 if beats[m] and best < observed[m] - TIE else 0
    return below


@compiled
def scaled_contrast(weights, members, exists, size):
    """contrast·√(pairs inside), which compares sets of unlike size: chance spreads a mean of k ties by 1/√k."""
    return contrast(weights, members, exists) * math.sqrt(0.5 * size * (size - 1.0))


@compiled
def greatest_scaled_contrast(weights, labels, groups, exists, smallest):
    """The greatest :func:`scaled_contrast` of the groups with at least ``smallest`` members; −1 if there is none."""
    n = labels.shape[0]
    inside = np.zeros(groups)
    across = np.zeros(groups)
    sizes = np.zeros(groups, np.int64)
    present = 0
    for i in range(n):
        if labels[i] < 0:
            continue
        present += 1
        sizes[labels[i]] += 1
        for j in range(n):
            if j != i and labels[j] >= 0:
                if labels[i] != labels[j]:
                    across[labels[i]] += weights[i, j]
                elif j > i:
                    inside[labels[i]] += weights[i, j]
    best = -1.0
    for g in range(groups):
        size = sizes[g]
        if size >= smallest and size < present:
            pairs = 0.5 * size * (size - 1.0)
            value = (inside[g] / pairs - across[g] / (size * (present - size))) * math.sqrt(pairs)
            best = max(best, value)
    return best


@compiled
def _pairs_by_strength(weights, exists, state_keys):
    """Existing pairs i < j in the order of strength_i·strength_j, equal products in that of their pair keys.

    Products are rounded to 1e-9, so that equal ones stay equal in whatever order a strength was summed.
    """
    n = exists.shape[0]
    strength = np.zeros(n)
    count = 0
    for i in range(n):
        for j in range(n):
            if j != i and exists[i] and exists[j]:
                strength[i] += weights[i, j]
                count += 1 if j > i else 0
    order_by = np.empty(count)
    then = np.empty(count)
    pair = np.empty(count, np.int64)
    k = 0
    for i in range(n):
        for j in range(i + 1, n):
            if exists[i] and exists[j]:
                order_by[k] = math.floor(strength[i] * strength[j] * 1e9 + 0.5)
                then[k] = np.float64(pair_key(state_keys[i], state_keys[j]))
                pair[k] = i * n + j
                k += 1
    sort_together(order_by, then, pair)
    first = np.empty(count, np.int64)
    second = np.empty(count, np.int64)
    keys = np.empty(count, np.uint64)
    for k in range(count):
        first[k], second[k] = pair[k] // n, pair[k] % n
        keys[k] = np.uint64(then[k])
    return first, second, keys


@compiled
def _shuffle_in_classes(values, draws, width, cut):
    """Shuffle ``values`` in place within consecutive classes of ``width``, the first one ``cut`` long (Fisher–Yates)."""
    start = 0
    end = min(cut, values.shape[0])
    while start < values.shape[0]:
        for k in range(end - 1, start, -1):
            other = start + int(draws[k] * (k - start + 1))
            values[k], values[other] = values[other], values[k]
        start = end
        end = min(end + width, values.shape[0])
