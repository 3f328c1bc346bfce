"""Inputs that the judgements share: masks of unequal texts, rewards of groups, what stands beside kept tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.observation import Observation, holds, identical
from autograder.submission import Submission

DTYPES = (torch.float32, torch.float64)
NOISE = (float("nan"), float("inf"), float("-inf"), -1e4, 7.0)
"""What may stand in a column that is not kept: log-probs of pads, and the marks that programs put there."""


def runs(rng: np.random.Generator, time: int = 7, texts: int = 6) -> Tensor:
    """A mask (texts, time): one whole text, one that fills its end only, one token, none at all, and others."""
    mask = torch.zeros(texts, time, dtype=torch.bool)
    mask[0] = True
    mask[1, int(rng.integers(1, time - 1)) :] = True
    mask[2, int(rng.integers(1, time - 1))] = True
    for row in range(4, texts):  # row 3 keeps nothing
        start = int(rng.integers(1, time - 3))
        mask[row, start : int(rng.integers(start + 2, time))] = True
    return mask[torch.from_numpy(rng.permutation(texts))]


def numbers(rng: np.random.Generator, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.from_numpy(rng.standard_normal(shape)).to(dtype)


def disturbed(rng: np.random.Generator, values: Tensor, mask: Tensor) -> Tensor:
    """The values, with something else where the mask does not keep them."""
    noise = torch.from_numpy(rng.choice(NOISE, size=tuple(values.shape))).to(values.dtype)
    return torch.where(mask, values, noise)


def otherwise_laid_out(value: Any) -> Any:
    """The same tensor in column order, so not contiguous; what has one axis takes every other place of a longer one."""
    if not isinstance(value, Tensor):
        return value
    if value.ndim == 1:
        return torch.stack([value, value], dim=1)[:, 0]
    return value.T.contiguous().T


def without_gradient(
    s: Submission, name: str, inputs: Sequence[Any], by: dict[int, str], result: str, cotangent: Tensor
) -> Iterator[Observation]:
    """The function's result is data: no gradient comes from it to the inputs of these positions.

    It is one observation: a mistake is the same, whichever of the inputs it reaches.
    """
    _, gradients = s.vjp(name, *inputs, wrt=list(by), cotangent=cotangent)
    reached = [
        source
        for gradient, source in zip(gradients, by.values(), strict=True)
        if gradient is not None and bool(gradient.isnan().any() | gradient.any())
    ]
    problem = f"a gradient comes from the {result} to the {' and the '.join(reached)}"
    yield holds(f"the gradient of the {result}", not reached, problem)


def unchanged(s: Submission, inputs: dict[str, Any], call: Callable[[list[Any]], object]) -> Iterator[Observation]:
    """The call changes none of the named inputs."""
    held = {name: s.hold(value) for name, value in inputs.items()}
    call(list(held.values()))
    for name, remote in held.items():
        yield identical(name, remote.fetch(), inputs[name], f"the input {name} was changed")


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
