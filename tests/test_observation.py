"""Comparisons: what they accept, what they refuse, and what they say."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from autograder.observation import bernoulli_kl, close, frequency, identical, same_type

finite = st.floats(-1e6, 1e6, allow_nan=False, width=64)


@given(arrays(np.float64, array_shapes(), elements=finite))
def test_a_value_is_close_to_itself_in_every_precision(x):
    assert close("x", x, x).passed
    assert close("x", x.astype(np.float32), x, precision=np.float32).passed


@given(arrays(np.float64, array_shapes(), elements=finite), st.integers(0, 10**6))
def test_one_wrong_element_is_found_and_named(x, pick):
    wrong = x.copy()
    index = np.unravel_index(pick % x.size, x.shape)
    wrong[index] += 1e-3 * max(1.0, float(np.max(np.abs(x))))
    observation = close("x", wrong, x)
    assert not observation.passed
    assert f"at [{', '.join(str(int(i)) for i in index)}]" in observation.summary or x.ndim == 0


def test_a_result_cast_to_a_coarse_dtype_does_not_choose_its_own_tolerance():
    expected = np.linspace(1.0, 2.0, 50)
    assert not close("x", (expected * 1.001).astype(np.float16), expected).passed


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_are_never_close_to_a_number(bad):
    assert not close("x", np.array([1.0, bad]), np.ones(2)).passed


@pytest.mark.parametrize("got", [None, "text", [1.0, 2.0], {"a": 1}, np.ones(3), np.ones((2, 1)), np.array(["a", "b"])])
def test_what_is_no_array_of_the_shape_is_said_in_words(got):
    observation = close("the output", got, np.ones(2))
    assert not observation.passed and "the output" in observation.summary


def test_the_summary_shows_no_expected_value_and_the_detail_does():
    observation = close("x", np.array([1.0, 2.0]), np.array([1.0, 8.125]))
    assert "8.125" not in observation.summary and "8.125" in observation.detail


def test_same_type_tells_shape_and_dtype_apart():
    x = np.ones((2, 3), np.float32)
    assert same_type("y", x.copy(), x).passed
    assert "float64" in same_type("y", x.astype(np.float64), x).summary
    assert "(3, 2)" in same_type("y", x.T, x).summary
    assert not same_type("y", 1.0, x).passed


def test_equal_values_of_other_types_are_not_identical():
    assert not identical("n", True, 1).passed
    assert not identical("n", "1", 1).passed


@pytest.mark.parametrize("probability", [0.0, 0.05, 0.3, 0.5, 0.95, 1.0])
@pytest.mark.parametrize("trials", [20, 1000])
def test_frequency_keeps_its_false_alarm_rate(probability, trials):
    # Summed exactly over the binomial law: no simulation could see a rate this small.
    false_alarm = 1e-4
    refused = sum(
        math.comb(trials, count) * probability**count * (1 - probability) ** (trials - count)
        for count in range(trials + 1)
        if not frequency("drops", count, trials, probability, false_alarm).passed
    )
    assert refused <= false_alarm


def test_frequency_sees_a_wrong_probability():
    assert not frequency("drops", 700, 1000, 0.5).passed


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_the_divergence_is_zero_only_for_equal_probabilities(p, q):
    assert bernoulli_kl(p, p) == 0.0
    assert bernoulli_kl(p, q) >= 2 * (p - q) ** 2 - 1e-12  # Pinsker


def test_a_complex_number_is_told_whole() -> None:
    observation = close("the result", np.array([1 + 2j, 3]), np.array([1.0, 3.0]))
    assert not observation.passed and "got 1+2j, expected 1" in observation.detail
