"""The plain and the fast PPO compute the same numbers."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from curriculum import ppo
from curriculum.environments import CartPole
from curriculum.fast_ppo import FastPPO, log_softmax, surrogate_gradient, value_gradient
from curriculum.policies import CategoricalPolicy, ValueNet
from curriculum.rollouts import Rollout, Samples
from curriculum.train_ppo import PPO, PPOConfig

CONFIGS = {
    "the default": PPOConfig(steps=24, epochs=3),
    "every term": PPOConfig(steps=24, epochs=3, value_clip=0.1, entropy_coef=0.02, value_coef=0.4),
    "no normalisation, no annealing": PPOConfig(steps=24, epochs=2, normalize=False, anneal=False),
}


def both(config: PPOConfig) -> tuple[PPO, FastPPO, Rollout]:
    """The two trainers with the same weights, in double precision, and a rollout of the fast one's.

    The policy is pushed away from where it starts: there all actions are alike and the value knows nothing. The old
    log-probabilities are moved, so that some ratios are beyond the clip from the first step on.
    """
    fast = FastPPO(CartPole(8), config, dtype=np.float64)
    rng = np.random.default_rng(3)
    fast.flat += rng.normal(0, 0.1, fast.flat.shape)
    policy, value = CategoricalPolicy(4, 2).double(), ValueNet(4).double()
    vector = torch.from_numpy(fast.flat.copy())
    size = len(parameters_to_vector(policy.parameters()))
    vector_to_parameters(vector[:size], policy.parameters())
    vector_to_parameters(vector[size:], value.parameters())
    plain = PPO(policy, value, CartPole(8), config)
    rollout = fast.collect()
    assert (rollout.terminated | rollout.truncated).any()
    return plain, fast, replace(rollout, log_probs=rollout.log_probs + rng.normal(0, 0.3, rollout.log_probs.shape))


def plain_vector(plain: PPO) -> np.ndarray:
    return parameters_to_vector(plain.parameters).detach().numpy()


@pytest.mark.parametrize("name", CONFIGS)
def test_both_give_the_same_advantages_gradients_and_parameters_after_an_update(name: str) -> None:
    plain, fast, rollout = both(CONFIGS[name])
    np.testing.assert_array_equal(plain_vector(plain), fast.flat)

    advantages, values = plain.advantages(rollout)
    fast_advantages, fast_values = fast.advantages(rollout)
    np.testing.assert_allclose(fast_values, values, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(fast_advantages, advantages, rtol=1e-10, atol=1e-12)

    samples, columns = Samples.of(rollout, advantages, values), fast.samples(rollout, fast_advantages, fast_values)
    orders = list(fast.orders())
    chosen = orders[0][: len(orders[0]) // 4]
    plain.loss(samples.take(torch.from_numpy(chosen))).backward()
    gradient = torch.cat([parameter.grad.flatten() for parameter in plain.parameters]).numpy()
    fast.differentiate(*(column[chosen] for column in columns))
    np.testing.assert_allclose(fast.gradient, gradient, rtol=1e-9, atol=1e-12)
    assert np.linalg.norm(gradient) > fast.config.max_norm  # so that the clip below is not idle

    before = fast.flat.copy()
    plain.improve(samples, [part for order in orders for part in torch.from_numpy(order).chunk(4)])
    fast.improve(columns, orders)
    np.testing.assert_allclose(fast.flat, plain_vector(plain), rtol=1e-7, atol=1e-9)
    assert np.abs(fast.flat - before).max() > 1e-3

    plain.updates = fast.updates = 1
    mine, theirs = plain.measured(samples), fast.measured(columns)
    for name in ("approx_kl", "clip_fraction", "explained_variance", "entropy", "learning_rate", "env_steps"):
        assert theirs[name] == pytest.approx(mine[name], rel=1e-6), name


def test_a_truncated_episode_is_bootstrapped_from_what_it_led_to_in_both() -> None:
    config = PPOConfig(steps=12)
    plain, fast, _ = both(replace(config, steps=24))
    env = CartPole(8)
    env.limit = 5  # the clock ends every episode, none falls
    for trainer in (plain, fast):
        trainer.env, trainer.config = env, config
        trainer.observations = env.reset(0).astype(np.float64)
    rollout = fast.collect()
    assert rollout.truncated.any()
    assert not rollout.terminated.any()
    advantages, values = fast.advantages(rollout)
    np.testing.assert_allclose(advantages, plain.advantages(rollout)[0], rtol=1e-10)
    with torch.no_grad():
        led_to = plain.value.value(torch.from_numpy(rollout.final_observations)).numpy()
    errors = rollout.rewards + config.gamma * led_to - values
    np.testing.assert_allclose(advantages[rollout.truncated], errors[rollout.truncated], rtol=1e-10)


floats = st.floats(-3, 3)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(floats, floats, floats), min_size=1, max_size=12), st.floats(0.01, 0.9))
def test_the_gradients_by_hand_are_those_of_autograd(rows: list[tuple[float, float, float]], clip: float) -> None:
    x, old, target = np.array(rows, dtype=np.float64).T + 1e-3 * np.arange(3)[:, None]  # no exact ties
    for loss, gradient in (
        (ppo.clipped_surrogate, surrogate_gradient),
        (ppo.clipped_value_loss, value_gradient),
    ):
        leaf = torch.from_numpy(x.copy()).requires_grad_()
        loss(leaf, torch.from_numpy(old), torch.from_numpy(target), clip).backward()
        np.testing.assert_allclose(gradient(x, old, target, clip), leaf.grad, rtol=1e-9, atol=1e-12)


def test_a_log_softmax_survives_large_logits() -> None:
    found = log_softmax(np.array([[1e4, 0.0], [3.0, 3.0]]))
    np.testing.assert_allclose(found, [[0.0, -1e4], [-math.log(2)] * 2])


def test_actions_are_drawn_with_the_probabilities_of_the_policy() -> None:
    fast = FastPPO(CartPole(2000), PPOConfig(steps=2))
    fast.policy.layers[-1][1][:] = [0.0, math.log(4)]  # a bias: the second action in 4 of 5
    rollout = fast.collect()
    share = rollout.actions.mean()
    assert abs(share - 0.8) < 6 * math.sqrt(0.8 * 0.2 / 4000) + 0.02  # the weights move it a little
    drawn = np.exp(rollout.log_probs)
    assert np.where(rollout.actions == 1, drawn, 1 - drawn).mean() == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_fast_one_solves_cartpole(seed: int) -> None:
    run = FastPPO(CartPole(32), PPOConfig(seed=seed))
    while run.updates < run.config.updates and not run.episodes.reached(475):
        run.update()
    assert run.episodes.reached(475)


def test_the_same_seed_gives_the_same_run() -> None:
    first, second, other = (FastPPO(CartPole(4), PPOConfig(seed=seed)) for seed in (0, 0, 1))
    for run in (first, second, other):
        run.update()
    assert (first.flat == second.flat).all()
    assert (first.flat != other.flat).any()
