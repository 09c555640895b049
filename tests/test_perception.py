"""Rules 10–11: perception is the truth where signals are clear, and is coloured where they are not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain import rules

perception = rules.perception
many = settings(max_examples=100, deadline=None)
share = st.floats(0, 1)
N = 4


def perceived(truth=0.5, clarity=0.4, bias=None, scale=0.0, noise=0.0, speed=1.0, centralisation=1.0, start=0.0, steps=1,
              of="permissiveness"):  # fmt: skip
    """Perceptions of N states after ``steps`` quarters of one unchanging signal; (4, N)."""
    rule = perception.perceive_permissiveness if of == "permissiveness" else perception.perceive_threat
    seen = np.full((4, N), float(start))
    bias = np.zeros(N) if bias is None else np.broadcast_to(np.asarray(bias, float), N)
    for _ in range(steps):
        rule(
            np.full((4, N), float(truth)), np.full(N, clarity), bias, scale, np.full((5, N), float(noise)), speed,
            np.full(N, centralisation), seen,
        )  # fmt: skip
    return seen


@many
@given(share, share, st.floats(-2, 2), st.floats(-4, 4), share, st.sampled_from(["permissiveness", "threat"]))
def test_clear_signals_are_read_as_they_are_in_the_end(truth, start, bias, noise, centralisation, of):
    seen = perceived(truth, 1.0, bias, 0.25, noise, 0.5, centralisation, start, steps=150, of=of)
    assert seen == pytest.approx(truth, abs=1e-9)


@many
@given(share, share, share, st.floats(-2, 2), st.floats(-4, 4), share)
def test_perceptions_stay_within_limits(truth, start, clarity, bias, noise, speed):
    for of in ("permissiveness", "threat"):
        seen = perceived(truth, clarity, bias, 0.25, noise, speed, 0.7, start, steps=3, of=of)
        assert (seen >= 0).all() and (seen <= 1).all()


def test_institutions_set_the_speed():
    assert perceived(speed=0.5, centralisation=0.0) == pytest.approx(0.5 * 0.4 * 0.5)
    assert perceived(speed=0.5, centralisation=1.0) == pytest.approx(0.5 * 0.5)
    assert (perceived(speed=0.0) == 0).all()


@pytest.mark.parametrize("clarity", [0.0, 0.25, 0.75, 1.0])
def test_bias_and_noise_act_as_far_as_signals_are_unclear(clarity):
    assert perceived(clarity=clarity, bias=0.2) - 0.5 == pytest.approx(0.2 * (1 - clarity))
    assert perceived(clarity=clarity, scale=0.1, noise=2.0) - 0.5 == pytest.approx(0.2 * np.sqrt(1 - clarity))


def test_optimists_see_more_room_and_less_threat():
    assert (perceived(bias=0.2) > 0.5).all()
    assert (perceived(bias=0.2, of="threat") < 0.5).all()


def test_ambiguity_invents_no_enemies_and_old_fears_fade():
    assert (perceived(0.0, 0.0, -0.5, 0.2, 3.0, of="threat") == 0).all()
    fading = perceived(0.0, 0.0, -0.5, 0.2, 3.0, speed=0.5, start=0.8, steps=40, of="threat")
    assert (fading >= 0).all() and fading == pytest.approx(0, abs=1e-6)


values = st.lists(st.floats(-1, 1), min_size=N, max_size=N).map(np.array)


def biases(optimism, assertiveness, exists=(True,) * N, leader=0.4, culture=0.3):
    out = np.zeros(N)
    perception.filter_bias(leader, culture, optimism, assertiveness, np.array(exists), out)
    return out


@many
@given(values, values, st.lists(st.booleans(), min_size=N, max_size=N))
def test_biases_are_centred_over_the_states_that_exist(optimism, assertiveness, exists):
    out = biases(optimism, assertiveness, exists)
    if any(exists):
        assert out[np.array(exists)].mean() == pytest.approx(0, abs=1e-12)


@many
@given(values, values, share, share)
def test_clarity_alone_moves_the_variance_and_not_the_mean(optimism, assertiveness, one, other):
    bias = biases(optimism, assertiveness, leader=0.15, culture=0.15)  # at most .45: nothing is clipped
    seen = [perceived(clarity=clarity, bias=bias) for clarity in (one, other)]
    assert seen[0].mean() == pytest.approx(0.5) and seen[1].mean() == pytest.approx(0.5)
    spread = [values.std() for values in seen]
    assert (spread[0] - spread[1]) * (one - other) <= 1e-12


def test_each_filter_has_its_own_weight():
    optimism, calm = np.array([1.0, 0, 0, -1]), np.zeros(N)
    assert biases(optimism, calm) == pytest.approx(0.4 * optimism)
    assert biases(calm, optimism) == pytest.approx(0.3 * optimism)
    assert (biases(optimism, optimism, leader=0.0, culture=0.0) == 0).all()
    assert biases(optimism + 0.2, calm) == pytest.approx(biases(optimism, calm))


@pytest.fixture(scope="module")
def noise_series():
    keys = np.arange(1, 9, dtype=np.uint32)
    noise, kept = np.zeros((5, 8)), []
    for clock in range(800):
        perception.perception_noise(0.8, np.uint64(5), 0, clock, keys, noise)
        kept.append(noise.copy())
    return np.array(kept[50:])


def test_noise_is_an_ar1_of_unit_variance(noise_series):
    assert noise_series.var() == pytest.approx(1, abs=0.06)
    assert noise_series.mean() == pytest.approx(0, abs=0.06)
    before, after = noise_series[:-1].ravel(), noise_series[1:].ravel()
    assert np.corrcoef(before, after)[0, 1] == pytest.approx(0.8, abs=0.02)


def test_noise_of_states_arenas_and_threat_is_independent(noise_series):
    fresh = noise_series[1:] - 0.8 * noise_series[:-1]
    correlation = np.corrcoef(fresh.reshape(len(fresh), -1).T)
    assert abs(correlation - np.eye(len(correlation))).max() < 4.5 / np.sqrt(len(fresh))


def test_the_knockout_clamps_perception_to_the_truth():
    truth, threat = np.random.default_rng(0).random((2, 4, N))
    seen, feared = np.zeros((4, N)), np.zeros((4, N))
    perception.perceive_truth(truth, threat, seen, feared)
    assert np.array_equal(seen, truth) and np.array_equal(feared, threat)


def cautious(exposure, punished, learning=0.2, start=0.0, event=None):
    states = len(punished)
    caution = np.full(states, float(start))
    event = np.zeros(states) if event is None else np.array(event, float)
    perception.social_learning(np.array(punished, float), event, np.array(exposure, float), learning, caution)
    return caution


def test_caution_is_learnt_from_those_alike_and_forgotten():
    exposure = [[1.0, 1.0, 0.6, 0.0], [0.0, 0.0, 0.2, 1.0]]
    assert cautious(exposure, [1, 0, 0, 0]) == pytest.approx([0.2, 0.2, 0.2 * 0.7, 0.0])
    assert cautious(exposure, [0, 0, 0, 0], event=[1, 0, 0, 0]) == pytest.approx(cautious(exposure, [1, 0, 0, 0]))
    assert cautious(exposure, [1, 1, 0, 0])[0] == pytest.approx(0.4)
    assert cautious(exposure, [0, 0, 0, 0], start=0.5) == pytest.approx(0.45)
    assert cautious(exposure, [1, 0, 0, 0], learning=0.0, start=0.5) == pytest.approx(0.45)
