"""Judgement of `collectives.ring_all_reduce`: the sum of tensors of any shape, for the least traffic there is.

2 (N − 1) / N · n elements for each rank is the least (Patarasuk & Yuan 2009, theorem 1); parts are whole numbers of
elements, so it is rounded up to 2 (N − 1) ⌈n / N⌉.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, close, identical, same_type
from autograder.submission import Submission

from .case import SIZES, added, counted, draw, kept_apart, otherwise_laid_out, run
from .ring_all_reduce_misconceptions import add_misconceptions

ring_all_reduce = Judgement(
    "collectives.ring_all_reduce",
    hints=(
        "After `reduce_scatter` the sum is complete, but lies in parts on the ranks. After `all_gather` everybody has "
        "all parts. What shape must the first one have, and what shape does the second one give?",
        "`reduce_scatter` cuts the first axis into N equal parts. A tensor of any shape becomes one with one axis by "
        "`x.flatten()`, and its length becomes a multiple of N if zeros are put behind it.",
        "The number of zeros is −n modulo N, `-n % N` in Python.",
        "At the end, cut the zeros off again and give the shape back: `[: x.numel()].view(x.shape)`.",
    ),
)
NAME = "ring_all_reduce"
SHAPES: tuple[tuple[int, ...], ...] = ((), (1,), (7,), (2, 3, 5))


@ring_all_reduce.check(weight=3)
def sums_on_every_rank(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Every rank returns the sum over all ranks, where N divides the number of elements."""
    for world_size in SIZES:
        inputs = draw(rng, world_size, 2 * world_size)
        right = added(inputs).numpy()
        for rank, got in enumerate(run(s, NAME, inputs).results):
            yield close(f"what rank {rank} of {world_size} returns", got, right, magnitude=8.0, precision=torch.float32)


@ring_all_reduce.check(weight=2)
def takes_any_shape(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The shape is that of x: no axis or several, fewer elements than ranks, or a number that N does not divide."""
    for shape in SHAPES:
        inputs = [otherwise_laid_out(x) for x in draw(rng, 4, *shape, dtype=torch.float64)]
        right = added(inputs).numpy()
        for rank, got in enumerate(run(s, NAME, inputs).results):
            yield close(f"what rank {rank} of 4 returns for the shape {shape}", got, right, magnitude=8.0)


@ring_all_reduce.check(weight=2)
def sends_no_more_than_it_must(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each of N ranks sends 2 (N − 1) parts of ⌈n/N⌉ elements at most, in at most 2 (N − 1) steps."""
    for world_size, size in ((5, 3), (3, 12), (4, int(rng.integers(33, 36)))):
        ranks = run(s, NAME, draw(rng, world_size, size, dtype=torch.float64))
        most = 2 * (world_size - 1)
        yield from counted(ranks, 8 * most * math.ceil(size / world_size), most)


@ring_all_reduce.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Integers are added as integers, and doubles as doubles."""
    for dtype in (torch.int64, torch.float64):
        inputs = draw(rng, 2, 5, dtype=dtype)
        right = added(inputs)
        for rank, got in enumerate(run(s, NAME, inputs).results):
            yield same_type(f"what rank {rank} returns", got, right)
            if dtype == torch.int64:
                yield identical(f"the sum of integers on rank {rank}", got, right)
            else:
                yield close(f"the sum of doubles on rank {rank}", got, right, magnitude=8.0)


@ring_all_reduce.check()
def is_the_same_on_every_rank(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """All ranks return the same numbers to the last bit, so that copies of a model stay copies."""
    first, *others = run(s, NAME, draw(rng, 4, 50)).results
    yield same_type("what rank 0 returns", first, torch.zeros(50))
    for rank, got in enumerate(others, start=1):
        problem = f"ranks 0 and {rank} return different numbers"
        yield identical(f"what rank {rank} returns, beside rank 0", got, first, problem)


@ring_all_reduce.check()
def leaves_its_input_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """x is not changed, and the result is a new tensor, for one rank too."""
    for world_size in (3, 1):
        yield from kept_apart(s, NAME, draw(rng, world_size, 3))


add_misconceptions(ring_all_reduce)
