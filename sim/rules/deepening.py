"""Depth of organisations (rule 24): what members' ties make of a charter, by consensus, and what depth fellows share.

M slots, N states, P poles. A pole may lead an organisation; then it counts as one more member with its pole tie.
"""

import numpy as np

from sim.rules.arithmetic import unit
from sim.rules.compiled import compiled
from sim.rules.organisations import list_members


@compiled
def member_ties(a, leader, listed, count, tie, pole_tie, policing, bandwidth, ties):
    """Mean tie of every member to its fellow members in an arena; a leading pole is one more fellow.

    ``ties``: (N,), its first ``count`` values written in the order of ``listed``.
    """
    fellows = count - 1.0 if leader < 0 else np.float64(count)
    for k in range(count):
        ties[k] = 0.0
    for other in range(count):
        for k in range(count):
            ties[k] += tie[a, listed[k], listed[other]] if k != other else 0.0
    for k in range(count):
        if leader >= 0:
            ties[k] += pole_tie[a, leader, listed[k]] * policing[leader] * bandwidth[leader]
        ties[k] = ties[k] / fellows if fellows > 0.0 else 0.0


@compiled
def quantile(values, count, share):
    """Quantile ``share`` of the first ``count`` values by linear interpolation; sorts them in place."""
    for k in range(1, count):
        moving = values[k]
        place = k - 1
        while place >= 0 and values[place] > moving:
            values[place + 1] = values[place]
            place -= 1
        values[place + 1] = moving
    position = share * (count - 1)
    low = int(position)
    high = low + 1 if low + 1 < count else low
    return values[low] + (position - low) * (values[high] - values[low])


@compiled
def deepen(world, parameters, policing, bandwidth, situation, listed, ties):
    """Rule 24. depth ← depth + depth_rate·secretariat·(½ + finance)·(target − depth), (M, 4), in place.

    target = quantile over full members of their mean tie inside; 0 is consensus: the least willing sets it (L135). In
    defence it is multiplied by the lowest perceived permissiveness among members. Finance grows with connectivity.
    ``listed``, ``ties``: (N,) buffers.
    """
    tie, pole_tie, perceived = situation.tie, situation.pole_tie, situation.perceived_permissiveness
    for m in range(world.leader.shape[0]):
        if situation.established[m]:
            leader = world.leader[m]
            count = list_members(situation.membership[m], listed)
            lowest = 1.0
            for k in range(count):
                seen = perceived[0, listed[k]]
                lowest = seen if seen < lowest else lowest
            speed = parameters.depth_rate * world.secretariat[m] * (0.5 + situation.finance[m])
            connectivity = 0.0
            for a in range(4):
                target = 0.0
                if count >= 2 and (world.remit[m, a] or a == 1):
                    member_ties(a, leader, listed, count, tie, pole_tie, policing, bandwidth, ties)
                    for k in range(count):
                        connectivity += ties[k] / count if a == 1 else 0.0
                    if world.remit[m, a]:
                        target = quantile(ties, count, parameters.consensus_quantile) * (lowest if a == 0 else 1.0)
                situation.depth[m, a] += speed * (target - situation.depth[m, a])
            room = 1.0 - situation.finance[m]
            situation.finance[m] = unit(situation.finance[m] + parameters.finance_growth * connectivity * room)


@compiled
def remember_depth(depth, clock, history):
    """Mean depth of every organisation into the ring of the last twelve quarters, (12, M): its vitality is read there."""
    row = clock % history.shape[0]
    for m in range(depth.shape[0]):
        history[row, m] = 0.25 * (depth[m, 0] + depth[m, 1] + depth[m, 2] + depth[m, 3])


@compiled
def shared_depth(world, situation, listed, depth, legitimacy):
    """Depth of the organisations that i and j share, by arena and capped at 1, and their highest legitimacy.

    depth: (4, N, N); legitimacy: (N, N). Observers count by half: memberships multiply. ``listed``: (N,) buffer.
    """
    depth[:, :, :] = 0.0
    legitimacy[:, :] = 0.0
    membership, depths, worth, established = (
        situation.membership, situation.depth, world.organisation_legitimacy, situation.established,
    )  # fmt: skip
    for m in range(established.shape[0]):
        count = 0
        if established[m]:
            for i in range(depth.shape[1]):
                if membership[m, i] > 0.0:
                    listed[count] = i
                    count += 1
        for a in range(4):
            if depths[m, a] > 0.0:
                for one in range(count):
                    for other in range(count):
                        i, j = listed[one], listed[other]
                        total = depth[a, i, j] + membership[m, i] * membership[m, j] * depths[m, a]
                        depth[a, i, j] = total if total < 1.0 else 1.0
        for one in range(count):
            for other in range(count):
                i, j = listed[one], listed[other]
                shared = membership[m, i] * membership[m, j] * worth[m]
                legitimacy[i, j] = shared if shared > legitimacy[i, j] else legitimacy[i, j]
    for i in range(depth.shape[1]):
        legitimacy[i, i] = 0.0
        for a in range(4):
            depth[a, i, i] = 0.0
