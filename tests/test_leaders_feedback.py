"""Rules 26 and 28: leaders come and go, treaties are at risk, and outcomes feed back a little."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain import rules

from sim.parameters import PARAMETERS, parameter_values

leaders, feedback = rules.leaders, rules.feedback
many = settings(max_examples=150, deadline=None)
N = 4
KEYS = np.arange(1, N + 1, dtype=np.uint32)
SEED = np.uint64(9)


def test_a_schedule_goes_before_chance():
    assert [leaders.leaves_office(kind, 0.0, SEED, 0, 0, KEYS[0]) for kind in (0, 1, 2)] == [0, 1, 2]
    assert leaders.leaves_office(1, 1.0, SEED, 0, 0, KEYS[0]) == leaders.SCHEDULED
    assert leaders.leaves_office(0, 1.0, SEED, 0, 0, KEYS[0]) == leaders.BY_HAZARD


def test_leaders_leave_with_their_hazard():
    left = [leaders.leaves_office(0, 0.2, SEED, 0, clock, key) > 0 for clock in range(1000) for key in KEYS]
    assert np.mean(left) == pytest.approx(0.2, abs=4 * np.sqrt(0.16 / 4000))


@many
@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1), st.floats(-5, 5))
def test_a_successor_is_half_predecessor_half_culture(predecessor, mean, spread, draw):
    found = leaders.successor(predecessor, mean, spread, draw, -1.0, 1.0)
    assert -1 <= found <= 1
    assert leaders.successor(predecessor, mean, 0.0, draw, -1.0, 1.0) == pytest.approx((predecessor + mean) / 2)
    assert found == pytest.approx(np.clip((predecessor + mean + spread * draw) / 2, -1, 1))


def situation(rung=2):
    rungs = np.full((4, N, N), rung)
    rungs[:, range(N), range(N)] = 0
    return SimpleNamespace(optimism=np.full(N, 0.4), risk_acceptance=np.full(N, 0.9), rung=rungs)


def turnover(kinds, hazard=0.0, clock=0, lock=0.0, veto=0.0, exists=(True,) * N, state=None, **changes):
    state = state or situation()
    now = SimpleNamespace(
        leader_change=np.array(kinds), turnover_hazard=np.full(N, hazard), leader_optimism=np.full(N, -0.6),
        leader_risk_acceptance=np.full(N, 0.2), veto_points=np.full(N, veto),
    )  # fmt: skip
    world = SimpleNamespace(state_keys=KEYS, culture_optimism=np.full(N, -0.2), culture_risk_acceptance=np.full(N, 0.5))
    changed = np.full(N, -1)
    leaders.turnover(
        parameter_values(changes),
        world,
        now,
        np.full((4, N, N), lock),
        SEED,
        0,
        clock,
        np.array(exists),
        state,
        changed,
    )
    return state, changed


def test_turnover():
    state, changed = turnover([0, 1, 2, 1], exists=(True, True, True, False), belief_spread=0.0)
    assert changed.tolist() == [0, 1, 2, 0]
    assert state.optimism == pytest.approx([0.4, -0.6, 0.1, 0.4])
    assert state.risk_acceptance == pytest.approx([0.9, 0.2, 0.7, 0.9])
    _, by_chance = turnover([0] * N, hazard=1.0)
    assert by_chance.tolist() == [leaders.BY_HAZARD] * N


def test_successors_are_spread_around_the_culture_and_stay_on_their_scales():
    hopes = np.array([turnover([2] * N, clock=k, belief_spread=0.3)[0].optimism for k in range(500)])
    assert hopes.mean() == pytest.approx((0.4 - 0.2) / 2, abs=0.02)
    assert hopes.std() == pytest.approx(0.15, abs=0.01)
    wild = [turnover([2] * N, clock=k, belief_spread=2.0)[0] for k in range(200)]
    assert all(
        abs(w.optimism).max() <= 1 and 0 <= w.risk_acceptance.min() <= w.risk_acceptance.max() <= 1 for w in wild
    )


def test_treaties_are_at_risk_only_under_a_new_leader_and_without_lock_in():
    untouched = situation().rung
    assert np.array_equal(turnover([0] * N, abrogation=1.0)[0].rung, untouched)
    assert np.array_equal(turnover([1] * N, abrogation=1.0, lock=0.3)[0].rung, untouched)
    assert np.array_equal(turnover([1] * N, abrogation=0.0)[0].rung, untouched)
    assert np.array_equal(turnover([1] * N, abrogation=1.0, veto=1.0)[0].rung, untouched)
    after = turnover([1, 0, 0, 0], abrogation=1.0, lock=0.29)[0].rung
    assert (after[:, 0, 1:] == 1).all() and (after[:, 1:, 0] == 1).all()  # one step, on both sides
    assert np.array_equal(after[:, 1:, 1:], untouched[:, 1:, 1:])
    nothing = turnover([1] * N, abrogation=1.0, state=situation(0))[0].rung
    assert not nothing.any()


def test_veto_points_protect_treaties():
    def dropped(veto):
        runs = [turnover([1, 0, 0, 0], clock=k, veto=veto, abrogation=0.6)[0].rung[:, 0, 1:] < 2 for k in range(300)]
        return np.mean(runs)

    assert dropped(0.0) == pytest.approx(0.6, abs=0.04)
    assert dropped(0.5) == pytest.approx(0.3, abs=0.04)
    assert dropped(0.9) == pytest.approx(0.06, abs=0.03)


# Rule 28 ------------------------------------------------------------------------------------------------------------


def grown(tie, feedback_rate, quarters=1, complementarity=1.0):
    growth = np.ones(N)
    ties = tie * (1 - np.eye(N)) * np.ones((4, 1, 1))
    for _ in range(quarters):
        feedback.grow(ties, np.full((N, N), complementarity), feedback_rate, growth)
    return growth


def test_growth():
    assert (grown(0.0, 0.002) == 1).all() and (grown(1.0, 0.0) == 1).all() and (grown(1.0, 0.1, 1, 0.0) == 1).all()
    assert grown(0.2, 0.002) == pytest.approx(1 + 0.002 * 0.6)
    assert (grown(0.4, 0.002) > grown(0.2, 0.002)).all()
    only_culture = np.ones(N)
    ties = np.zeros((4, N, N))
    ties[2] = 1
    feedback.grow(ties, np.ones((N, N)), 0.1, only_culture)
    assert (only_culture == 1).all()


def test_a_decade_moves_capability_by_fifteen_per_cent_at_most():
    assert (grown(1.0, PARAMETERS["growth_feedback"].maximum, 40) <= 1.15 + 1e-9).all()


def test_growth_is_capped():
    assert (grown(1.0, 0.1, 40) < 1.17).all()
    assert np.array_equal(grown(1.0, 0.1, 40), grown(0.5, 0.1, 40))


def hopes(before, now, coerced=0, rate=0.05, start=0.2):
    optimism = np.full(N, float(start))
    answers = np.zeros((2, N), int)
    answers[1] = coerced
    feedback.learn_from_outcomes(np.full(N, float(before)), np.full(N, float(now)), answers, rate, optimism)
    return optimism


@many
@given(st.floats(0, 50), st.floats(0, 50), st.integers(0, 2), st.floats(-1, 1), st.floats(0, 0.05))
def test_optimism_moves_by_a_twentieth_at_most(before, now, coerced, start, rate):
    after = hopes(before, now, coerced, rate, start)
    assert (abs(after - start) <= 0.05 + 1e-12).all() and (abs(after) <= 1).all()
    assert PARAMETERS["optimism_feedback"].maximum == 0.05


def test_success_and_punishment_move_optimism():
    assert hopes(1.0, 1.0) == pytest.approx(0.2)
    assert hopes(1.0, 1.5) == pytest.approx(0.225) and hopes(1.5, 1.0) == pytest.approx(0.175)
    assert hopes(1.0, 9.0) == pytest.approx(0.25) and hopes(9.0, 1.0) == pytest.approx(0.15)
    assert hopes(1.0, 9.0, coerced=1) == pytest.approx(0.15)  # complied: punished, whatever was built
    assert hopes(1.0, 1.5, coerced=2) == pytest.approx(0.225)  # resisted: no defeat


def test_tie_masses():
    tie, out = np.random.default_rng(0).random((4, N, N)), np.zeros(N)
    feedback.tie_masses(tie, out)
    assert out == pytest.approx(tie.sum((0, 2)))
