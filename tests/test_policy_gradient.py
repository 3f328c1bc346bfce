"""Policy gradients on a writer whose texts can be listed: what is said to be exact is, by other means."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from curriculum.attention import softmax
from curriculum.enumerable_policy import (
    ExactMoments,
    alphabetical_rewards,
    every_text,
    letter_scores,
    probabilities_of,
    states_before,
    write_texts,
)
from curriculum.policy_gradient import (
    discounted_returns,
    exact_gradient,
    exponential_baseline,
    leave_one_out_baseline,
    mean_baseline,
    normalize_returns,
    rewards_to_go,
    sample_categorical,
    score_function_gradient,
)

LETTERS, TIME = 2, 2
TEXTS = every_text(LETTERS, TIME)
LOGITS = np.random.default_rng(3).standard_normal((LETTERS + 1, LETTERS))
REWARDS = np.random.default_rng(5).standard_normal(TEXTS.shape) + 1.0
MOMENTS = ExactMoments(LOGITS, TEXTS, REWARDS)

finite = st.floats(-3.0, 3.0)


def moments_over_all_batches(batch, baseline):
    """Mean and variance of the estimate by listing every batch of texts that can be drawn."""
    chances, estimates = [], []
    for chosen in product(range(len(TEXTS)), repeat=batch):
        rows = list(chosen)
        returns = MOMENTS.returns[rows]
        weights = np.repeat((returns - baseline(returns))[:, None], TIME, axis=1)
        states = states_before(TEXTS[rows], LETTERS)
        estimates.append(score_function_gradient(LOGITS, states, TEXTS[rows], weights).ravel())
        chances.append(MOMENTS.probabilities[rows].prod())
    chances, estimates = np.array(chances), np.array(estimates)
    mean = chances @ estimates
    return mean, chances @ np.sum((estimates - mean) ** 2, axis=1)


def test_every_text_is_listed_once_and_their_probabilities_sum_to_one():
    texts = every_text(3, 4)
    assert len({tuple(text) for text in texts.tolist()}) == len(texts) == 81
    assert probabilities_of(np.random.default_rng(0).standard_normal((4, 3)), texts).sum() == pytest.approx(1.0)


def test_texts_are_written_as_often_as_they_are_likely():
    rng = np.random.default_rng(0)
    written = write_texts(LOGITS, 40_000, TIME, sample_categorical, rng)
    shares = [np.mean((written == text).all(axis=1)) for text in TEXTS]
    np.testing.assert_allclose(shares, MOMENTS.probabilities, atol=6 * 0.5 / 200)


def test_a_later_letter_is_rewarded_and_the_first_and_a_repeated_one_are_not():
    assert alphabetical_rewards(np.array([[0, 1, 1, 3], [3, 2, 1, 0]])).tolist() == [[0, 1, 0, 1], [0, 0, 0, 0]]


@settings(max_examples=25, deadline=None)
@given(arrays(np.float64, (3, 2), elements=finite), arrays(np.float64, 8, elements=finite))
def test_the_exact_gradient_is_the_slope_of_the_expected_return(logits, returns):
    texts = every_text(2, 3)
    slope = np.zeros_like(logits)
    for place in np.ndindex(logits.shape):
        step = np.zeros_like(logits)
        step[place] = 1e-5
        ends = [probabilities_of(logits + sign * step, texts) @ returns for sign in (1.0, -1.0)]
        slope[place] = (ends[0] - ends[1]) / 2e-5
    exact = exact_gradient(logits, states_before(texts, 2), texts, returns)
    np.testing.assert_allclose(exact, slope, atol=1e-8)


def test_letter_scores_are_the_slopes_of_log_probabilities():
    step, scores = 1e-6, letter_scores(LOGITS, TEXTS)
    states = states_before(TEXTS, LETTERS)
    for index, place in enumerate(np.ndindex(LOGITS.shape)):
        moved = [LOGITS.copy(), LOGITS.copy()]
        moved[0][place] += step
        moved[1][place] -= step
        up, down = (np.log(softmax(logits))[states, TEXTS] for logits in moved)
        np.testing.assert_allclose(scores[..., index], (up - down) / (2 * step), atol=1e-8)


@pytest.mark.parametrize("batch", [1, 2, 3])
@pytest.mark.parametrize("offset", [0.0, 5.0])
def test_a_constant_baseline_leaves_the_mean_and_its_variance_is_the_formulas(batch, offset):
    mean, variance = moments_over_all_batches(batch, lambda returns: np.full_like(returns, -offset))
    np.testing.assert_allclose(mean, MOMENTS.gradient, atol=1e-12)
    assert variance == pytest.approx(MOMENTS.variance_with_constant_baseline(-offset) / batch)


@pytest.mark.parametrize("batch", [2, 3, 4])
def test_leaving_one_out_is_unbiased_and_its_variance_is_the_formulas(batch):
    mean, variance = moments_over_all_batches(batch, leave_one_out_baseline)
    np.testing.assert_allclose(mean, MOMENTS.gradient, atol=1e-12)
    assert variance == pytest.approx(MOMENTS.variance_leaving_one_out(batch))


@pytest.mark.parametrize("batch", [2, 3, 4])
def test_the_mean_with_the_sample_in_it_shrinks_the_gradient(batch):
    mean, variance = moments_over_all_batches(batch, mean_baseline)
    np.testing.assert_allclose(mean, (batch - 1) / batch * MOMENTS.gradient, atol=1e-12)
    assert variance == pytest.approx(MOMENTS.variance_with_batch_mean(batch))


def test_the_optimal_constant_baseline_has_the_least_variance():
    best = MOMENTS.optimal_baseline()
    least = MOMENTS.variance_with_constant_baseline(best)
    assert least < min(MOMENTS.variance_with_constant_baseline(best + step) for step in (-0.01, 0.01))
    assert least <= MOMENTS.variance_with_constant_baseline(MOMENTS.expected_return)


def test_rewards_to_go_have_the_same_mean_as_full_returns_where_no_reward_looks_ahead():
    rewards = alphabetical_rewards(TEXTS)
    rewards[:, 0] = TEXTS[:, 0]  # paid for the first letter alone
    moments = ExactMoments(LOGITS, TEXTS, rewards)
    to_go = moments.mean(np.sum(rewards_to_go(rewards, 1.0)[..., None] * moments.scores, axis=1))
    np.testing.assert_allclose(to_go, moments.gradient, atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(arrays(np.float64, (3, 5), elements=finite), st.floats(0.0, 1.0))
def test_a_return_is_the_reward_to_go_of_the_first_time_and_obeys_its_recursion(rewards, gamma):
    to_go = rewards_to_go(rewards, gamma)
    np.testing.assert_allclose(discounted_returns(rewards, gamma), to_go[:, 0], atol=1e-12)
    np.testing.assert_allclose(to_go[:, :-1], rewards[:, :-1] + gamma * to_go[:, 1:], atol=1e-12)


def test_a_baseline_that_left_one_out_does_not_change_with_that_one():
    returns = np.array([1.0, 2.0, 6.0])
    moved = returns + np.array([0.0, 0.0, 100.0])
    assert leave_one_out_baseline(returns)[2] == leave_one_out_baseline(moved)[2] == 1.5
    assert leave_one_out_baseline(returns[:1]).tolist() == [0.0]


def test_the_exponential_baseline_knows_earlier_batches_only():
    returns = np.array([[1.0, 3.0], [10.0, 10.0], [5.0, 5.0]])
    assert exponential_baseline(returns, 0.5).tolist() == [0.0, 2.0, pytest.approx((10 + 0.5 * 2) / 1.5)]


@settings(max_examples=50, deadline=None)
@given(arrays(np.float64, (6, 2), elements=st.integers(-3, 3).map(float)), st.sampled_from([0.25, 4.0]))
def test_normalised_returns_do_not_depend_on_the_unit(returns, unit):
    normalised = normalize_returns(returns)
    np.testing.assert_allclose(normalize_returns(unit * returns), normalised, atol=1e-12)
    varies = np.ptp(returns, axis=0) > 0
    np.testing.assert_allclose(normalised.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(normalised.std(axis=0), varies.astype(float), atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equal_returns_normalise_to_zero_though_their_deviation_is_rounded(dtype):
    returns = np.full(3, 0.1, dtype)
    assert not normalize_returns(returns).any()
    assert np.full(3, 0.1).std() > 0.0, "the case that this test is about"


def test_sampling_draws_no_action_of_probability_zero_and_survives_large_logits():
    logits = np.array([[5000.0, -np.inf, 5000.0], [-5000.0, -5000.0, -np.inf]])
    drawn = sample_categorical(np.repeat(logits, 500, axis=0), np.random.default_rng(0))
    assert set(drawn[:500]) == {0, 2} and set(drawn[500:]) == {0, 1}
    assert drawn.dtype == np.int64 and sample_categorical(logits[0], np.random.default_rng(0)).shape == ()
