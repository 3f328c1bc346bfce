"""What was seen, done and earned while acting, and how it becomes samples to learn from.

Symbols: a rollout holds arrays (steps, envs, …); a *sample* is one of its steps · envs entries.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class Rollout:
    """What was seen, done and earned: arrays (steps, envs), observations with an axis more."""

    observations: np.ndarray
    """What was acted on."""
    actions: np.ndarray
    log_probs: np.ndarray
    """Of these actions, when they were drawn."""
    rewards: np.ndarray
    terminated: np.ndarray
    truncated: np.ndarray
    final_observations: np.ndarray
    """What each step led to, before any new start."""


class Episodes:
    """The returns of the episodes that ended while training; those of the last hundred say how good it is by now."""

    def __init__(self, envs: int) -> None:
        self.running = np.zeros(envs)
        self.last: deque[float] = deque(maxlen=100)
        self.count = 0

    def add(self, rewards: np.ndarray, ended: np.ndarray) -> None:
        """What one step of all copies brought, and where it was the last of an episode."""
        self.running += rewards
        if ended.any():
            self.last.extend(self.running[ended].tolist())
            self.count += int(ended.sum())
            self.running[ended] = 0.0

    @property
    def mean(self) -> float:
        """Over the last hundred; NaN before the first has ended."""
        return sum(self.last) / len(self.last) if self.last else math.nan

    def reached(self, target: float) -> bool:
        """Whether a hundred have ended and the last hundred have this mean."""
        return len(self.last) == 100 and self.mean >= target


@dataclass(frozen=True)
class Samples:
    """A rollout to learn from, as tensors without the axis of time: (samples, …)."""

    observations: Tensor
    actions: Tensor
    log_probs: Tensor
    advantages: Tensor
    values: Tensor
    returns: Tensor

    @classmethod
    def of(cls, rollout: Rollout, advantages: np.ndarray, values: np.ndarray) -> Samples:
        """(steps, envs, …) → (steps · envs, …), all in the same order."""
        columns = (rollout.observations, rollout.actions, rollout.log_probs, advantages, values, advantages + values)
        return cls(*(torch.from_numpy(column.reshape(-1, *column.shape[2:])) for column in columns))

    def take(self, chosen: Tensor) -> Samples:
        return Samples(
            self.observations[chosen],
            self.actions[chosen],
            self.log_probs[chosen],
            self.advantages[chosen],
            self.values[chosen],
            self.returns[chosen],
        )
