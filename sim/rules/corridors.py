"""Corridors (rule 22): what a route adds to the utility of rule 12, who can close it, who can broker it open.

The same rules for every pole and every host. A host is a state, or a pole (numbered from N on). Arrays: P poles, N states,
C corridors, arena 1 is connectivity.
"""

from sim.rules.compiled import compiled

BROKER_PATRONAGE = 0.5
HOSTILE_HOST = 0.5


@compiled
def hosts_agree(start, end, consent, pole_hostility):
    """Rule 22. Do the two hosts of a segment consent to it? Two states as in rule 15; a pole unless it is hostile."""
    states = consent.shape[1]
    if start < states and end < states:
        return consent[1, start, end] > 0.0
    if start >= states and end >= states:
        return True
    pole, state = (start - states, end) if start >= states else (end - states, start)
    return pole_hostility[pole, state] <= HOSTILE_HOST


@compiled
def hosts_hostile(start, end, hostility, pole_hostility):
    """Rule 12. Are the two hosts of a segment hostile (> .5) to each other? Two poles have no coded hostility."""
    states = hostility.shape[0]
    if start < states and end < states:
        return hostility[start, end] > HOSTILE_HOST
    if start >= states and end >= states:
        return False
    pole, state = (start - states, end) if start >= states else (end - states, start)
    return pole_hostility[pole, state] > HOSTILE_HOST


@compiled
def vetoes(pole, node, opposed_reach, veto_bar):
    """Rule 12. Can ``pole`` close a segment at a host? If its opposed reach in connectivity there exceeds veto_bar."""
    return node < opposed_reach.shape[2] and opposed_reach[pole, 1, node] > veto_bar


@compiled
def brokers(pole, node, pole_hostility):
    """Rule 22. Is ``pole`` acceptable to a host as a broker? A state accepts one that is not hostile to it (> .5)."""
    return node >= pole_hostility.shape[1] or pole_hostility[pole, node] <= HOSTILE_HOST


@compiled
def segment_opening(
    start, end, capacity, hostility, pole_hostility, opposed_reach, patronage, consent, veto_bar, brokerage
):  # fmt: skip
    """Rules 12 and 22. Worth of one corridor segment: its capacity, or 0 if hostile hosts or a pole's veto close it.

    Brokerage opens a vetoed segment, whatever the broker's policing (L145: a broker is not a policeman), if both hosts
    consent: a pole with patronage in connectivity above .5 that does not itself veto it and is hostile to neither host.
    Nobody brokers between hosts that are hostile to each other: that takes peace, which is an event.
    """
    if hosts_hostile(start, end, hostility, pole_hostility):
        return 0.0
    vetoed, brokered = False, False
    for p in range(pole_hostility.shape[0]):
        if vetoes(p, start, opposed_reach, veto_bar) or vetoes(p, end, opposed_reach, veto_bar):
            vetoed = True
        elif (
            patronage[p, 1] > BROKER_PATRONAGE and brokers(p, start, pole_hostility) and brokers(p, end, pole_hostility)
        ):
            brokered = True
    if vetoed and not (brokerage and brokered and hosts_agree(start, end, consent, pole_hostility)):
        return 0.0
    return capacity


@compiled
def corridor_gains(
    world, capacity, hostility, pole_hostility, opposed_reach, patronage, consent, veto_bar, flow, out
):  # fmt: skip
    """Rules 12 and 22. Gain of every pair of states on a corridor: its gain × the product of its segments. (N, N).

    A corridor is as good as its weakest links multiply to: one closed segment makes it worth nothing (L133).
    ``flow``: (C,), written: the weakest-link product of each corridor.
    """
    states = out.shape[0]
    flow[:] = 1.0
    for s in range(world.segment_corridor.shape[0]):
        flow[world.segment_corridor[s]] *= segment_opening(
            world.segment_from[s], world.segment_to[s], capacity[s], hostility, pole_hostility, opposed_reach, patronage,
            consent, veto_bar, world.brokerage,
        )  # fmt: skip
    out[:, :] = 0.0
    for c in range(flow.shape[0]):
        gain = world.corridor_gain[c] * flow[c]
        if gain > 0.0:
            for i in range(states):
                if world.corridor_users[c, i]:
                    for j in range(states):
                        out[i, j] += gain * world.corridor_users[c, j]
    for i in range(states):
        out[i, i] = 0.0
