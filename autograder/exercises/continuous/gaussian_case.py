"""What the judgements of Gaussian and squashed policies share: policies to ask about, and the density of one number."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

AXES = ((), (1,), (5,), (3, 4))
"""Axes in front of an action's dimensions."""


@dataclass
class Policy:
    """A mean (…, k), and log_std (k,) or (…, k)."""

    mean: Tensor
    log_std: Tensor

    @classmethod
    def drawn(
        cls,
        rng: np.random.Generator,
        axes: tuple[int, ...],
        k: int | None = None,
        each_row: bool = False,
        dtype: torch.dtype = torch.float32,
        shift: float = 0.0,
        extremes: bool = False,
    ) -> Policy:
        """Means of a few units. No log_std lies near 0 where `extremes`: there std and variance would look alike."""
        k = int(rng.integers(1, 5)) if k is None else k
        shape = (*axes, k)
        sizes = rng.uniform(-1.2, 0.8, shape if each_row else (k,))
        if extremes:
            sizes = np.where(
                np.arange(k) % 2 == 0, rng.uniform(-2.0, -1.0, sizes.shape), rng.uniform(0.7, 1.2, sizes.shape)
            )
        mean = rng.uniform(-1.5, 1.5, shape)
        return cls(torch.from_numpy(mean).to(dtype), torch.from_numpy(sizes + shift).to(dtype))

    def actions(self, rng: np.random.Generator, distance: float = 1.5) -> Tensor:
        """Actions about so many standard deviations from the mean, and of the mean's dtype."""
        z = torch.from_numpy(rng.choice([-1.0, 1.0], self.mean.shape) * rng.uniform(0.3, 1.0, self.mean.shape))
        return (self.mean.double() + distance * z * self.log_std.double().exp()).to(self.mean.dtype)

    def doubles(self, actions: Tensor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Mean, log_std and actions in double precision, all (…, k)."""
        mean, taken = self.mean.double().numpy(), actions.double().numpy()
        return mean, np.broadcast_to(self.log_std.double().numpy(), mean.shape), taken

    def z(self, actions: Tensor) -> np.ndarray:
        """How many standard deviations the actions lie from the mean."""
        mean, log_std, taken = self.doubles(actions)
        return np.asarray((taken - mean) / np.exp(log_std))


def log_density(x: float, mean: float, log_std: float) -> float:
    """The logarithm of the normal density at one number."""
    return -((x - mean) ** 2) / (2.0 * math.exp(2.0 * log_std)) - log_std - 0.5 * math.log(2.0 * math.pi)
