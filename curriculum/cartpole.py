"""The whole of PPO as one loop, from the functions of its chapter (Schulman et al. 2017, algorithm 1).

Symbols: a model gives `logits(x)` (n, actions) and `value(x)` (n,) for observations x (n, size). Acting and the rollout
are NumPy, learning is torch.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

import curriculum.collecting as collecting
from curriculum.advantages import gae
from curriculum.ppo import categorical_entropy, clipped_surrogate, clipped_value_loss, normalize_advantages


class Actor:
    """Acts with a model, and asks it for values; arrays in and out, and no gradients."""

    def __init__(self, model: Any) -> None:
        self.model = model

    @torch.no_grad()
    def act(self, observations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """An action drawn for each observation, int64 (n,), and log π of it, float32 (n,)."""
        log_probs = self.model.logits(torch.from_numpy(observations)).log_softmax(dim=1)
        actions = torch.multinomial(log_probs.exp(), 1)
        return actions.squeeze(1).numpy(), log_probs.gather(1, actions).squeeze(1).numpy()

    @torch.no_grad()
    def value(self, observations: np.ndarray) -> np.ndarray:
        return np.asarray(self.model.value(torch.from_numpy(observations)).numpy())


def minibatch_loss(model: Any, batch: dict[str, Tensor], clip: float, value_coef: float, entropy_coef: float) -> Tensor:
    """Surrogate + value_coef · value loss − entropy_coef · entropy of a minibatch of tensors (samples, …)."""
    logits = model.logits(batch["observations"])
    log_probs = logits.log_softmax(dim=1).gather(1, batch["actions"][:, None]).squeeze(1)
    advantages = normalize_advantages(batch["advantages"])
    policy_loss = clipped_surrogate(log_probs, batch["log_probs"], advantages, clip)
    value_loss = clipped_value_loss(model.value(batch["observations"]), batch["values"], batch["returns"], clip)
    return policy_loss + value_coef * value_loss - entropy_coef * categorical_entropy(logits).mean()


def train(
    env: Any,
    model: Any,
    optimizer: Any,
    updates: int,
    steps: int,
    epochs: int,
    parts: int,
    gamma: float = 0.98,
    lam: float = 0.9,
    clip: float = 0.2,
    value_coef: float = 1.0,
    entropy_coef: float = 0.0,
    max_norm: float = 0.5,
) -> None:
    """Improve `model` by PPO: `updates` rollouts of `steps`, and `epochs` walks over each in `parts` minibatches."""
    observations, fresh_seed = env.reset(), itertools.count()
    for _ in range(updates):
        rollout, observations = collecting.collect(env, Actor(model), observations, steps)
        ends = (rollout["terminated"], rollout["truncated"])
        advantages = gae(rollout["rewards"], rollout["values"], rollout["next_values"], *ends, gamma, lam)
        rollout |= {"advantages": advantages, "returns": advantages + rollout["values"]}
        for _ in range(epochs):
            for part in collecting.minibatches(rollout, parts, seed=next(fresh_seed)):
                batch = {name: torch.from_numpy(array) for name, array in part.items()}
                loss = minibatch_loss(model, batch, clip, value_coef, entropy_coef)
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), max_norm)
                optimizer.step()
