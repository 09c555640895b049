"""The class of a region, found from the ties of one window (model.md, Outcomes).

A bloc of the kind that is looked for needs all of: (1) a group in the tie network that matches an organisation; (2) enough secondary
states as full members; (3) density in enough arenas; (4) contrast against two nulls; (5) an organisation that is
alive; (6) members whose ties are not mostly to poles. No input enters but ties, memberships, depths and, for
``polarised``, hostility: a class is computed from one run alone, and no name of a state or organisation is known here.

Three readings that the specification leaves open:

- The members of an organisation are its existing full members; observers count for alignment only.
- A functional club needs three members like a bloc: an organisation of two is a talk shop, however deep.
- Two camps are polarised only if both are of bloc size and dense in some arena besides culture; otherwise the
  class would follow from hostility, which is an input.
"""

from typing import NamedTuple

import numpy as np

from sim.outcomes_groups import best_jaccard, contrast, detect_groups, internal_density
from sim.outcomes_measures import (
    alignment_shares,
    hedging_index,
    member_count,
    overreach_flags,
    system_measures,
    vitality,
)
from sim.outcomes_nulls import contrast_percentiles
from sim.rules.arithmetic import cube_root
from sim.rules.compiled import compiled

__all__ = [
    "OutcomeThresholds", "alignment_shares", "assess_window", "contrast", "contrast_percentiles", "detect_groups",
    "hedging_index", "internal_density", "member_count", "overreach_flags", "system_measures", "vitality",
]  # fmt: skip

NONE, DYAD, TALK_SHOP, FUNCTIONAL_CLUB, SOFT_BLOC, COLLECTIVE_DEFENCE, POLE_ABSORBED, POLARISED = range(8)
ZOMBIE, ALIVE = 2, 3  # indices into recording.VITALITY
DEFENCE, CONNECTIVITY, CULTURE, INSTITUTIONS = range(4)
CLUB_SIZE = 3  # full members of a functional club, and of an organisation with a bloc index
CLUB_ARENAS = 2
FULL_INDEX_SIZE = 6.0  # members from which on size no longer lowers the bloc index
INDEX_FLOOR = 0.02  # no nulls are drawn for a bloc index that could not exceed this; it is 0


class OutcomeThresholds(NamedTuple):
    """Where the classes begin. The threshold sweep varies these; a run never reads them."""

    deep: float = 0.3  # mean internal tie that makes an arena dense
    size: int = 3  # secondary full members of a bloc
    jaccard: float = 0.6  # overlap of a group with an organisation
    arenas: int = 3  # dense arenas of a bloc
    contrast: float = 95.0  # percentile to exceed
    pole_share: float = 0.7  # of the members' tie mass, at most
    defence: float = 0.5  # defence depth to exceed for collective defence
    dyad: float = 0.5  # tie to exceed in two arenas
    hostility: float = 0.5  # mean between two camps, to exceed
    camps: float = 0.8  # share of states in one of two camps, to exceed


@compiled
def assess_window(
    window_tie, window_pole_tie, hostility, exists, membership, depth, vitality, leader,
    seed, replicate, quarter, state_keys, thresholds, with_index,
    organisation_class, organisation_bloc_index, organisation_contrast,
):  # fmt: skip
    """Class of the region over one window: (class, organisation that gives it or −1, bloc index).

    window_tie: (4, N, N) and window_pole_tie: (4, P, N), means of the window. hostility: (N, N). exists: (N,) bool.
    membership: (M, N). depth: (M, 4). vitality: (M,) index into recording.VITALITY. leader: (M,) pole or −1.
    seed, replicate, quarter, state_keys: keys of the nulls' draws. thresholds: OutcomeThresholds. with_index: whether
    bloc indices are wanted, which need nulls in every window; without, they are 0 where a class does not need nulls.
    Written, (M,) each: organisation_class int64; organisation_bloc_index; organisation_contrast, a percentile, −1
    where it was not needed. The bloc index returned is the best of the organisations that no pole leads.
    """
    sets, n = membership.shape
    members = np.zeros((sets, n), np.bool_)
    wanted = np.zeros(sets, np.bool_)
    density = np.zeros((sets, 4))
    indices = np.zeros(sets)
    labels = np.empty(n, np.int64)
    groups = -1  # looked for only where a class can depend on them
    if _may_be_polarised(window_tie, hostility, exists, thresholds):
        groups = detect_groups(_mean_over_arenas(window_tie, exists), exists, labels)
    for m in range(sets):
        size = 0
        for i in range(n):
            members[m, i] = exists[i] and membership[m, i] >= 1.0
            size += 1 if members[m, i] else 0
        for a in range(4):
            density[m, a] = internal_density(window_tie[a], members[m])
        indexed = size >= CLUB_SIZE and leader[m] < 0 and vitality[m] >= ZOMBIE
        indices[m] = _index_before_contrast(density[m], size) if indexed else 0.0
        organisation_contrast[m] = -1.0
        organisation_bloc_index[m] = 0.0
        organisation_class[m] = _class_before_contrast(
            density[m], size, vitality[m], leader[m],
            _pole_share(window_tie, window_pole_tie, exists, members[m]), thresholds,
        )  # fmt: skip
        if organisation_class[m] == SOFT_BLOC:
            if groups < 0:
                groups = detect_groups(_mean_over_arenas(window_tie, exists), exists, labels)
            if best_jaccard(labels, groups, members[m]) < thresholds.jaccard:
                organisation_class[m] = FUNCTIONAL_CLUB
        wanted[m] = organisation_class[m] == SOFT_BLOC or (with_index and indices[m] > INDEX_FLOOR)
    if wanted.any():
        contrast_percentiles(
            _mean_over_arenas(window_tie, exists), exists, members, wanted, CLUB_SIZE, seed, replicate, quarter,
            state_keys, organisation_contrast,
        )  # fmt: skip
    for m in range(sets):
        if wanted[m]:
            organisation_bloc_index[m] = indices[m] * organisation_contrast[m] / 100.0
        if organisation_class[m] == SOFT_BLOC:
            if organisation_contrast[m] <= thresholds.contrast:
                organisation_class[m] = FUNCTIONAL_CLUB
            elif depth[m, DEFENCE] > thresholds.defence:
                organisation_class[m] = COLLECTIVE_DEFENCE
    best, organisation, bloc_index = _best_organisation(organisation_class, organisation_bloc_index)
    if groups >= 0 and _polarised(window_tie, hostility, exists, labels, groups, thresholds):
        return POLARISED, -1, bloc_index
    if best < TALK_SHOP:
        return (DYAD if _dyad(window_tie, exists, thresholds.dyad) else NONE), -1, bloc_index
    return best, organisation, bloc_index


@compiled
def _mean_over_arenas(tie, exists):
    """Mean tie of a pair over the four arenas, (N, N); 0 where one of the two does not exist."""
    n = exists.shape[0]
    out = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j and exists[i] and exists[j]:
                out[i, j] = 0.25 * (tie[0, i, j] + tie[1, i, j] + tie[2, i, j] + tie[3, i, j])
    return out


@compiled
def _class_before_contrast(density, size, vitality, leader, pole_share, thresholds):
    """Class of one organisation by all conditions but (1) and (4); soft bloc means: if a group matches and stands out."""
    dense = 0
    for a in range(4):
        dense += 1 if density[a] > thresholds.deep else 0
    club = vitality == ALIVE and size >= CLUB_SIZE and dense >= CLUB_ARENAS
    if club and (leader >= 0 or pole_share > thresholds.pole_share):
        return POLE_ABSORBED
    if leader >= 0 or vitality < ZOMBIE:
        return NONE
    if not club:
        return TALK_SHOP
    if size >= thresholds.size and dense >= thresholds.arenas:
        return SOFT_BLOC
    return FUNCTIONAL_CLUB


@compiled
def _pole_share(tie, pole_tie, exists, members):
    """Share of the members' tie mass that goes to poles, 0–1 (condition 6); 0 without any."""
    to_poles, to_states = 0.0, 0.0
    for i in range(exists.shape[0]):
        if members[i]:
            for a in range(4):
                for p in range(pole_tie.shape[1]):
                    to_poles += pole_tie[a, p, i]
                for j in range(exists.shape[0]):
                    if j != i and exists[j]:
                        to_states += tie[a, i, j]
    return to_poles / (to_poles + to_states) if to_poles > 0.0 else 0.0


@compiled
def _index_before_contrast(density, size):
    """Geometric mean of internal density in connectivity, culture, institutions × min(n, 6)/6, 0–1."""
    product = density[CONNECTIVITY] * density[CULTURE] * density[INSTITUTIONS]
    return cube_root(product) * min(np.float64(size), FULL_INDEX_SIZE) / FULL_INDEX_SIZE


@compiled
def _best_organisation(organisation_class, bloc_index):
    """(highest class, its organisation: greatest index, then first; greatest bloc index of all)."""
    best, organisation, greatest = NONE, -1, 0.0
    for m in range(organisation_class.shape[0]):
        greatest = max(greatest, bloc_index[m])
        higher = organisation_class[m] > best
        if higher or (organisation >= 0 and organisation_class[m] == best and bloc_index[m] > bloc_index[organisation]):
            best, organisation = organisation_class[m], m
    return best, organisation, greatest


@compiled
def _dyad(tie, exists, bar):
    """Whether one pair has a tie above ``bar`` in two arenas."""
    n = exists.shape[0]
    for i in range(n):
        for j in range(i + 1, n):
            if exists[i] and exists[j]:
                strong = 0
                for a in range(4):
                    strong += 1 if tie[a, i, j] > bar else 0
                if strong >= 2:
                    return True
    return False


@compiled
def _may_be_polarised(tie, hostility, exists, thresholds):
    """Whether there is hostility enough for two camps of any make, and a dense arena: else no groups need be found.

    Two camps hold more than ``camps`` of the states present, each at least ``size``, so they have at least
    size·(camps·present − size) pairs between them, whose mean hostility must exceed the bar.
    """
    n = exists.shape[0]
    present, hostile, strongest = 0, 0.0, 0.0
    for i in range(n):
        present += 1 if exists[i] else 0
        for j in range(i):
            if exists[i] and exists[j]:
                hostile += 0.5 * (hostility[i, j] + hostility[j, i])
                for a in range(4):
                    if a != CULTURE:
                        strongest = max(strongest, tie[a, i, j])
    fewest_pairs = thresholds.size * (thresholds.camps * present - thresholds.size)
    return strongest > thresholds.deep and hostile > thresholds.hostility * max(fewest_pairs, 1.0)


@compiled
def _polarised(tie, hostility, exists, labels, groups, thresholds):
    """Whether two dense groups hold nearly all states and are hostile to each other."""
    n = exists.shape[0]
    present = 0
    sizes = np.zeros(groups, np.int64)
    for i in range(n):
        if labels[i] >= 0:
            present += 1
            sizes[labels[i]] += 1
    for g in range(groups):
        for h in range(g + 1, groups):
            if min(sizes[g], sizes[h]) < thresholds.size or sizes[g] + sizes[h] <= thresholds.camps * present:
                continue
            total = 0.0
            for i in range(n):
                for j in range(n):
                    if labels[i] == g and labels[j] == h:
                        total += 0.5 * (hostility[i, j] + hostility[j, i])
            hostile = total / (sizes[g] * sizes[h]) > thresholds.hostility
            if hostile and _dense_camp(tie, labels, g, thresholds) and _dense_camp(tie, labels, h, thresholds):
                return True
    return False


@compiled
def _dense_camp(tie, labels, g, thresholds):
    """Whether group ``g`` is dense in some arena besides culture, which alone never counts."""
    members = np.zeros(labels.shape[0], np.bool_)
    for i in range(labels.shape[0]):
        members[i] = labels[i] == g
    for a in range(4):
        if a != CULTURE and internal_density(tie[a], members) > thresholds.deep:
            return True
    return False
