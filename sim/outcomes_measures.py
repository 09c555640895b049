"""What is followed every quarter: alignment, hedging, vitality of organisations, overreach, and the system.

Compiled functions over the arrays of one run, with the shapes of ``world.Situation``.
"""

import math

import numpy as np

from sim.rules.compiled import compiled
from sim.rules.environment import mean_over_arenas

OVERREACH_MARGIN = 0.15  # perceived − true permissiveness from which a coerced state has overreached
SMALLEST_MOVE = 1e-3  # Σ|Δ| of pole ties over a window below which nothing has moved
MOVED = 0.01  # change of an organisation's mean depth within twelve quarters that counts as movement
DEEP_ENOUGH = 0.1  # mean depth that counts as life without movement
ABSENT, DEAD, ZOMBIE, ALIVE = 0, 1, 2, 3  # indices into recording.VITALITY
POWER_ITERATIONS = 100
SETTLED = 1e-10  # largest change of the eigenvector at which the iteration stops


@compiled
def alignment_shares(tie, pole_tie, membership, exists, out):
    """Where the tie mass of each state goes (model.md, Alignment). Rows of ``out`` sum to 1.

    tie: (4, N, N). pole_tie: (4, P, N). membership: (M, N) 0, ½, 1. exists: (N,) bool. out: (N, P + M + 1): shares
    of each pole, of fellow members of each organisation, and the remainder, unaligned; 1 for a state without tie mass.

    The fellowship of i and j in an organisation is min(membership_i, membership_j): 1 between full members, ½ where
    one is an observer. The greatest fellowship is the part of their tie that is aligned, and it is split over the
    shared organisations in proportion to fellowship: evenly, where both are full members of all.
    """
    poles, n, organisations = pole_tie.shape[1], tie.shape[1], membership.shape[0]
    row = np.empty(poles + organisations + 1)
    fellowship = np.empty(organisations)
    for i in range(n):
        row[:] = 0.0
        mass = 0.0
        if exists[i]:
            for p in range(poles):
                row[p] = pole_tie[0, p, i] + pole_tie[1, p, i] + pole_tie[2, p, i] + pole_tie[3, p, i]
                mass += row[p]
            for j in range(n):
                weight = tie[0, i, j] + tie[1, i, j] + tie[2, i, j] + tie[3, i, j]
                if j == i or not exists[j] or weight <= 0.0:
                    continue
                mass += weight
                greatest, total = 0.0, 0.0
                for m in range(organisations):
                    fellowship[m] = min(membership[m, i], membership[m, j])
                    greatest = max(greatest, fellowship[m])
                    total += fellowship[m]
                if total > 0.0:
                    for m in range(organisations):
                        row[poles + m] += weight * greatest * fellowship[m] / total
                row[poles + organisations] += weight * (1.0 - greatest)
        if mass > 0.0:
            for k in range(row.shape[0]):
                out[i, k] = row[k] / mass
        else:
            out[i, :] = 0.0
            out[i, poles + organisations] = 1.0


@compiled
def hedging_index(pole_tie, earlier, exists, out):
    """S5. (1 − Herfindahl of pole ties) · (½ + ½·opposite), (N,), 0 … 1 − 1/P: ties to several poles, moved apart.

    pole_tie, earlier: (4, P, N) now and a window ago; each is summed over arenas, and Δ is the change of the sum per
    pole. opposite = 1 − |ΣΔ|/Σ|Δ|: 1 when approach to one pole is paid by another, 0 when all move alike or nothing
    does. A state without pole ties has 0. Holding several poles counts half; playing them against each other, fully.
    """
    poles = pole_tie.shape[1]
    for i in range(exists.shape[0]):
        total, squares, net, gross = 0.0, 0.0, 0.0, 0.0
        for p in range(poles):
            now, before = 0.0, 0.0
            for a in range(4):
                now += pole_tie[a, p, i]
                before += earlier[a, p, i]
            total += now
            squares += now * now
            net += now - before
            gross += abs(now - before)
        opposite = 1.0 - abs(net) / gross if gross > SMALLEST_MOVE else 0.0
        spread = 1.0 - squares / (total * total) if exists[i] and total > 0.0 else 0.0
        out[i] = max(0.0, spread) * (0.5 + 0.5 * opposite)


@compiled
def member_count(membership, leader, exists, out):
    """Full members of each organisation that exist, the pole that leads it counted as one. out: (M,)."""
    for m in range(membership.shape[0]):
        count = 1 if leader[m] >= 0 else 0
        for i in range(exists.shape[0]):
            count += 1 if exists[i] and membership[m, i] >= 1.0 else 0
        out[m] = count


@compiled
def vitality(depth_history, depth, members, established, out):
    """Rule 25. Index into recording.VITALITY of each organisation, (M,).

    absent: not established. dead: fewer than two ``members`` (see :func:`member_count`). alive: over the last twelve
    quarters and now, mean depth moved by more than .01 between its lowest and highest, or was above .1 at some time.
    zombie: neither. depth_history: (12, M) mean depths in any order. depth: (M, 4) now.
    """
    for m in range(depth.shape[0]):
        if established[m] == 0:
            out[m] = ABSENT
            continue
        if members[m] < 2:
            out[m] = DEAD
            continue
        low = 0.25 * (depth[m, 0] + depth[m, 1] + depth[m, 2] + depth[m, 3])
        high = low
        for k in range(depth_history.shape[0]):
            low = min(low, depth_history[k, m])
            high = max(high, depth_history[k, m])
        out[m] = ALIVE if high > DEEP_ENOUGH or high - low > MOVED else ZOMBIE


@compiled
def overreach_flags(perceived_permissiveness, permissiveness, coerced, exists, out):
    """S5. 1 where a state coerced this quarter had taken its permissiveness for more than .15 above the truth. (N,).

    perceived_permissiveness, permissiveness: (4, N), compared as means weighted by visibility. coerced: (P, N),
    0 = no. out: (N,), 0 or 1. Returns how many states overreached.
    """
    events = 0
    for i in range(exists.shape[0]):
        hit = False
        for p in range(coerced.shape[0]):
            hit = hit or coerced[p, i] > 0
        gap = mean_over_arenas(perceived_permissiveness, i) - mean_over_arenas(permissiveness, i)
        out[i] = 1 if exists[i] and hit and gap > OVERREACH_MARGIN else 0
        events += 1 if out[i] > 0 else 0
    return events


@compiled
def system_measures(tie, pole_tie, membership, depth, vitality, leader, exists):
    """S1–S4 and the mean tie: five floats (influence_concentration, regional_share, centre_of_gravity,
    organisational_density, mean_tie), each 0–1.

    S1: Herfindahl of the poles' shares in all pole ties; 0 without any.
    S2: ties among states / (ties among states + pole ties), each tie counted once, all arenas; 0 without any.
    S3: see :func:`centre_of_gravity`.
    S4: mean over pairs of states of Σ over living organisations that no pole leads of
        min(membership_i, membership_j)·mean depth. It exceeds 1 only where several deep organisations overlap.
    Mean tie: over pairs of existing states and arenas.
    """
    n, poles = exists.shape[0], pole_tie.shape[1]
    external, squares = 0.0, 0.0
    for p in range(poles):
        influence = 0.0
        for a in range(4):
            for i in range(n):
                influence += pole_tie[a, p, i] if exists[i] else 0.0
        external += influence
        squares += influence * influence
    regional, shared, pairs = 0.0, 0.0, 0
    for i in range(n):
        for j in range(i + 1, n):
            if exists[i] and exists[j]:
                regional += tie[0, i, j] + tie[1, i, j] + tie[2, i, j] + tie[3, i, j]
                pairs += 1
    for m in range(membership.shape[0]):
        if leader[m] < 0 and vitality[m] == ALIVE:
            mean_depth = 0.25 * (depth[m, 0] + depth[m, 1] + depth[m, 2] + depth[m, 3])
            for i in range(n):
                for j in range(i + 1, n):
                    if exists[i] and exists[j]:
                        shared += mean_depth * min(membership[m, i], membership[m, j])
    mass = regional + external
    return (
        squares / (external * external) if external > 0.0 else 0.0,
        regional / mass if mass > 0.0 else 0.0,
        centre_of_gravity(tie, pole_tie, exists),
        shared / pairs if pairs > 0 else 0.0,
        regional / (4.0 * pairs) if pairs > 0 else 0.0,
    )


@compiled
def centre_of_gravity(tie, pole_tie, exists):
    """S3. Eigenvector mass of the secondary states in the joint graph of states and poles, 0–1; 0 without ties.

    Σ over states of v², v the leading eigenvector (unit length) of the ties summed over arenas. Poles are not tied to
    each other here, so a region that only revolves about poles has ½ and one that does without them 1. The
    power iteration runs on A + shift·1, shift half the largest row sum, so that a bipartite graph does not oscillate.
    """
    n, poles = exists.shape[0], pole_tie.shape[1]
    size = n + poles
    joint = np.zeros((size, size))
    for i in range(n):
        if not exists[i]:
            continue
        for j in range(n):
            if j != i and exists[j]:
                joint[i, j] = tie[0, i, j] + tie[1, i, j] + tie[2, i, j] + tie[3, i, j]
        for p in range(poles):
            joint[i, n + p] = pole_tie[0, p, i] + pole_tie[1, p, i] + pole_tie[2, p, i] + pole_tie[3, p, i]
            joint[n + p, i] = joint[i, n + p]
    largest = 0.0
    for i in range(size):
        total = 0.0
        for j in range(size):
            total += joint[i, j]
        largest = max(largest, total)
    if largest <= 0.0:
        return 0.0
    vector = np.ones(size)
    image = np.empty(size)
    for _ in range(POWER_ITERATIONS):
        for i in range(size):
            image[i] = 0.5 * largest * vector[i]
        for j in range(size):
            weight = vector[j]
            for i in range(size):  # row by row, since the graph is symmetric: this loop vectorises under strict IEEE
                image[i] += weight * joint[j, i]
        length = 0.0
        for i in range(size):
            length += image[i] * image[i]
        length = math.sqrt(length)
        change = 0.0
        for i in range(size):
            value = image[i] / length
            change = max(change, abs(value - vector[i]))
            vector[i] = value
        if change < SETTLED:
            break
    mass = 0.0
    for i in range(n):
        mass += vector[i] * vector[i]
    return min(mass, 1.0)
