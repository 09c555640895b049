"""Outcomes on worlds made by hand: what is a bloc, what must not be one, and what may not move a class."""

import os
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.frames import longest_spell
from sim.limit_cycles import limit_cycle
from sim.outcomes import (
    COLLECTIVE_DEFENCE,
    DYAD,
    FUNCTIONAL_CLUB,
    NONE,
    POLARISED,
    POLE_ABSORBED,
    SOFT_BLOC,
    TALK_SHOP,
    OutcomeThresholds,
    alignment_shares,
    assess_window,
    contrast,
    detect_groups,
    hedging_index,
    internal_density,
    member_count,
    overreach_flags,
    system_measures,
    vitality,
)
from sim.rules.draws import state_key

ALIVE, ZOMBIE, DEAD, ABSENT = 3, 2, 1, 0
DEFAULTS = OutcomeThresholds()
SEED = np.uint64(7)  # types as in a run, whose compiled code is in the cache


def keys_of(n):
    return np.array([state_key(f"S{i:02d}") for i in range(n)], np.uint32)


def background(n, seed=0, mean=0.05, spread=0.5):
    """Faint noisy ties, (4, N, N)."""
    ties = mean * np.exp(spread * np.random.default_rng(seed).standard_normal((4, n, n)))
    upper = np.triu(ties, 1)
    return np.clip(upper + upper.transpose(0, 2, 1), 0, 1)


def clique(ties, members, level, arenas=(0, 1, 2, 3)):
    for a in arenas:
        for i in members:
            for j in members:
                if i != j:
                    ties[a, i, j] = level
    return ties


def organisations(n, *member_sets):
    out = np.zeros((len(member_sets), n))
    for m, members in enumerate(member_sets):
        out[m, list(members)] = 1
    return out


def assess(ties, membership, *, pole_tie=None, hostility=None, depth=None, vital=None, leader=None, exists=None,
           thresholds=DEFAULTS, replicate=0, keys=None):  # fmt: skip
    n, sets = ties.shape[1], membership.shape[0]
    classes, indices, percentiles = np.zeros(sets, np.int64), np.zeros(sets), np.zeros(sets)
    result = assess_window(
        np.ascontiguousarray(ties),
        np.zeros((4, 2, n)) if pole_tie is None else pole_tie,
        np.zeros((n, n)) if hostility is None else hostility,
        np.ones(n, bool) if exists is None else exists,
        membership,
        np.full((sets, 4), 0.2) if depth is None else depth,
        np.full(sets, ALIVE, np.int64) if vital is None else np.asarray(vital, np.int64),
        np.full(sets, -1, np.int64) if leader is None else np.asarray(leader, np.int64),
        SEED, replicate, 31, keys_of(n) if keys is None else keys, thresholds, True, classes, indices, percentiles,
    )  # fmt: skip
    return result, classes, indices, percentiles


# --- classes ---------------------------------------------------------------------------------------------------


def test_a_clique_that_matches_an_organisation_is_a_soft_bloc():
    ties = clique(background(16), range(5), 0.4)
    (number, organisation, index), classes, indices, percentiles = assess(ties, organisations(16, range(5)))
    assert (number, organisation) == (SOFT_BLOC, 0)
    assert percentiles[0] > 95
    assert index == indices[0] == pytest.approx(0.4 * 5 / 6 * percentiles[0] / 100)


def test_two_cliques_with_an_organisation_each_are_two_blocs():
    ties = clique(clique(background(16), range(5), 0.45), range(5, 10), 0.4)
    (number, organisation, _), classes, _, _ = assess(ties, organisations(16, range(5), range(5, 10)))
    assert list(classes) == [SOFT_BLOC, SOFT_BLOC]
    assert (number, organisation) == (SOFT_BLOC, 0), "the one with the greater index gives the class"


def test_defence_depth_makes_collective_defence():
    ties = clique(background(16), range(5), 0.6)
    depth = np.array([[0.55, 0.5, 0.5, 0.5]])
    assert assess(ties, organisations(16, range(5)), depth=depth)[0][0] == COLLECTIVE_DEFENCE


def test_two_hostile_cliques_are_polarised():
    ties = clique(clique(background(10), range(5), 0.5), range(5, 10), 0.5)
    hostility = np.zeros((10, 10))
    hostility[:5, 5:] = hostility[5:, :5] = 0.7
    assert assess(ties, organisations(10), hostility=hostility)[0][:2] == (POLARISED, -1)
    assert assess(ties, organisations(10))[0][0] != POLARISED
    outsiders = clique(clique(background(16), range(5), 0.5), range(5, 10), 0.5)
    wide = np.full((16, 16), 0.7)
    assert assess(outsiders, organisations(16), hostility=wide)[0][0] != POLARISED, "two fifths stand aside"


def test_hostility_without_ties_is_not_polarisation():
    assert assess(background(10), organisations(10), hostility=np.ones((10, 10)))[0][0] == NONE


def test_a_complete_graph_is_no_bloc():
    for members in (range(5), range(8), range(11), range(12)):
        ties = clique(np.zeros((4, 12, 12)), range(12), 0.6)
        assert assess(ties, organisations(12, members))[1][0] == FUNCTIONAL_CLUB


def test_a_star_around_a_pole_is_no_bloc():
    pole_tie = np.zeros((4, 2, 12))
    pole_tie[:, 0] = 0.9
    result, *_ = assess(background(12), organisations(12, range(5)), pole_tie=pole_tie)
    assert result[0] == TALK_SHOP and result[2] < 0.06


def test_kin_tied_by_culture_only_are_no_bloc():
    ties = clique(background(16), range(5), 0.9, arenas=(2,))
    result, *_ = assess(ties, organisations(16, range(5)))
    assert result[0] == TALK_SHOP


def test_a_clique_without_an_organisation_is_no_bloc():
    ties = clique(background(16), range(5), 0.6)
    assert assess(ties, organisations(16, range(8, 13)))[1][0] == TALK_SHOP
    assert assess(ties, organisations(16, ()), vital=[ABSENT])[0][0] == DYAD


def test_members_mostly_tied_to_poles_are_absorbed():
    ties = clique(background(16), range(5), 0.4)
    pole_tie = np.zeros((4, 2, 16))
    pole_tie[:, :, :5] = 0.9
    assert assess(ties, organisations(16, range(5)), pole_tie=pole_tie)[0][0] == SOFT_BLOC
    pole_tie = np.full((4, 6, 16), 0.9)
    assert assess(ties, organisations(16, range(5)), pole_tie=pole_tie)[0][0] == POLE_ABSORBED


def test_a_pole_led_organisation_can_only_absorb_and_hides_no_bloc():
    ties = clique(clique(background(16), range(5), 0.4), range(5, 10), 0.4)
    (number, organisation, index), classes, indices, percentiles = assess(
        ties, organisations(16, range(5), range(5, 10)), leader=[0, -1]
    )
    assert (number, organisation) == (POLE_ABSORBED, 0)
    assert list(classes) == [POLE_ABSORBED, SOFT_BLOC]
    assert indices[0] == 0 and percentiles[0] == -1 and index == indices[1] > 0
    assert assess(background(16), organisations(16, range(5)), leader=[0])[0][0] == NONE


def test_lesser_classes():
    two = clique(background(16), range(5), 0.4, arenas=(1, 3))
    one = organisations(16, range(5))
    assert assess(two, one)[0][0] == FUNCTIONAL_CLUB
    assert assess(two, one, vital=[ZOMBIE])[0][0] == TALK_SHOP
    assert assess(two, one, vital=[DEAD])[0][0] == NONE
    pair = clique(background(16), range(2), 0.6, arenas=(0, 1))
    assert assess(pair, one, vital=[ABSENT])[0] == (DYAD, -1, 0.0)
    assert assess(clique(background(16), range(2), 0.6, arenas=(0,)), one, vital=[ABSENT])[0][0] == NONE


def test_thresholds_move_the_class():
    ties, four = clique(background(16), range(4), 0.4), organisations(16, range(4))
    assert assess(ties, four)[0][0] == SOFT_BLOC
    assert assess(ties, four, thresholds=OutcomeThresholds(size=5))[0][0] == FUNCTIONAL_CLUB
    assert assess(ties, four, thresholds=OutcomeThresholds(deep=0.45))[0][0] == TALK_SHOP


def test_a_faint_periphery_does_not_hide_a_bloc():
    ties = clique(background(16), range(5), 0.4)
    ties[:, :5, 5:] *= 2
    ties[:, 5:, :5] *= 2
    assert assess(ties, organisations(16, range(5)))[0][0] == SOFT_BLOC


def test_states_that_do_not_exist_count_for_nothing():
    ties = clique(background(18), range(5), 0.4)
    exists = np.arange(18) < 16
    loud = ties.copy()
    loud[:, 16:] = loud[:, :, 16:] = 0.9
    member_ghosts = organisations(18, (0, 1, 2, 3, 4, 16, 17))
    a = assess(ties, organisations(18, range(5)), exists=exists)
    b = assess(loud, member_ghosts, exists=exists)
    assert a[0] == b[0] and a[0][0] == SOFT_BLOC
    alone = assess(np.ascontiguousarray(ties[:, :16, :16]), organisations(16, range(5)))
    assert alone[0] == a[0], "and their draws change nobody else's"


def test_random_graphs_are_seldom_blocs_even_where_organisations_follow_the_groups_found():
    """The hard case: every group that the detection finds in noise has founded an organisation."""
    hits, trials = 0, 120
    for seed in range(trials):
        n = (12, 16, 24)[seed % 3]
        ties = background(n, seed, mean=0.45, spread=(0.2, 0.6)[seed % 2])
        if seed % 4 < 2:
            ties[:] = ties[0]  # arenas that agree in all their noise
        labels = np.empty(n, np.int64)
        groups = detect_groups(ties.mean(axis=0), np.ones(n, bool), labels)
        _, classes, _, _ = assess(
            ties, organisations(n, *[np.flatnonzero(labels == g) for g in range(groups)]), replicate=seed
        )
        hits += np.any(classes >= SOFT_BLOC)
    assert hits / trials < 0.10


def test_planted_blocs_are_found():
    found = 0
    for seed in range(40):
        ties = background(16, seed)
        ties[:, :5, :5] = background(5, seed + 100, mean=0.38, spread=0.25)
        found += assess(ties, organisations(16, range(5)), replicate=seed)[0][0] == SOFT_BLOC
    assert found >= 34


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), level=st.floats(0.2, 0.6))
def test_the_order_of_states_does_not_matter(seed, level):
    rng = np.random.default_rng(seed)
    n = 12
    ties = background(n, seed)
    ties[:, :5, :5] = background(5, seed + 1, mean=level, spread=0.3)
    membership = organisations(n, range(5), range(4, 9))
    order = rng.permutation(n)
    pole_tie = rng.uniform(0, 0.3, (4, 2, n))
    hostility = rng.uniform(0, 1, (n, n))
    a = assess(ties, membership, pole_tie=pole_tie, hostility=hostility)
    b = assess(
        ties[:, order][:, :, order], np.ascontiguousarray(membership[:, order]),
        pole_tie=np.ascontiguousarray(pole_tie[:, :, order]),
        hostility=np.ascontiguousarray(hostility[order][:, order]), keys=keys_of(n)[order],
    )  # fmt: skip
    assert a[0][:2] == b[0][:2] and a[0][2] == pytest.approx(b[0][2])
    for before, after in zip(a[1:], b[1:], strict=True):
        np.testing.assert_allclose(before, after)


# --- groups ----------------------------------------------------------------------------------------------------


def groups_of(weights, exists=None):
    labels = np.empty(weights.shape[0], np.int64)
    count = detect_groups(weights, np.ones(weights.shape[0], bool) if exists is None else exists, labels)
    return count, list(labels)


def test_groups():
    two = clique(clique(np.zeros((4, 7, 7)), range(3), 0.5), range(3, 6), 0.4).mean(axis=0)
    assert groups_of(two) == (3, [0, 0, 0, 1, 1, 1, 2])
    two[2, 3] = two[3, 2] = 0.3
    assert groups_of(two) == (3, [0, 0, 0, 1, 1, 1, 2]), "one bridge does not join two cliques"
    assert groups_of(two, np.arange(7) != 1)[1] == [0, -1, 0, 1, 1, 1, 2]
    assert groups_of(np.zeros((3, 3))) == (3, [0, 1, 2])
    assert groups_of(np.full((4, 4), 0.7)) == (4, [0, 1, 2, 3]), "equal ties bind nobody to one more than another"
    assert groups_of(np.zeros((1, 1))) == (1, [0])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 20))
def test_groups_are_a_partition_numbered_in_order(seed, n):
    rng = np.random.default_rng(seed)
    exists = rng.random(n) < 0.8
    weights = background(n, seed)[0] if n > 1 else np.zeros((1, 1))
    count, labels = groups_of(weights, exists)
    assert [label >= 0 for label in labels] == list(exists)
    seen = [label for label in dict.fromkeys(labels) if label >= 0]
    assert seen == list(range(count))


def test_density_and_contrast():
    ties = np.zeros((4, 4))
    ties[0, 1] = ties[1, 0] = 0.6
    ties[0, 2] = ties[2, 0] = 0.2
    pair, everyone = np.array([True, True, False, False]), np.ones(4, bool)
    assert internal_density(ties, pair) == 0.6
    assert internal_density(ties, everyone) == pytest.approx(0.8 / 6)
    assert contrast(ties, pair, everyone) == pytest.approx(0.6 - 0.2 / 4)
    assert contrast(ties, everyone, everyone) == 0


# --- quarterly measures ----------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 8), sets=st.integers(0, 4))
def test_alignment_shares_sum_to_one(seed, n, sets):
    rng = np.random.default_rng(seed)
    ties = rng.uniform(0, 1, (4, n, n)) * (rng.random((4, n, n)) < 0.5)
    ties += ties.transpose(0, 2, 1)
    pole_tie = rng.uniform(0, 1, (4, 3, n)) * (rng.random((4, 3, n)) < 0.3)
    membership = rng.choice([0, 0.5, 1], (sets, n))
    out = np.full((n, 3 + sets + 1), np.nan)
    alignment_shares(ties, pole_tie, membership, rng.random(n) < 0.8, out)
    assert np.all(out >= 0)
    np.testing.assert_allclose(out.sum(axis=1), 1, atol=1e-12)


def test_alignment_of_shared_ties_and_observers():
    ties = np.zeros((4, 3, 3))
    ties[1, 0, 1] = ties[1, 1, 0] = 0.6
    pole_tie = np.zeros((4, 1, 3))
    pole_tie[0, 0, 0] = 0.2
    shares = np.empty((3, 4))
    alignment_shares(ties, pole_tie, np.array([[1.0, 1, 0], [1, 1, 0]]), np.ones(3, bool), shares)
    np.testing.assert_allclose(shares[0], [0.25, 0.375, 0.375, 0])
    np.testing.assert_allclose(shares[2], [0, 0, 0, 1])
    alignment_shares(ties, pole_tie, np.array([[1.0, 0.5, 0], [0, 0, 0]]), np.ones(3, bool), shares)
    np.testing.assert_allclose(shares[0], [0.25, 0.375, 0, 0.375])
    alignment_shares(ties, pole_tie, np.array([[1.0, 1, 0], [1, 0.5, 0]]), np.ones(3, bool), shares)
    np.testing.assert_allclose(shares[0], [0.25, 0.5, 0.25, 0])


def test_hedging():
    now, before, out = np.zeros((4, 2, 5)), np.zeros((4, 2, 5)), np.empty(5)
    now[0, :, 0] = before[0, :, 0] = 0.4  # two poles, nothing moves
    now[0, :, 1], before[0, :, 1] = 0.4, (0.3, 0.5)  # two poles, moved apart
    now[0, :, 2], before[0, :, 2] = 0.4, 0.2  # two poles, moved alike
    now[0, 0, 3] = 0.8  # one pole
    hedging_index(now, before, np.ones(5, bool), out)
    np.testing.assert_allclose(out, [0.25, 0.5, 0.25, 0, 0], atol=1e-12)


def test_vitality():
    history = np.zeros((12, 6))
    history[:, 2] = 0.05
    history[:, 3] = np.linspace(0.03, 0.05, 12)
    history[:, 4] = 0.2
    depth = np.repeat(np.array([0, 0.3, 0.05, 0.05, 0.2, 0.0])[:, None], 4, axis=1)
    members, codes = np.array([3, 1, 3, 3, 3, 3]), np.empty(6, np.int64)
    vitality(history, depth, members, np.array([0, 1, 1, 1, 1, 1]), codes)
    assert list(codes) == [ABSENT, DEAD, ZOMBIE, ALIVE, ALIVE, ZOMBIE]


def test_member_count_has_the_leading_pole_but_no_observer():
    out = np.empty(2, np.int64)
    member_count(np.array([[1.0, 0.5, 1], [1, 0, 0]]), np.array([-1, 2]), np.array([True, True, False]), out)
    assert list(out) == [1, 2]


def test_overreach_needs_coercion_and_a_wide_gap():
    truth = np.full((4, 3), 0.4)
    perceived = truth + np.array([0.2, 0.2, 0.1])
    coerced, out = np.array([[1, 0, 1], [0, 0, 0]]), np.empty(3, np.int64)
    assert overreach_flags(perceived, truth, coerced, np.ones(3, bool), out) == 1
    assert list(out) == [1, 0, 0]


def measures(ties, pole_tie, membership=None, depth=None, leader=(-1,), vital=(ALIVE,)):
    n = ties.shape[1]
    membership = np.zeros((1, n)) if membership is None else membership
    depth = np.zeros((1, 4)) if depth is None else depth
    return system_measures(ties, pole_tie, membership, depth, np.array(vital), np.array(leader), np.ones(n, bool))


def test_system_measures_in_their_limits():
    n = 6
    none, no_pole = np.zeros((4, n, n)), np.zeros((4, 2, n))
    assert measures(none, no_pole) == (0, 0, 0, 0, 0)
    star = no_pole.copy()
    star[:, 0] = 0.5
    s1, s2, s3, s4, mean = measures(none, star)
    assert (s1, s2, s4, mean) == (1, 0, 0, 0) and s3 == pytest.approx(0.5)
    both = np.full((4, 2, n), 0.5)
    assert measures(none, both)[0] == pytest.approx(0.5)
    region = clique(none.copy(), range(n), 0.5)
    s1, s2, s3, s4, mean = measures(region, no_pole, np.ones((1, n)), np.full((1, 4), 0.4))
    assert s1 == 0 and s2 == 1 and s3 == pytest.approx(1) and s4 == pytest.approx(0.4) and mean == pytest.approx(0.5)
    assert measures(region, no_pole, np.ones((1, n)), np.full((1, 4), 0.4), leader=(0,))[3] == 0
    assert measures(region, no_pole, np.ones((1, n)), np.full((1, 4), 0.4), vital=(ZOMBIE,))[3] == 0
    middle = measures(region, star)
    assert 0.5 < middle[2] < 1
    joint = np.zeros((n + 2, n + 2))
    joint[:n, :n] = region.sum(axis=0)
    joint[:n, n:] = star.sum(axis=0).T
    joint[n:, :n] = joint[:n, n:].T
    leading = np.linalg.eigh(joint)[1][:, -1]
    assert middle[2] == pytest.approx(np.sum(leading[:n] ** 2), abs=1e-8)


# --- histories -------------------------------------------------------------------------------------------------


def test_the_longest_spell_is_of_one_organisation():
    held = np.zeros((3, 7, 2), bool)
    held[0, 1:3, 0] = held[0, 3:6, 1] = True  # one takes over from the other: two spells, not one of five windows
    held[1, :2, 1] = held[1, 5:, 0] = True  # of equal spells the earlier
    length, end, carrier = longest_spell(held)
    assert list(length) == [3, 2, 0]
    assert list(end) == [5, 1, -1]
    assert list(carrier) == [1, 1, -1]


@pytest.mark.parametrize("period", range(2, 9))
def test_limit_cycles_are_seen(period):
    t = np.arange(80)
    assert limit_cycle(0.3 + 0.005 * np.cos(2 * np.pi * t / period))
    assert limit_cycle(0.3 + 0.005 * ((t % period) == 0))
    assert limit_cycle(0.3 + 0.002 * t + 0.005 * np.cos(2 * np.pi * t / period)), "also on a trend"
    assert not limit_cycle(0.3 + 0.0004 * np.cos(2 * np.pi * t / period)), "too small to matter"
    assert not limit_cycle(0.3 + 0.5 * 0.9**t * np.cos(2 * np.pi * t / period)), "dies out"
    ties = np.full((80, 4, 3, 3), 0.2)
    ties[:, 1, 0, 2] += 0.01 * ((t % period) == 0)
    assert limit_cycle(ties)


def test_no_limit_cycle_in_drift_noise_or_slow_waves():
    t = np.arange(100)
    rng = np.random.default_rng(1)
    assert not limit_cycle(np.full(100, 0.3))
    assert not limit_cycle(0.1 + 0.005 * t)
    assert not limit_cycle(1 - np.exp(-t / 30))
    assert not limit_cycle(0.3 + 0.1 * np.cos(2 * np.pi * t / 40))
    assert not limit_cycle(0.3 + 0.02 * rng.standard_normal((100, 50)))
    assert not limit_cycle(np.cumsum(0.01 * rng.standard_normal((100, 50)), axis=0))
    assert not limit_cycle(np.array([0.1, 0.2] * 5)), "too short to tell"


# --- compiled and plain ----------------------------------------------------------------------------------------


def one_case() -> str:
    """Bits of every kind of outcome in one made-up window, as text."""
    ties = clique(background(10, 3), range(4), 0.4)
    pole_tie = np.random.default_rng(2).uniform(0, 0.5, (4, 2, 10))
    both = organisations(10, range(4), range(3, 8))
    result, classes, indices, percentiles = assess(ties, both, pole_tie=pole_tie)
    shares = np.empty((10, 5))
    alignment_shares(ties, pole_tie, both, np.ones(10, bool), shares)
    values = [*map(float, result), *classes, *indices, *percentiles, *shares.ravel(), *measures(ties, pole_tie)]
    return " ".join(float(value).hex() for value in values)


def test_compiled_and_plain_python_give_the_same_bits():
    """This process is the one, a second process the other."""
    other = {"NUMBA_DISABLE_JIT": str(1 - numba.config.DISABLE_JIT)}
    code = "import numba, test_outcomes; print(numba.config.DISABLE_JIT, test_outcomes.one_case())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent, env=os.environ | other, capture_output=True, text=True
    )
    assert done.stdout.strip() == f"{other['NUMBA_DISABLE_JIT']} {one_case()}", done.stderr
