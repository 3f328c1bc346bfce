"""Rollouts and minibatches as the notebook has them, beside the trainer's own."""

from __future__ import annotations

import numpy as np
import torch

from curriculum.collecting import collect, minibatches
from curriculum.environments import CartPole
from curriculum.train_ppo import PPOConfig, made


class Actor:
    """The trainer's own policy and value function."""

    def __init__(self) -> None:
        self.run = made(CartPole(3), PPOConfig(steps=40))

    @torch.no_grad()
    def act(self, observations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        distribution = self.run.policy.distribution(torch.from_numpy(observations))
        actions = distribution.sample()
        return actions.numpy(), distribution.log_prob(actions).numpy()

    @torch.no_grad()
    def value(self, observations: np.ndarray) -> np.ndarray:
        return self.run.value.value(torch.from_numpy(observations)).numpy()


def test_a_rollout_is_the_trainers() -> None:
    actor = Actor()
    torch.manual_seed(5)
    theirs = actor.run.collect()
    env = CartPole(3)
    start = env.reset(actor.run.config.seed)
    torch.manual_seed(5)
    mine, following = collect(env, actor, start, 40)
    for name in ("observations", "actions", "log_probs", "rewards", "terminated", "truncated"):
        np.testing.assert_array_equal(mine[name], getattr(theirs, name))
    np.testing.assert_array_equal(following, actor.run.observations)
    assert mine["terminated"].any()
    ended = mine["terminated"] | mine["truncated"]
    np.testing.assert_allclose(mine["next_values"][ended], actor.value(theirs.final_observations[ended]), rtol=1e-5)
    np.testing.assert_allclose(mine["next_values"][:-1][~ended[:-1]], mine["values"][1:][~ended[:-1]], rtol=1e-5)


def test_minibatches_share_out_the_samples() -> None:
    rollout = {"number": np.arange(12).reshape(4, 3), "twice": 2 * np.arange(12).reshape(4, 3, 1)}
    parts = minibatches(rollout, 3, seed=1)
    assert sorted(np.concatenate([part["number"] for part in parts])) == list(range(12))
    assert all((part["twice"][:, 0] == 2 * part["number"]).all() for part in parts)
