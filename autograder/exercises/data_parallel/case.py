"""What the judgements of data parallelism share: parameters with gradients on each rank, and what is right for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from autograder.ranks import Ranks, on_every_rank
from autograder.submission import Remote, Submission

PARAMETERS = """
from torch import nn

class Parameters:
    def __init__(self, values, gradients):
        self.held = [nn.Parameter(value) for value in values]
        for parameter, gradient in zip(self.held, gradients):
            parameter.grad = gradient

    def each(self):
        return (parameter for parameter in self.held)

    def values(self):
        return [parameter.detach() for parameter in self.held]

    def gradients(self):
        return [parameter.grad for parameter in self.held]
"""
SHAPES: tuple[tuple[int, ...], ...] = ((3, 4), (4,), (), (2, 2, 3), (5,))


@dataclass
class Gradients:
    """Parameters, which are the same on all ranks; for each rank its gradients, and of how many tokens they are."""

    values: list[Tensor]
    own: list[list[Tensor | None]]
    tokens: list[int]

    @classmethod
    def draw(
        cls,
        rng: np.random.Generator,
        world_size: int,
        shapes: Sequence[tuple[int, ...]] = SHAPES,
        dtype: torch.dtype = torch.float32,
    ) -> Gradients:
        """Ranks with very different numbers of tokens."""

        def numbers() -> list[Tensor]:
            return [torch.from_numpy(np.asarray(rng.normal(size=shape))).to(dtype) for shape in shapes]

        tokens = [int(n) for n in rng.permutation(world_size) * 40 + rng.integers(1, 20, size=world_size)]
        return cls(numbers(), [list(numbers()) for _ in range(world_size)], tokens)

    @property
    def world_size(self) -> int:
        return len(self.own)

    def right(self) -> list[np.ndarray]:
        """The gradients of the mean loss over all tokens, in double precision."""
        total = sum(self.tokens)
        found = [np.zeros(tuple(value.shape)) for value in self.values]
        for gradients, tokens in zip(self.own, self.tokens, strict=True):
            for into, gradient in zip(found, gradients, strict=True):
                if gradient is not None and tokens:
                    into += gradient.double().numpy() * (tokens / total)
        return found

    def averaged(self, s: Submission, bucket_bytes: int = 1 << 20) -> Ranks:
        """What the submission makes of them: for each rank the gradients, and the values of the parameters."""

        def work(copy: Submission, comm: Remote, rank: int) -> tuple[list[Tensor], list[Tensor]]:
            held = copy.bring(PARAMETERS, "Parameters").build("", self.values, self.own[rank])
            copy.call("average_gradients", held.build("each"), self.tokens[rank], comm, bucket_bytes)
            return held.call("gradients"), held.call("values")

        return on_every_rank(s, self.world_size, work)


def in_buckets(sizes: Sequence[int], most: int) -> list[list[int]]:
    """The numbers of what has these sizes, from the last to the first, in buckets of at most `most`."""
    found: list[list[int]] = []
    for number in range(len(sizes) - 1, -1, -1):
        if found and sum(sizes[i] for i in found[-1]) + sizes[number] <= most:
            found[-1].append(number)
        else:
            found.append([number])
    return found
