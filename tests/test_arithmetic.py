"""Elementary functions: as good as the library's, the same on every processor, and honest about NaN."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain import rules

arithmetic = rules.arithmetic
many = settings(max_examples=300, deadline=None)
finite = st.floats(allow_nan=False, allow_infinity=False)


def error_in_ulps(found, exact):
    return abs(float(found) - exact) / math.ulp(exact)


@many
@given(st.floats(-700, 700))
def test_exp_is_within_two_units_in_the_last_place(x):
    assert error_in_ulps(arithmetic.exp(x), math.exp(x)) <= 2


def test_exp_limits():
    assert arithmetic.exp(0.0) == 1.0
    assert arithmetic.exp(1e308) == arithmetic.exp(700.0) < math.inf
    assert arithmetic.exp(-1e308) == arithmetic.exp(-700.0) > 0.0


@many
@given(st.floats(sys.float_info.min, sys.float_info.max))
def test_ln_is_as_good_as_the_library(x):
    exact = math.log(x)
    assert abs(arithmetic.ln(x) - exact) <= 4e-16 * max(1.0, abs(exact)) if x < 0.5 or x > 2 else True
    assert arithmetic.ln(x) == pytest.approx(exact, rel=1e-15, abs=1e-300)


def test_ln_limits():
    assert arithmetic.ln(1.0) == 0.0
    assert arithmetic.ln(0.0) == -745.0
    assert arithmetic.ln(5e-324) == pytest.approx(math.log(5e-324))


@many
@given(st.floats(0.0, 1e6))
def test_ln_undoes_exp_and_cube_root_undoes_cubing(x):
    assert arithmetic.cube_root(x) ** 3 == pytest.approx(x, rel=1e-13, abs=1e-300)
    assert arithmetic.ln(arithmetic.exp(min(x, 600.0))) == pytest.approx(min(x, 600.0), rel=1e-14, abs=1e-15)


@many
@given(st.floats(0.0, 1.0, exclude_max=True))
def test_sine_and_cosine_of_a_turn(turn):
    assert arithmetic.cosine_of_turn(turn) == pytest.approx(math.cos(2 * math.pi * turn), abs=1e-15)
    assert arithmetic.sine_of_turn(turn) == pytest.approx(math.sin(2 * math.pi * turn), abs=1e-15)


def test_quarter_turns_are_exact():
    quarters = [0.0, 0.25, 0.5, 0.75]
    assert [arithmetic.cosine_of_turn(q) for q in quarters] == [1, 0, -1, 0]
    assert [arithmetic.sine_of_turn(q) for q in quarters] == [0, 1, 0, -1]


@many
@given(st.floats(-60, 60), st.floats(0, 10))
def test_logistic_rises_between_zero_and_one(x, step):
    low, high = arithmetic.logistic(x), arithmetic.logistic(x + step)
    assert 0.0 < low <= high <= 1.0
    assert low + arithmetic.logistic(-x) == pytest.approx(1.0, abs=1e-15)


@many
@given(finite, finite, finite)
def test_clips(x, a, b):
    low, high = min(a, b), max(a, b)
    assert arithmetic.clip(x, low, high) == min(max(x, low), high)
    assert arithmetic.unit(x) == min(max(x, 0.0), 1.0)
    assert arithmetic.positive(x) == max(x, 0.0)


def test_a_clip_does_not_hide_nan():
    assert all(np.isnan([arithmetic.clip(np.nan, 0.0, 1.0), arithmetic.unit(np.nan), arithmetic.positive(np.nan)]))
