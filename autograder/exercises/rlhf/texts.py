"""Inputs that the judgements of RLHF share: masks of unequal texts, and what stands where nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.observation import Observation, holds, identical
from autograder.submission import Submission

DTYPES = (torch.float32, torch.float64)
STRANGE = (float("nan"), float("inf"), float("-inf"), -1e4, 7.0)


def some_mask(rng: np.random.Generator, time: int = 7) -> Tensor:
    """A mask (6, time): a whole text, one at the end of its row, one token, none at all, and two between."""
    rows = torch.zeros(6, time, dtype=torch.bool)
    rows[0] = True
    rows[1, int(rng.integers(1, time - 1)) :] = True
    rows[2, int(rng.integers(1, time - 1))] = True
    for row in (4, 5):  # row 3 keeps nothing
        start = int(rng.integers(1, time - 3))
        rows[row, start : int(rng.integers(start + 2, time))] = True
    return rows[torch.from_numpy(rng.permutation(6))]


def places(mask: Tensor) -> list[tuple[int, int]]:
    """(text, column) of every kept token."""
    return [(text, t) for text, t in np.ndindex(*mask.shape) if mask[text, t]]


def numbers(rng: np.random.Generator, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.from_numpy(rng.standard_normal(shape)).to(dtype)


def strange_pads(rng: np.random.Generator, values: Tensor, mask: Tensor) -> Tensor:
    """The values, with NaN, infinities and marks where the mask does not keep them."""
    noise = torch.from_numpy(rng.choice(STRANGE, size=tuple(values.shape))).to(values.dtype)
    return torch.where(mask, values, noise)


def strided(value: Any) -> Any:
    """The same tensor, not contiguous in memory; anything else as it is."""
    if not isinstance(value, Tensor):
        return value
    return value.repeat_interleave(2, dim=0)[::2] if value.ndim == 1 else value.T.contiguous().T


def is_free_of_gradient(
    s: Submission, name: str, inputs: Sequence[Any], sources: dict[int, str], result: str, cotangent: Tensor
) -> Observation:
    """No gradient comes from the function's result to the inputs at these positions."""
    _, gradients = s.vjp(name, *inputs, wrt=list(sources), cotangent=cotangent)
    reached = [
        source
        for gradient, source in zip(gradients, sources.values(), strict=True)
        if gradient is not None and bool(gradient.isnan().any() | gradient.any())
    ]
    problem = f"a gradient comes from the {result} to the {' and the '.join(reached)}"
    return holds(f"the gradient of the {result}", not reached, problem)


def untouched(s: Submission, name: str, inputs: dict[str, Tensor], *rest: Any) -> Iterator[Observation]:
    """The call changes none of the named inputs."""
    held = [s.hold(value) for value in inputs.values()]
    s.call(name, *held, *rest)
    for (which, before), remote in zip(inputs.items(), held, strict=True):
        yield identical(which, remote.fetch(), before, f"the input {which} was changed")
