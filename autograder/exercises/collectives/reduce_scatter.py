"""Judgement of `collectives.reduce_scatter`: each rank gets the sum of its own part, for the least traffic.

The oracle adds up whole tensors in double precision, without a network.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, close, identical, same_type
from autograder.submission import Submission

from .case import SIZES, added, counted, draw, kept_apart, otherwise_laid_out, run
from .reduce_scatter_misconceptions import add_misconceptions

reduce_scatter = Judgement(
    "collectives.reduce_scatter",
    hints=(
        "Take three ranks around a table. Each has three cards, one for each part. In a round everybody passes one "
        "card to the right, takes one from the left, and adds it to the own card of that part. After two rounds "
        "everybody is to hold one card that all have added to: their own part.",
        "Follow part 0 backwards. It must end on rank 0, so in the last step it came from rank N − 1, and before that "
        "from rank N − 2. With whom did it begin?",
        "In step k (from 0) rank r sends part r − k − 1 and receives part r − k − 2, both modulo N. What it sends is "
        "its own part *with all that was added to it so far*.",
        "All send at the same time, so `send` first and `recv` after it would wait forever. "
        "`comm.exchange(parts[sent], right, came, left)` does both; `came` is a new tensor of the shape of a part.",
    ),
)
NAME = "reduce_scatter"


@reduce_scatter.check(weight=4)
def sums_the_part_of_each_rank(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Rank r returns the sum over all ranks of part r: rows r · n to (r + 1) · n − 1."""
    for world_size in SIZES:
        n = int(rng.integers(2, 5))
        inputs = draw(rng, world_size, world_size * n)
        parts = added(inputs).reshape(world_size, n).numpy()
        for rank, got in enumerate(run(s, NAME, inputs).results):
            where = f"what rank {rank} of {world_size} returns"
            yield close(where, got, parts[rank], magnitude=8.0, precision=torch.float32)


@reduce_scatter.check(weight=3)
def sends_no_more_than_it_must(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each of N ranks sends N − 1 parts at most, in at most N − 1 steps."""
    for world_size in (2, 3, 4):
        n = int(rng.integers(2, 5))
        inputs = draw(rng, world_size, world_size * n, dtype=torch.float64)
        yield from counted(run(s, NAME, inputs), 8 * (world_size - 1) * n, world_size - 1)


@reduce_scatter.check()
def takes_any_further_axes(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The first axis is cut, whatever other axes there are and however the numbers lie in memory."""
    world_size = 4
    shape = (world_size * 2, 2, 3)
    inputs = [otherwise_laid_out(x) for x in draw(rng, world_size, *shape, dtype=torch.float64)]
    parts = added(inputs).reshape(world_size, 2, 2, 3).numpy()
    for rank, got in enumerate(run(s, NAME, inputs).results):
        yield close(f"what rank {rank} of {world_size} returns of (8, 2, 3)", got, parts[rank], magnitude=8.0)


@reduce_scatter.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Integers are added as integers, and doubles as doubles."""
    for dtype in (torch.int64, torch.float64):
        inputs = draw(rng, 3, 6, dtype=dtype)
        parts = added(inputs).reshape(3, 2)
        for rank, got in enumerate(run(s, NAME, inputs).results):
            yield same_type(f"what rank {rank} returns", got, parts[rank])
            if dtype == torch.int64:
                yield identical(f"the sum of integers on rank {rank}", got, parts[rank])
            else:
                yield close(f"the sum of doubles on rank {rank}", got, parts[rank], magnitude=8.0)


@reduce_scatter.check()
def leaves_its_input_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """x is not changed, and the result is a new tensor, for one rank too."""
    for world_size in (3, 1):
        yield from kept_apart(s, NAME, draw(rng, world_size, 2 * world_size))


add_misconceptions(reduce_scatter)
