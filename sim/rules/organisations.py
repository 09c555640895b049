"""Organisations (rules 23–25): founding from below, accession by value and consent, exit; depth is in ``deepening``.

No kinship test and no list of names: an organisation is what its members' ties make of it. M slots, N states, P poles.
Full membership is 1, observer ½. A pole may lead an organisation; then it counts as one more member with its pole tie.
"""

import numpy as np

from sim.rules.arithmetic import copy
from sim.rules.compiled import compiled
from sim.rules.draws import FOUNDING, uniforms

FULL, OBSERVER = 1.0, 0.5
CORE_TIE = 0.4  # a core pair has ties above this in two arenas
INVITED_TIE = 0.12  # mean tie to the core at which a state is invited
FOUNDERS = 3
FORBIDDEN = 0.15  # a repertoire below this forbids full membership where the remit holds the arena
EXIT_QUARTERS = 4
FOUNDED_SECRETARIAT, FOUNDED_FINANCE = 0.5, 0.1


@compiled
def outlook(intent, i, j, remit):
    """Mean over the remit's arenas of d_ija: how much i wants j."""
    total = arenas = 0.0
    for a in range(4):
        if remit[a]:
            total += intent[a, i, j]
            arenas += 1.0
    return total / arenas


@compiled
def pact_worth(pole_tie, p, i, remit, policing, bandwidth, hurdle):
    """Rule 25. A leading pole as a fellow member: its tie to i over the remit, times policing·bandwidth.

    policing·bandwidth is the credibility of its pact (rule 8). A tie is what is left of an intent above the hurdle
    (rule 15), so it is put back on the scale of intents, hurdle + (1 − hurdle)·tie, before it joins them (decision 001).
    """
    total = arenas = 0.0
    for a in range(4):
        if remit[a]:
            total += pole_tie[a, p, i]
            arenas += 1.0
    return hurdle + (1.0 - hurdle) * (total / arenas) * policing[p] * bandwidth[p]


@compiled
def list_members(members, listed):
    """Indices of the full members into ``listed`` (N,); returns how many there are."""
    count = 0
    for i in range(members.shape[0]):
        if members[i] == FULL:
            listed[count] = i
            count += 1
    return count


@compiled
def values_of(leader, remit, listed, count, intent, pole_tie, policing, bandwidth, hurdle, values):
    """Rule 25. value_i = mean over members j ≠ i and arenas of d_ija − hurdle; a leading pole is one more member.

    ``leader``: a pole or −1. ``listed``, ``count``: the members against whom to judge. ``values``: (N,), written. Without
    any other member the value is −hurdle.
    """
    arenas = 0.0
    values[:] = 0.0
    for a in range(4):
        if remit[a]:
            arenas += 1.0
            for k in range(count):
                for i in range(values.shape[0]):
                    values[i] += intent[a, i, listed[k]] if i != listed[k] else 0.0
    for i in range(values.shape[0]):
        fellows = np.float64(count)
        for k in range(count):
            fellows -= 1.0 if listed[k] == i else 0.0
        total = values[i] / arenas
        if leader >= 0:
            total += pact_worth(pole_tie, leader, i, remit, policing, bandwidth, hurdle)
            fellows += 1.0
        values[i] = (total / fellows if fellows > 0.0 else 0.0) - hurdle


@compiled
def all_consent(i, leader, remit, listed, count, intent, pole_hostility, hurdle, bar):
    """Rule 25. Does every full member want i (mean over arenas of d_kia − hurdle > bar)? A pole, unless hostile."""
    for k in range(count):
        if listed[k] != i and outlook(intent, listed[k], i, remit) - hurdle <= bar:
            return False
    return not (leader >= 0 and pole_hostility[leader, i] > 0.5)


@compiled
def forbidden(i, remit, repertoire):
    """Rule 25. Does i's strategic culture rule out an arena of the remit? Then it can only observe."""
    for a in range(4):
        if remit[a] and repertoire[a, i] < FORBIDDEN:
            return True
    return False


@compiled
def bound_elsewhere(i, m, world, membership):
    """Is i kept out of m by an exclusive organisation, be it m itself or one to which i belongs?"""
    for other in range(membership.shape[0]):
        if other != m and membership[other, i] == FULL and (world.exclusive[m] or world.exclusive[other]):
            return True
    return False


@compiled
def open_offers(
    quarter, world, parameters, policing, bandwidth, pole_hostility, repertoire, exists, situation, listed, values
):  # fmt: skip
    """Rules 23 and 25. Organisations that open this quarter: those to whom it is offered decide, all at once.

    Each judges the offer by the states to whom it is offered (where no pole leads) or by the pole (where one leads).
    Accession is the model's: nobody is put in. ``listed``, ``values``: (N,) buffers.
    """
    for m in range(world.opens.shape[0]):
        if world.opens[m] == quarter and situation.established[m] == 0:
            situation.established[m] = 1
            count = 0
            if world.leader[m] < 0:
                for i in range(exists.shape[0]):
                    if world.offered_to[m, i] and exists[i]:
                        listed[count] = i
                        count += 1
            values_of(
                world.leader[m], world.remit[m], listed, count, situation.intent, situation.pole_tie, policing, bandwidth,
                parameters.hurdle, values,
            )  # fmt: skip
            for i in range(exists.shape[0]):
                if world.offered_to[m, i] and exists[i] and not bound_elsewhere(i, m, world, situation.membership):
                    hostile = world.leader[m] >= 0 and pole_hostility[world.leader[m], i] > 0.5
                    if values[i] > parameters.accession_bar and not hostile:
                        situation.membership[m, i] = OBSERVER if forbidden(i, world.remit[m], repertoire) else FULL


@compiled
def share_organisation(i, j, world, membership):
    """Do i and j already belong to an organisation that no pole leads?"""
    for m in range(membership.shape[0]):
        if world.leader[m] < 0 and membership[m, i] == FULL and membership[m, j] == FULL:
            return True
    return False


@compiled
def free_slot(world, established):
    """First slot that a run may still fill, −1 if none is left."""
    for m in range(established.shape[0]):
        if established[m] == 0 and world.leader[m] < 0 and not world.offered_to[m].any():
            return m
    return -1


@compiled
def found(world, parameters, seed, replicate, clock, repertoire, exists, situation, buffer):
    """Rule 23. A core pair with ties > .4 in two arenas proposes with hazard found_rate; three must accept.

    Every state with mean tie to the core > .12 is invited and judges the core; the core must want it too. A pair that
    already shares an organisation of its own has no need of another. One founding a quarter at most.
    """
    slot = free_slot(world, situation.established)
    if slot < 0:
        return
    for i in range(exists.shape[0]):
        for j in range(i + 1, exists.shape[0]):
            if may_found(i, j, slot, world, situation):
                chance = uniforms(seed, replicate, clock, FOUNDING, world.state_keys[i], world.state_keys[j])[0]
                if chance < parameters.found_rate:
                    if gather(slot, i, j, world, parameters, repertoire, exists, situation, buffer):
                        return


@compiled
def may_found(i, j, slot, world, situation):
    """Rule 23. Is (i, j) a core pair: deep in two arenas, bound by no exclusive clause, without a body of their own?"""
    deep = 0
    for a in range(4):
        deep += 1 if situation.tie[a, i, j] > CORE_TIE else 0
    if deep < 2 or share_organisation(i, j, world, situation.membership):
        return False
    bound = bound_elsewhere(i, slot, world, situation.membership)
    return not (bound or bound_elsewhere(j, slot, world, situation.membership))


@compiled
def gather(slot, i, j, world, parameters, repertoire, exists, situation, buffer):
    """Rule 23. Invite, collect acceptances, and establish ``slot`` if the core and its guests are three or more."""
    tie, remit = situation.tie, world.remit[slot]
    bar = parameters.hurdle + parameters.accession_bar
    buffer[:] = 0.0
    buffer[i] = buffer[j] = FULL
    accepted = 2
    for k in range(exists.shape[0]):
        if k != i and k != j and exists[k] and not bound_elsewhere(k, slot, world, situation.membership):
            to_core = 0.0
            for a in range(4):
                to_core += (tie[a, k, i] + tie[a, k, j]) / 8.0
            wants = 0.5 * (outlook(situation.intent, k, i, remit) + outlook(situation.intent, k, j, remit))
            wanted = outlook(situation.intent, i, k, remit) > bar and outlook(situation.intent, j, k, remit) > bar
            if to_core > INVITED_TIE and wants > bar and wanted and not forbidden(k, remit, repertoire):
                buffer[k] = FULL
                accepted += 1
    if accepted < FOUNDERS:
        return False
    situation.established[slot] = 1
    copy(buffer, situation.membership[slot])
    situation.finance[slot] = FOUNDED_FINANCE
    return True


@compiled
def change_members(
    world, parameters, policing, bandwidth, pole_hostility, repertoire, exists, situation, listed, values
):  # fmt: skip
    """Rule 25. Accession, observers and exit, all judged against the membership at the start of the quarter.

    Accession: value > accession_bar and every member's consent above it. Observer: value within ± the bar, or the
    repertoire forbids an arena. Exit: value below −exit_cost for four quarters. Overlap is allowed unless exclusive.
    ``listed``, ``values``: (N,) buffers.
    """
    bar, hurdle = parameters.accession_bar, parameters.hurdle
    intent, pole_tie, membership, below_exit = (
        situation.intent, situation.pole_tie, situation.membership, situation.below_exit,
    )  # fmt: skip
    for m in range(world.leader.shape[0]):
        if situation.established[m]:
            leader, remit, open_to, floor = world.leader[m], world.remit[m], world.open_to[m], -world.exit_cost[m]
            count = list_members(membership[m], listed)
            values_of(leader, remit, listed, count, intent, pole_tie, policing, bandwidth, hurdle, values)
            for i in range(exists.shape[0]):
                status, worth = membership[m, i], values[i]
                if exists[i] and (status > 0.0 or open_to[i]):
                    below_exit[m, i] = below_exit[m, i] + 1 if worth < floor and status > 0.0 else 0
                    if below_exit[m, i] >= EXIT_QUARTERS:
                        membership[m, i] = 0.0
                        below_exit[m, i] = 0
                    elif status < FULL and worth > -bar:
                        agreed = all_consent(i, leader, remit, listed, count, intent, pole_hostility, hurdle, bar)
                        if agreed and not bound_elsewhere(i, m, world, membership):
                            full = worth > bar and not forbidden(i, remit, repertoire)
                            membership[m, i] = FULL if full else OBSERVER


@compiled
def drop_vanished(exists, membership):
    """States that have ceased to exist are members of nothing, (M, N), in place."""
    for m in range(membership.shape[0]):
        for i in range(exists.shape[0]):
            membership[m, i] *= exists[i]
