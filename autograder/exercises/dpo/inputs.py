"""Inputs that the judgements of DPO share: log-probs of pairs, masks, other layouts, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.observation import Observation, identical
from autograder.submission import Submission

DTYPES = (torch.float32, torch.float64)
SINGLE = torch.float32
NOISE = (float("nan"), float("inf"), float("-inf"), -1e4, 7.0)
"""What may stand in a column that is not kept."""


def numbers(rng: np.random.Generator, *shape: int, dtype: torch.dtype = SINGLE) -> Tensor:
    return torch.from_numpy(rng.standard_normal(shape)).to(dtype)


def a_mask(rng: np.random.Generator, texts: int, time: int) -> Tensor:
    """Bool (texts, time): kept tokens in a run somewhere, at least one in each text."""
    mask = torch.zeros(texts, time, dtype=torch.bool)
    for row in range(texts):
        start = int(rng.integers(0, time - 1))
        mask[row, start : int(rng.integers(start + 1, time + 1))] = True
    return mask


def disturbed(rng: np.random.Generator, values: Tensor, mask: Tensor) -> Tensor:
    """The values, with something else where the mask does not keep them."""
    noise = torch.from_numpy(rng.choice(NOISE, size=tuple(values.shape))).to(values.dtype)
    return torch.where(mask, values, noise)


def otherwise_laid_out(value: Any) -> Any:
    """The same tensor in column order; what has one axis takes every other place of a longer one."""
    if not isinstance(value, Tensor):
        return value
    if value.ndim == 1:
        return torch.stack([value, value], dim=1)[:, 0]
    return value.T.contiguous().T


def unchanged(s: Submission, inputs: dict[str, Any], call: Callable[[list[Any]], object]) -> Iterator[Observation]:
    """The call changes none of the named inputs."""
    held = {name: s.hold(value) for name, value in inputs.items()}
    call(list(held.values()))
    for name, remote in held.items():
        yield identical(name, remote.fetch(), inputs[name], f"the input {name} was changed")


@dataclass(frozen=True)
class LogProbs:
    """Log-probs of the texts of pairs, (pairs,) each."""

    chosen: Tensor
    rejected: Tensor
    ref_chosen: Tensor
    ref_rejected: Tensor

    @classmethod
    def draw(cls, rng: np.random.Generator, pairs: int, dtype: torch.dtype = SINGLE, moved: float = 2.0) -> LogProbs:
        """Texts of unequal lengths; the policy is `moved` nats away from the reference, and on the whole below it.

        No margin is so near to 0 that rounding could turn it.
        """
        while True:
            ref_chosen, ref_rejected = (-20.0 - 6.0 * numbers(rng, pairs).abs() for _ in range(2))
            chosen, rejected = (ref + moved * (numbers(rng, pairs) - 0.5) for ref in (ref_chosen, ref_rejected))
            found = cls(*(value.to(dtype) for value in (chosen, rejected, ref_chosen, ref_rejected)))
            if found.clear():
                return found

    def arguments(self) -> list[Tensor]:
        return [getattr(self, field.name) for field in fields(self)]

    def named(self) -> dict[str, Tensor]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def clear(self) -> bool:
        """Whether every pair is clearly right or clearly wrong."""
        return all(abs(chosen - rejected) > 1e-2 for chosen, rejected in self.differences())

    def differences(self) -> list[tuple[float, float]]:
        """For each pair log π − log π_ref of the chosen and of the rejected text."""
        return [
            (float(self.chosen[i]) - float(self.ref_chosen[i]), float(self.rejected[i]) - float(self.ref_rejected[i]))
            for i in range(len(self.chosen))
        ]
