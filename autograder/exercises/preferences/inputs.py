"""What the judgements of this chapter share: numbers, other memory layouts, and inputs that must not change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.observation import Observation, identical
from autograder.submission import Submission

SINGLE = torch.float32
DTYPES = (torch.float32, torch.float64)
STRANGE = (float("nan"), float("inf"), float("-inf"), -1e4, 7.0)
"""What may stand where nothing counts."""


def numbers(rng: np.random.Generator, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.from_numpy(rng.standard_normal(shape)).to(dtype)


def flags(rng: np.random.Generator, *shape: int) -> Tensor:
    return torch.from_numpy(rng.random(shape) < 0.5)


def otherwise_laid_out(value: Any) -> Any:
    """The same tensor in column order, so not contiguous; what has one axis takes every other place of a longer one."""
    if not isinstance(value, Tensor):
        return value
    if value.ndim == 1:
        return torch.stack([value, value], dim=1)[:, 0]
    return value.mT.contiguous().mT


def unchanged(s: Submission, inputs: dict[str, Tensor], call: Callable[[list[Any]], object]) -> Iterator[Observation]:
    """The call changes none of the named inputs."""
    held = {name: s.hold(value) for name, value in inputs.items()}
    call(list(held.values()))
    for name, remote in held.items():
        yield identical(name, remote.fetch(), inputs[name], f"the input {name} was changed")
