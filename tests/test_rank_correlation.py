"""The interval of a rank correlation where units share states and poles: how often it sees what is not there."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.rank_correlation import Panel, correlate, unit_weights

STATES, POLES, YEARS = 14, 4, 4  # as many as the shipped history has in the datasets


def crossed(draw, of_poles, of_states=0.5):
    """(Y, U) changes of each state's tie to each pole: something of the state, something of the pole, something of both."""
    sizes = of_states, of_poles, 0.5
    parts = [
        size * draw.normal(size=shape)
        for size, shape in zip(sizes, ((STATES, 1), (1, POLES), (STATES, POLES)), strict=True)
    ]
    years = np.linspace(0.5, 1, YEARS)[:, None]
    return years * sum(parts).reshape(-1) + 0.2 * draw.normal(size=(YEARS, STATES * POLES))


def world(draw, of_poles, follows=0.0):
    """A panel of states with poles whose runs follow the data as far as ``follows`` says, else are drawn apart."""
    members = np.array([(i, -1, p) for i in range(STATES) for p in range(POLES)])
    observed = crossed(draw, of_poles)
    simulated = follows * observed + (1 - follows) * crossed(draw, of_poles)
    runs = simulated + 0.1 * draw.normal(size=(5, *observed.shape))
    return Panel(runs, observed, np.arange(YEARS), members, STATES, POLES)


def found(panel, seed=1, resamples=60):
    """Does the interval leave 0 out?"""
    of = correlate(panel, np.full(YEARS, True), seed, resamples)
    return of.across_low > 0 or of.across_high < 0


def test_unrelated_worlds_whose_poles_differ_rarely_look_related():
    draw = np.random.default_rng(3)
    worlds = [world(draw, of_poles=2.0) for _ in range(40)]
    assert sum(map(found, worlds)) <= 5
    held = [Panel(w.simulated, w.observed, w.years, w.members * (1, 1, 0) - (0, 0, 1), STATES) for w in worlds]
    assert sum(map(found, held)) > 14  # with the poles held fixed, what was wrong


def test_what_is_there_is_found_though_poles_are_drawn():
    draw = np.random.default_rng(4)
    assert all(found(world(draw, of_poles=1.0, follows=0.8)) for _ in range(5))


@pytest.mark.parametrize("poles", [1, 2, 3])
def test_one_pole_or_two_give_no_interval(poles):
    whole = world(np.random.default_rng(6), of_poles=1.0, follows=0.8)
    observed = np.where(whole.members[:, 2] < poles, whole.observed, np.nan)  # the data know that many
    of = correlate(replace(whole, observed=observed), np.full(YEARS, True), 1, 60)
    assert np.isfinite([of.across, of.within]).all()
    ends = of.across_low, of.across_high, of.within_low, of.within_high
    assert np.isfinite(ends).all() if poles == 3 else np.isnan(ends).all()


def test_a_unit_counts_as_often_as_its_members_are_drawn():
    members = np.array([(0, -1, -1), (0, 1, -1), (1, -1, 0), (2, -1, 1)])
    weights = unit_weights(members, np.array([2.0, 3.0, 0.0]), np.array([2.0, 5.0]))
    assert weights.tolist() == [2, 6, 6, 0]
    assert unit_weights(members[:2], np.array([2.0, 3.0, 0.0]), np.zeros(0)).tolist() == [2, 6]


@pytest.mark.parametrize("poles", [0, POLES])
def test_the_same_seed_gives_the_same_interval(poles):
    panel = world(np.random.default_rng(5), 1.0)
    if not poles:
        panel = Panel(panel.simulated, panel.observed, panel.years, panel.members * (1, 1, 0) - (0, 0, 1), STATES)
    every = np.full(YEARS, True)
    assert correlate(panel, every, 1, 40) == correlate(panel, every, 1, 40) != correlate(panel, every, 2, 40)
