"""Advantages and PPO's losses: laws that hold whatever the numbers, and the numbers by which each bug is known."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.reference import planted
from curriculum.advantages import explained_variance, gae
from curriculum.ppo import (
    approx_kl,
    categorical_entropy,
    clipped_surrogate,
    clipped_value_loss,
    normalize_advantages,
)

seeds = st.integers(0, 2**32 - 1)


def rollout(seed: int, steps: int = 7, envs: int = 3):
    """Rewards, a value of every observation and of the last, and flags; resets draw fresh values."""
    rng = np.random.default_rng(seed)
    terminated, truncated = rng.random((2, steps, envs)) < 0.2
    values = rng.standard_normal((steps + 1, envs))
    next_values = np.where(terminated | truncated, rng.standard_normal((steps, envs)), values[1:])
    return rng.standard_normal((steps, envs)), values[:-1], next_values, terminated, truncated


@settings(max_examples=25, deadline=None)
@given(seed=seeds, gamma=st.floats(0, 1))
def test_at_lambda_1_advantages_and_values_sum_to_the_return(seed, gamma):
    rewards, values, next_values, terminated, truncated = rollout(seed)
    got = gae(rewards, values, next_values, terminated, truncated, gamma, 1.0) + values
    for env in range(rewards.shape[1]):
        total = 0.0
        for t in reversed(range(len(rewards))):
            if t == len(rewards) - 1 or truncated[t, env]:
                total = next_values[t, env]
            total = rewards[t, env] + (0.0 if terminated[t, env] else gamma * total)
            assert got[t, env] == pytest.approx(total, abs=1e-10)


@settings(max_examples=25, deadline=None)
@given(seed=seeds, cut=st.integers(1, 6))
def test_a_rollout_cut_in_two_by_a_truncation_gives_the_advantages_of_its_halves(seed, cut):
    rewards, values, next_values, terminated, truncated = rollout(seed)
    truncated[cut - 1] = True
    whole = gae(rewards, values, next_values, terminated, truncated, 0.9, 0.8)
    arrays = (rewards, values, next_values, terminated, truncated)
    halves = [gae(*(array[part] for array in arrays), 0.9, 0.8) for part in (slice(cut), slice(cut, None))]
    assert np.allclose(whole, np.concatenate(halves), atol=1e-12)


def test_advantages_average_to_0_where_values_are_right():
    rng = np.random.default_rng(0)
    steps, envs = 5, 20_000
    rewards = rng.normal(1.0, 1.0, (steps, envs))
    worth = 1.0 / (1.0 - 0.9) * np.ones((steps, envs))
    never = np.zeros((steps, envs), dtype=bool)
    ends = never.copy()
    ends[2] = True
    assert np.abs(gae(rewards, worth, worth, never, ends, 0.9, 0.95).mean(axis=1)).max() < 0.1
    # Taken for terminations, the same time limits look like a loss of all that was to come.
    assert gae(rewards, worth, worth, ends, never, 0.9, 0.95)[2].mean() == pytest.approx(-9.0, abs=0.1)


@pytest.mark.parametrize(
    ("identity", "first"),
    [
        ("", -6.21),
        ("ends_ignored", 4.66),
        ("masks_only_delta", -4.10),
        ("done_shifted", -4.95),
        ("termination_as_truncation", 2.54),
    ],
)
def test_each_bug_of_the_flags_has_its_number(identity, first):
    """Six steps that earn 1, values of 10, and an end at step 2."""
    estimate = planted("ppo.gae", identity)["gae"] if identity else gae
    ones, end = np.ones((6, 1)), np.zeros((6, 1), dtype=bool)
    end[2] = True
    assert estimate(ones, 10 * ones, 10 * ones, end, end & False, 0.99, 0.95)[0, 0] == pytest.approx(first, abs=0.01)
    cut = gae(ones, 10 * ones, 10 * ones, end & False, end, 0.99, 0.95)
    ended = gae(ones, 10 * ones, 10 * ones, end, end & False, 0.99, 0.95)
    assert cut[2, 0] - ended[2, 0] == pytest.approx(9.9)


def test_explained_variance_is_1_for_perfect_0_for_constant_and_nan_for_equal_returns():
    returns = np.random.default_rng(0).standard_normal((6, 2))
    assert explained_variance(returns + 5.0, returns) == pytest.approx(1.0)
    assert explained_variance(np.full_like(returns, 3.0), returns) == pytest.approx(0.0)
    assert math.isnan(explained_variance(returns, np.full_like(returns, 0.1)))
    with pytest.raises(ValueError, match="differ in shape"):
        explained_variance(returns[:, :1], returns)


@settings(max_examples=25, deadline=None)
@given(seed=seeds, shape=st.tuples(st.integers(2, 6), st.integers(1, 4)))
def test_normalised_advantages_have_mean_0_and_variance_1(seed, shape):
    advantages = torch.from_numpy(np.random.default_rng(seed).normal(3.0, 5.0, shape))
    got = normalize_advantages(advantages)
    assert float(got.mean()) == pytest.approx(0.0, abs=1e-12)
    assert float((got**2).mean()) == pytest.approx(1.0, abs=1e-6)


def test_a_single_or_equal_advantages_become_0():
    assert normalize_advantages(torch.tensor([4.0])).tolist() == [0.0]
    assert normalize_advantages(torch.full((3, 2), -1.5)).tolist() == [[0.0, 0.0]] * 3


@settings(max_examples=25, deadline=None)
@given(seed=seeds, clip=st.floats(0.05, 0.5))
def test_the_clipped_surrogate_is_a_bound_that_touches_at_a_ratio_of_1(seed, clip):
    rng = np.random.default_rng(seed)
    old, advantages = torch.from_numpy(rng.uniform(-3, 0, 20)), torch.from_numpy(rng.standard_normal(20))
    new = old + torch.from_numpy(rng.normal(0, 0.5, 20))
    unclipped = -((new - old).exp() * advantages).mean()
    assert float(clipped_surrogate(new, old, advantages, clip)) >= float(unclipped) - 1e-12
    assert float(clipped_surrogate(old, old, advantages, clip)) == pytest.approx(-float(advantages.mean()))


def test_in_the_first_minibatch_the_gradient_is_the_policy_gradient_though_both_log_probs_are_one_tensor():
    advantages = torch.tensor([1.0, -2.0, 0.5])
    attached = planted("ppo.clipped_surrogate", "old_log_probs_not_detached")["clipped_surrogate"]
    for loss, expected in ((clipped_surrogate, -advantages / 3), (attached, 0 * advantages)):
        log_probs = torch.tensor([-1.0, -0.5, -2.0], requires_grad=True)
        loss(log_probs, log_probs, advantages, 0.2).backward()
        assert torch.allclose(log_probs.grad, expected)


def test_beyond_the_clip_only_what_went_the_wrong_way_has_a_gradient():
    ratios = torch.tensor([2.0, 0.5, 2.0, 0.5])
    advantages = torch.tensor([1.0, 1.0, -1.0, -1.0])
    log_probs = ratios.log().requires_grad_(True)
    clipped_surrogate(log_probs, torch.zeros(4), advantages, 0.2).backward()
    assert (log_probs.grad != 0).tolist() == [False, True, True, False]


def test_values_and_returns_of_different_shapes_are_refused_since_their_table_knows_no_pairs():
    rng = np.random.default_rng(0)
    values, returns = torch.from_numpy(rng.normal(0, 2, (9, 1))), torch.from_numpy(rng.normal(1, 3, 9))
    table = ((values - returns) ** 2).mean()
    variances = values.var(correction=0) + returns.var(correction=0)
    assert float(table) == pytest.approx(float(variances + (values.mean() - returns.mean()) ** 2))
    with pytest.raises(ValueError, match="shapes differ"):
        clipped_value_loss(values, values, returns, 0.2)
    with pytest.raises(ValueError, match="shapes differ"):
        clipped_surrogate(values, values, returns, 0.2)


def test_the_value_loss_is_a_parabola_inside_the_clip_and_a_shelf_beyond_it_towards_the_return():
    values = torch.tensor([0.4, 1.5, -1.5], requires_grad=True)
    losses = clipped_value_loss(values, torch.zeros(3), torch.full((3,), 2.0), 0.5)
    losses.backward()
    assert losses.item() == pytest.approx((1.6**2 + 1.5**2 + 3.5**2) / 6)
    assert values.grad.tolist() == pytest.approx([-1.6 / 3, 0.0, -3.5 / 3])


def test_the_entropy_of_equal_logits_is_ln_n_and_forbidden_actions_add_nothing_to_value_or_gradient():
    logits = torch.tensor([[0.3, 0.3, 0.3, 0.3], [0.3, -math.inf, 0.3, -math.inf]], requires_grad=True)
    entropy = categorical_entropy(logits)
    entropy.sum().backward()
    assert entropy.tolist() == pytest.approx([math.log(4), math.log(2)])
    assert logits.grad.flatten().tolist() == pytest.approx([0.0] * 8, abs=1e-7)


def test_k1_and_k3_average_to_the_kl_and_k3_keeps_the_digits_of_a_small_step():
    rng = np.random.default_rng(1)
    old, new = (torch.from_numpy(rng.standard_normal(6)).log_softmax(0) for _ in range(2))
    k1, k2, k3 = approx_kl(new, old)
    kl = float((old.exp() * (old - new)).sum())
    assert float((old.exp() * k1).sum()) == pytest.approx(kl)
    assert float((old.exp() * k3).sum()) == pytest.approx(kl)
    assert bool((k2 >= 0).all() and (k3 >= 0).all())
    step = torch.tensor([-1.0 + 1e-4])
    assert float(approx_kl(step, torch.tensor([-1.0]))[2]) == pytest.approx(5e-9, rel=2e-2)
