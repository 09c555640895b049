"""Rules 16–18: what was agreed is built as far as states can, and what stood long is held."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain import rules

from sim.parameters import PARAMETERS

implementation = rules.implementation
many = settings(max_examples=200, deadline=None)
share = st.floats(0, 1)


def built(tie, consent, effort=(0.6, 0.9), lock=0.0, build_rate=0.2, decay_rate=0.1, exists=(True, True)):
    """One quarter of rule 16 for one pair of two states."""
    ties = tie * (1 - np.eye(2)) * np.ones((4, 1, 1))
    implementation.build_ties(
        np.full((4, 2, 2), consent), np.tile(np.array(effort, float), (4, 1)), np.full((4, 2, 2), lock), build_rate,
        decay_rate, np.array(exists), ties,
    )  # fmt: skip
    assert np.array_equal(ties, ties.transpose(0, 2, 1)) and not ties[:, [0, 1], [0, 1]].any()
    return ties[0, 0, 1]


def within_priors(name):
    return st.floats(PARAMETERS[name].low, PARAMETERS[name].high)


@many
@given(share, share, share, share, share, within_priors("build_rate"), within_priors("decay_rate"), st.floats(0, 0.5))
def test_ties_move_toward_consent_and_never_beyond(tie, consent, one, other, lock, build_rate, decay_rate, preempt):
    after = built(tie, consent, np.array([one, other]) * (1 + preempt), lock, build_rate, decay_rate)
    assert min(tie, consent) - 1e-15 <= after <= max(tie, consent) + 1e-15


def test_no_setting_that_a_scenario_may_choose_overshoots():
    effort = 1 + PARAMETERS["w_preempt"].maximum
    assert built(0.0, 0.4, (effort, effort), build_rate=PARAMETERS["build_rate"].maximum) <= 0.4


def test_the_slower_side_sets_the_pace_of_building_and_effort_does_not_slow_decay():
    assert built(0.2, 0.7) == pytest.approx(0.2 + 0.2 * 0.6 * 0.5)
    assert built(0.2, 0.7, (0.9, 0.6)) == built(0.2, 0.7)
    assert built(0.2, 0.7, (0.0, 1.0)) == 0.2
    assert built(0.7, 0.2) == built(0.7, 0.2, (0.0, 0.0)) == pytest.approx(0.7 - 0.1 * 0.5)


@many
@given(share, share, share, share)
def test_lock_in_slows_decay_and_only_decay(tie, consent, one, other):
    loose, held = built(tie, consent, lock=min(one, other)), built(tie, consent, lock=max(one, other))
    assert held >= loose
    if consent >= tie:
        assert held == loose
    assert built(tie, min(tie, consent), lock=1.0) == tie


def test_ties_end_with_either_state():
    assert built(0.5, 0.9, exists=(True, False)) == built(0.5, 0.9, exists=(False, True)) == 0


def efforts(extraction, administration, closing=(0.0, 0.0), w_preempt=0.25, equal=0, exists=(True, True)):
    out = np.zeros((4, 2))
    administration = np.tile(np.array(administration, float), (4, 1))
    implementation.efforts(
        np.array(extraction, float), administration, np.array(closing), w_preempt, equal, np.array(exists), out
    )
    return out[0]


def test_effort():
    assert efforts([0.4, 0.0], [0.9, 1.0]) == pytest.approx([0.6, 0.0])
    assert efforts([1.0, 1.0], [0.0, 1.0]) == pytest.approx([0.0, 1.0])
    assert efforts([0.4, 0.4], [0.9, 0.9], closing=[0.0, 1.0]) == pytest.approx([0.6, 0.75])
    assert efforts([0.4, 0.4], [0.9, 0.9], closing=[0.0, 1.0], w_preempt=0.0) == pytest.approx([0.6, 0.6])
    assert efforts([0.4, 0.0], [0.9, 1.0], equal=1) == pytest.approx([0.3, 0.3])
    assert efforts([0.4, 0.0], [0.9, 1.0], equal=1, exists=(True, False)) == pytest.approx([0.6, 0.6])


def locked(stakes, half=0.5):
    out = np.zeros((4, 1, 1))
    implementation.lock_in(np.full((4, 1, 1), stakes), half, out)
    return out[0, 0, 0]


@many
@given(st.floats(0, 10), st.floats(0, 10), st.floats(0.01, 2))
def test_lock_in_rises_from_zero_and_stays_below_one(one, other, half):
    assert locked(0.0, half) == 0 and locked(half, half) == 0.5
    assert 0 <= locked(min(one, other), half) <= locked(max(one, other), half) < 1


def test_stakes_settle_where_growth_balances_decay():
    tie, stakes = np.full((4, 1, 1), 0.6), np.zeros((4, 1, 1))
    for _ in range(3000):
        implementation.accrue_stakes(tie, 0.02, 0.01, stakes)
    fixed_point = 0.02 * 0.6 / 0.01
    assert stakes == pytest.approx(fixed_point)
    implementation.accrue_stakes(0 * tie, 0.02, 0.01, stakes)
    assert stakes == pytest.approx(0.99 * fixed_point)


def test_assets_add_stakes_on_both_sides_in_their_quarter():
    def after(quarter, size=0.3, before=0.1):
        stakes = np.full((4, 3, 3), before)
        index = [np.array([k]) for k in (5, 0, 2, 1)]
        implementation.add_assets(quarter, *index, np.array([size]), stakes)
        return stakes

    assert (after(4) == 0.1).all()
    found = after(5)
    assert found[1, 0, 2] == found[1, 2, 0] == pytest.approx(0.4) and (found != 0.1).sum() == 2
    assert after(5, size=-0.3)[1, 0, 2] == 0  # what is taken away cannot exceed what there was


def test_a_closing_window_is_the_share_of_falls_from_above_one_half():
    fell, out, seen = np.zeros((8, 3)), np.zeros(3), []
    path = np.array([0.9, 0.8, 0.7, 0.7, 0.6, 0.55, 0.4, 0.3, 0.2])  # five falls from above .5 in eight quarters
    for clock in range(8):
        before = np.array([path[clock], path[clock] - 0.45, 0.9])
        now = np.array([path[clock + 1], path[clock + 1] - 0.45, 0.9])
        implementation.window_closing(before, now, clock + 3, fell, out)
        seen.append(out.copy())
    assert out == pytest.approx([5 / 8, 0, 0])
    for clock in range(8):
        implementation.window_closing(np.full(3, 0.9), np.full(3, 0.9), clock + 11, fell, out)
        assert (out >= 0).all() and (out <= 1).all()
    assert (out == 0).all()  # eight quarters later it is forgotten
