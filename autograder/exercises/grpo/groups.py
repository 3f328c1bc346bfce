"""Rewards of groups, drawn so that no two programs can differ by the order of their sums."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def draw_rewards(rng: np.random.Generator, prompts: int, group: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """(prompts · group,): each group with a level and a spread of its own, the spread never small."""
    # Places in a row with a little noise: drawn freely, two rewards might come to lie close together.
    places = rng.permuted(np.tile(np.linspace(-1.0, 1.0, group), (prompts, 1)), axis=1)
    spread, level = rng.uniform(0.5, 2.0, (prompts, 1)), rng.normal(1.0, 1.0, (prompts, 1))
    rewards = level + spread * (places + rng.uniform(-0.1, 0.1, places.shape))
    return torch.from_numpy(rewards.flatten()).to(dtype)


def equal_rewards(rng: np.random.Generator, prompts: int, group: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """(prompts · group,): in each group all are equal. Most of these numbers have no exact mean in binary."""
    return torch.from_numpy(np.repeat(rng.uniform(-3.0, 3.0, prompts), group)).to(dtype)
