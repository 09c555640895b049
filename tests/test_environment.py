"""Rules 1–9: limits and signs of the systemic environment."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain import rules

from sim import world

environment = rules.environment
many = settings(max_examples=100, deadline=None)
share = st.floats(0, 1)
signed = st.floats(-1, 1)


def grid(rows, columns, values=share):
    one_row = st.lists(values, min_size=columns, max_size=columns)
    return st.lists(one_row, min_size=rows, max_size=rows).map(np.array)


def vector(length, values=share):
    return st.lists(values, min_size=length, max_size=length).map(np.array)


def exposed(distance, dependence, reach_distance=1.6):
    out = np.zeros((1, 1))
    environment.exposure(np.array([[distance]]), np.array([[dependence]]), reach_distance, out)
    return out[0, 0]


def reached(capability=0.8, policing=0.7, bandwidth=0.9, exposure=0.6, slope=3.0):
    out = np.zeros((1, 1))
    environment.reach(
        np.array([capability]), np.array([policing]), np.array([bandwidth]), np.array([[exposure]]), slope, out
    )
    return out[0, 0]


def opposed(opposition, reach, counterbalance=0.5, supporters=None):
    """opposition (P, 4), reach (P, N) → opposed reach (P, 4, N) and permissiveness (4, N)."""
    opposition, reach = np.array(opposition, float), np.array(reach, float)
    supporters = reach if supporters is None else np.array(supporters, float)
    out, free = np.zeros((*opposition.shape, reach.shape[1])), np.zeros((4, reach.shape[1]))
    environment.opposed_reach(opposition, reach, supporters, counterbalance, out)
    environment.permissiveness(out, free)
    return out, free


# Rules 1 and 2 ------------------------------------------------------------------------------------------------------


def test_exposure_limits():
    assert exposed(0, 0) == 1
    assert exposed(50, 1) == 1
    assert exposed(50, 0) == pytest.approx(0, abs=1e-12)
    assert exposed(1.6, 0) == pytest.approx(math.exp(-1))
    assert exposed(1.6, 0.5) == pytest.approx(1 - (1 - math.exp(-1)) * 0.5)


@many
@given(st.floats(0, 20), st.floats(0, 5), share, share, st.floats(0.05, 10))
def test_exposure_falls_with_distance_and_rises_with_dependence(distance, further, dependence, more, reach_distance):
    here = exposed(distance, dependence, reach_distance)
    assert -1e-15 <= here <= 1
    assert exposed(distance + further, dependence, reach_distance) <= here + 1e-15
    assert exposed(distance, max(dependence, more), reach_distance) >= here - 1e-15


@pytest.mark.parametrize("missing", ["capability", "policing", "bandwidth", "exposure"])
def test_each_condition_of_reach_is_necessary(missing):
    assert reached() > 0.5
    assert reached(**{missing: 0.0}) == 0


@many
@given(st.sampled_from(["capability", "policing", "bandwidth", "exposure", "slope"]), share, share)
def test_reach_rises_in_everything_and_saturates(name, a, b):
    low, high = reached(**{name: min(a, b)}), reached(**{name: max(a, b)})
    assert 0 <= low <= high < 1
    assert reached(slope=2.0) - reached(slope=1.0) > reached(slope=4.0) - reached(slope=3.0)


# Rules 3 and 4 ------------------------------------------------------------------------------------------------------


@many
@given(grid(3, 4, signed), grid(3, 2), share)
def test_opposed_reach_and_permissiveness_stay_within_limits(opposition, reach, counterbalance):
    out, free = opposed(opposition, reach, counterbalance)
    assert (out >= 0).all() and (out <= 1).all() and (free >= 0).all() and (free <= 1).all()
    assert (out <= np.clip(opposition, 0, 1)[:, :, None] * reach[:, None] + 1e-15).all()
    assert (out[opposition <= 0] == 0).all()
    assert free == pytest.approx(np.prod(1 - out, axis=0))


def test_a_supporters_retreat_lowers_permissiveness():
    minds = [[0.8] * 4, [-0.9] * 4]
    present, retreated = opposed(minds, [[0.6], [0.7]]), opposed(minds, [[0.6], [0.1]])
    assert (retreated[0][0] > present[0][0]).all()
    assert (retreated[1] < present[1]).all()


def test_an_opponents_retreat_raises_permissiveness():
    minds = [[0.8] * 4, [-0.9] * 4]
    assert (opposed(minds, [[0.2], [0.7]])[1] > opposed(minds, [[0.6], [0.7]])[1]).all()


def test_a_pole_is_not_its_own_supporter_and_the_strongest_supporter_counts():
    assert opposed([[0.8] * 4], [[0.6]], 1.0)[0][0] == pytest.approx(0.48)
    both, _ = opposed([[0.8] * 4, [-0.5] * 4, [-1.0] * 4], [[0.6], [0.5], [0.5]], 1.0)
    assert both[0] == pytest.approx(0.8 * 0.6 * (1 - 0.5))


def test_without_counterbalance_supporters_change_nothing():
    minds, reach = [[0.8] * 4, [-0.9] * 4], [[0.6], [0.7]]
    assert np.array_equal(opposed(minds, reach, 0.0)[0][0], opposed(minds, [[0.6], [0.0]], 0.0)[0][0])


def test_support_is_read_from_the_supporters_own_channel():
    out, _ = opposed([[0.8] * 4, [-1.0] * 4], [[0.6], [0.7]], 0.5, supporters=[[0.6], [0.0]])
    assert out[0] == pytest.approx(0.48)


def test_permissiveness_limits():
    assert (opposed([[0.0] * 4], [[0.9]])[1] == 1).all()
    assert (opposed([[1.0] * 4], [[1.0]])[1] == 0).all()


def test_mean_over_arenas_weighs_by_visibility():
    for arena, weight in enumerate(world.VISIBILITY):
        assert environment.mean_over_arenas(np.eye(4)[:, [arena]], 0) == pytest.approx(weight / sum(world.VISIBILITY))
    assert environment.mean_over_arenas(np.full((4, 1), 0.37), 0) == pytest.approx(0.37)


# Rule 5 -------------------------------------------------------------------------------------------------------------


def threats(hostility=0.8, capability=(0.2, 0.6), offence=(0.5, 0.5), proximity=0.7, exists=(True, True), pole=0.5,
            shift=0.0, reach=0.4):  # fmt: skip
    """Two states of mutual hostility and one pole, (3, 2)."""
    out = np.full((3, 2), np.nan)
    pair = np.array([[0, 1], [1, 0]])
    environment.threat(
        hostility * pair, np.full((1, 2), pole), np.full((1, 2), shift), np.array(capability), np.array(offence),
        np.full((2, 2), proximity), np.array(exists), np.full((1, 2), reach), out,
    )  # fmt: skip
    return out


def test_threat_by_the_formula():
    found = threats()
    assert found[1, 0] == pytest.approx(0.6 / 0.8 * 0.5 * 0.7 * 0.8)
    assert found[0, 1] == pytest.approx(0.2 / 0.8 * 0.5 * 0.7 * 0.8)  # the stronger side threatens more
    assert found[2] == pytest.approx(0.4 * 0.5)
    assert found[0, 0] == found[1, 1] == 0


def test_each_condition_of_threat_is_necessary():
    assert (threats(hostility=0.0)[:2] == 0).all()
    assert (threats(offence=(0.0, 0.0))[:2] == 0).all()
    assert (threats(pole=0.0)[2] == 0).all()
    assert (threats(exists=(False, True))[:, 0] == 0).all() and threats(exists=(False, True))[0, 1] == 0


def test_resistance_adds_to_a_poles_hostility_which_stays_below_one():
    assert threats(shift=0.1)[2] == pytest.approx(0.4 * 0.6)
    assert threats(shift=9.0)[2] == pytest.approx(0.4)


def test_two_hostile_states_without_capability_do_not_threaten():
    assert (threats(capability=np.zeros(2))[:2] == 0).all()


def restricted(threat, imminence=0.5, states=2):
    out = np.zeros(states)
    poles = len(threat) - states
    environment.restrictiveness(threat, np.full((states, states), imminence), np.full((poles, states), imminence), out)
    return out


@many
@given(grid(3, 2), share)
def test_restrictiveness_is_one_minus_the_product(threat, imminence):
    found = restricted(threat, imminence)
    assert found == pytest.approx(1 - np.prod(1 - threat * imminence, axis=0))
    assert (found >= 0).all() and (found <= 1).all()
    assert (restricted(threat, 0.0) == 0).all() and (restricted(0 * threat, imminence) == 0).all()
    assert (restricted(np.ones((3, 2)), 1.0) == 1).all()


# Rule 6 -------------------------------------------------------------------------------------------------------------


def clear(reach, before=None, threat=None, policing=None, certainty=0, volatility=0.0):
    """Clarity and certainty of one state under poles with this reach and states with this threat."""
    reach = np.array(reach, float)[:, None]
    before = reach if before is None else np.array(before, float)[:, None]
    poles = len(reach)
    threat = np.zeros(1 + poles) if threat is None else np.array([threat] + [0.0] * poles)
    out, sure, memory = np.zeros(1), np.zeros(1), np.array([volatility])
    policing = np.full(poles, 0.5) if policing is None else np.array(policing, float)
    environment.clarity(reach, before, memory, threat[:, None], policing, np.ones(poles), certainty, sure, out)
    return out[0], sure[0], memory[0]


def test_clarity_limits():
    assert clear([0.6, 0.0])[0] == 1  # one voice, and steady
    assert clear([0.0, 0.0])[0] == 1  # nobody speaks
    assert clear([0.6, 0.6])[0] == pytest.approx(0.5 * (0.05 + 1))  # two equal voices: the floor
    assert clear([0.6, 0.3])[0] == pytest.approx(0.5 * (0.5 + 1))
    assert clear([0.6, 0.0], threat=0.3)[0] == pytest.approx(0.75)  # a hostile state is a voice too


def test_changes_of_reach_blur_and_are_forgotten():
    clarity, _, memory = clear([0.6, 0.0], before=[0.4, 0.0])
    assert memory == pytest.approx(0.15 * 0.2)
    assert clarity == pytest.approx(0.5 * (1 + 1 / (1 + 30 * memory)))
    assert clear([0.4, 0.0], before=[0.6, 0.0])[0] == pytest.approx(clarity)  # a fall blurs as a rise does
    assert clarity < clear([0.6, 0.0], volatility=memory)[0] < 1


def test_certainty_is_reported_and_enters_only_on_demand():
    for policing, sure in ((1.0, 1.0), (0.0, 1.0), (0.5, 0.0), (0.75, 0.5)):
        assert clear([0.6], policing=[policing])[1] == pytest.approx(sure)
        assert clear([0.6], policing=[policing])[0] == 1
        assert clear([0.6], policing=[policing], certainty=1)[0] == pytest.approx((2 + sure) / 3)


@many
@given(vector(3), vector(3), share, vector(3), st.sampled_from([0, 1]))
def test_clarity_stays_within_limits(reach, before, threat, policing, certainty):
    clarity, sure, _ = clear(reach, before, threat, policing, certainty)
    assert 0 < clarity <= 1 + 1e-15 and 0 <= sure <= 1 + 1e-12


# Rules 7 and 8 ------------------------------------------------------------------------------------------------------


def norms(weight=(0.6, 0.3), legitimacy=(0.8, 0.4), policing=(0.7, 0.5), fragmentation=0.2, scale=0.9):
    return environment.norm_cost(np.array(weight), np.array(legitimacy), np.array(policing), fragmentation, scale)


def test_norm_cost():
    assert norms() == pytest.approx(0.9 * (0.6 * 0.8 * 0.85 + 0.3 * 0.4 * 0.75) * 0.8)
    assert norms(fragmentation=1.0) == norms(scale=0.0) == norms(legitimacy=(0.0, 0.0)) == norms(weight=(0, 0)) == 0
    assert norms(policing=(0.0, 0.0)) == pytest.approx(0.5 * norms(policing=(1.0, 1.0)))  # half outlives the police
    assert norms(fragmentation=0.5) < norms() < norms(policing=(0.9, 0.5))


def relied(reliance, policing, bandwidth):
    out = np.zeros(1)
    environment.reliability(np.array([reliance]), np.array(policing), np.array(bandwidth), out)
    return out[0]


def test_reliability():
    assert relied([0.0, 0.0], [0.0, 0.0], [0.0, 0.0]) == 1  # no patron, nothing to lose
    assert relied([0.7, 0.0], [1.0, 0.0], [1.0, 0.0]) == 1
    assert relied([0.7, 0.0], [0.5, 1.0], [0.5, 1.0]) == pytest.approx(1 - 0.7 * 0.75)
    assert relied([1.0, 1.0], [0.0, 0.0], [0.0, 0.0]) == 0


@many
@given(vector(2), vector(2), vector(2), share)
def test_reliability_rises_with_policing_and_bandwidth(reliance, policing, bandwidth, more):
    here = relied(reliance, policing, bandwidth)
    assert 0 <= here <= 1
    assert relied(reliance, np.maximum(policing, more), bandwidth) >= here - 1e-12
    assert relied(reliance, policing, np.maximum(bandwidth, more)) >= here - 1e-12


# Rule 9 -------------------------------------------------------------------------------------------------------------


def shown(direct=0, offset=0.0):
    out = np.full((4, 2), np.nan)
    environment.shown_permissiveness(np.full((4, 2), 0.6), np.array([0.3, 0.8]), direct, offset, out)
    return out[2].tolist()


def test_which_permissiveness_is_shown():
    assert shown() == pytest.approx([0.6, 0.6])
    assert shown(direct=1) == pytest.approx([0.3, 0.8])
    assert (
        shown(offset=0.3) == pytest.approx([0.9, 0.9]) and shown(offset=-0.7) == [0, 0] and shown(offset=0.7) == [1, 1]
    )


def test_the_books_definition_narrows_permissiveness_by_danger():
    free = np.full((4, 2), 0.6)
    environment.restrict(np.array([0.0, 0.5]), free)
    assert free[1].tolist() == pytest.approx([0.6, 0.3])


def test_which_clarity_is_shown():
    def shown(direct=0, full=0, offset=0.0):
        out = np.array([0.5, 0.7])
        environment.shown_clarity(np.array([0.2, 0.4]), direct, full, offset, out)
        return out.tolist()

    assert shown() == [0.5, 0.7] and shown(direct=1) == [0.2, 0.4] and shown(full=1) == shown(1, full=1) == [1, 1]
    assert shown(offset=0.1) == pytest.approx([0.6, 0.8]) and shown(direct=1, offset=-0.3) == pytest.approx([0.0, 0.1])


@many
@given(grid(4, 2, st.floats(1e-6, 1)), grid(3, 4, signed), grid(3, 2, st.floats(0, 0.95)), share)
def test_imposed_permissiveness_is_the_target_and_opposed_reach_agrees(target, opposition, reach, counterbalance):
    out, free = opposed(opposition.round(3), reach.round(3), counterbalance)
    before = out.copy()
    environment.impose_permissiveness(target, opposition, out, free)
    assert np.array_equal(free, target)
    assert (out >= 0).all() and (out <= 1).all()
    assert np.prod(1 - out, axis=0) == pytest.approx(target, rel=1e-9)
    uninvolved = (before == 0) & (before > 0).any(0)  # whoever did not oppose does not begin to, unless nobody did
    assert (out[uninvolved] == 0).all()


def test_the_present_permissiveness_as_target_changes_nothing():
    out, free = opposed([[0.5] * 4, [0.3] * 4], [[0.6], [0.4]])
    before = out.copy()
    environment.impose_permissiveness(free.copy(), np.array([[0.5] * 4, [0.3] * 4]), out, free)
    assert np.array_equal(out, before)


def test_an_imposed_constraint_that_nobody_causes_is_shared():
    out, free = opposed([[0.0] * 4, [0.0] * 4], [[0.6], [0.4]])
    environment.impose_permissiveness(np.full((4, 1), 0.25), np.zeros((2, 4)), out, free)
    assert out == pytest.approx(np.full((2, 4, 1), 0.5))
    out, free = opposed([[0.5] * 4, [-0.5] * 4], [[0.0], [0.4]])  # the one that opposes reaches nobody
    environment.impose_permissiveness(np.full((4, 1), 0.25), np.array([[0.5] * 4, [-0.5] * 4]), out, free)
    assert out[0] == pytest.approx(np.full((4, 1), 0.75)) and not out[1].any()


def test_nothing_permitted_is_a_target_too():
    out, free = opposed([[0.5] * 4], [[0.6]])
    environment.impose_permissiveness(np.zeros((4, 1)), np.full((1, 4), 0.5), out, free)
    assert (free == 0).all() and out == pytest.approx(np.ones((1, 4, 1)), abs=1e-8)


def test_a_target_against_two_total_opponents():
    out, free = opposed([[1.0] * 4, [1.0] * 4], [[1.0], [1.0]])
    environment.impose_permissiveness(np.full((4, 1), 0.5), np.ones((2, 4)), out, free)
    assert np.prod(1 - out, axis=0) == pytest.approx(free)
