"""Inputs that the judgements of text share: batches of tokens, and masks of targets."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def sizes(rng: np.random.Generator) -> tuple[int, int, int]:
    """Batch, time and vocabulary, of which no two are alike, nor the time less one like another."""
    batch, time, vocab = rng.permutation([(4, 6, 8), (5, 8, 3), (4, 9, 6), (7, 5, 9), (6, 4, 8)])[0].tolist()
    return batch, time, vocab


def some_logits(rng: np.random.Generator, shape: tuple[int, ...], dtype: torch.dtype = torch.float32) -> Tensor:
    return (2.0 * torch.from_numpy(rng.standard_normal(shape))).to(dtype)


def some_mask(rng: np.random.Generator, batch: int, targets: int) -> Tensor:
    """A mask (batch, targets) that keeps another number of targets in each of its first three rows, in any pattern."""
    mask = torch.from_numpy(rng.random((batch, targets)) < 0.5)
    mask[0], mask[1] = True, False
    mask[2, 0], mask[2, -1] = True, False
    return mask
