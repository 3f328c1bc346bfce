"""Judgement of `collectives.all_gather`: everybody gets all shards in the order of the ranks, each of them once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, identical, same_type
from autograder.submission import Submission

from .all_gather_misconceptions import add_misconceptions
from .case import SIZES, counted, draw, kept_apart, otherwise_laid_out, run

all_gather = Judgement(
    "collectives.all_gather",
    hints=(
        "The ranks sit around a table again. This time nothing is added: in a round everybody passes on a copy of a "
        "card that the neighbour on the right has not seen yet. Which card is that in the first round, and which in "
        "the second?",
        "What rank r sends in step k is what it received in step k − 1. In step 0 it is its own shard.",
        "In step k rank r sends shard r − k and receives shard r − k − 1, both modulo N.",
        "Keep a list of N parts, your own in its place, and receive into the others: "
        "`comm.exchange(parts[sent], right, parts[taken], left)`. `torch.cat` of that list is the result.",
    ),
)
NAME = "all_gather"


@all_gather.check(weight=4)
def gathers_in_the_order_of_the_ranks(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Every rank returns the shard of rank 0, then that of rank 1, and so on, its own among them."""
    for world_size in SIZES:
        shards = draw(rng, world_size, int(rng.integers(2, 5)))
        whole = torch.cat(shards)
        for rank, got in enumerate(run(s, NAME, shards).results):
            yield identical(f"what rank {rank} of {world_size} returns", got, whole)


@all_gather.check(weight=3)
def sends_no_more_than_it_must(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each of N ranks sends N − 1 shards at most, in at most N − 1 steps."""
    for world_size in (2, 3, 4):
        n = int(rng.integers(2, 5))
        ranks = run(s, NAME, draw(rng, world_size, n, dtype=torch.float64))
        yield from counted(ranks, 8 * (world_size - 1) * n, world_size - 1)


@all_gather.check()
def takes_any_further_axes(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Shards stand one behind the other along the first axis, whatever other axes there are."""
    shards = [otherwise_laid_out(x) for x in draw(rng, 4, 2, 2, 3)]
    whole = torch.cat(shards)
    for rank, got in enumerate(run(s, NAME, shards).results):
        yield identical(f"what rank {rank} of 4 returns of shards (2, 2, 3)", got, whole)


@all_gather.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The result has the dtype of the shards, and the same numbers to the last bit."""
    for dtype in (torch.int64, torch.float64, torch.bool):
        shards = draw(rng, 3, 4, dtype=dtype)
        whole = torch.cat(shards)
        for rank, got in enumerate(run(s, NAME, shards).results):
            yield same_type(f"what rank {rank} returns", got, whole)
            yield identical(f"the {str(dtype).removeprefix('torch.')} of rank {rank}", got, whole)


@all_gather.check()
def leaves_its_input_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The shard is not changed, and the result is a new tensor, for one rank too."""
    for world_size in (3, 1):
        yield from kept_apart(s, NAME, draw(rng, world_size, 3))


add_misconceptions(all_gather)
