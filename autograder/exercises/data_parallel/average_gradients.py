"""Judgement of `data_parallel.average_gradients`: the gradient of all tokens, in few messages.

The oracle weighs and adds in double precision, without a network. Messages and their sizes are counted by the network.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, same_type
from autograder.submission import Submission

from .average_gradients_misconceptions import add_misconceptions
from .case import SHAPES, Gradients, in_buckets

average_gradients = Judgement(
    "data_parallel.average_gradients",
    hints=(
        "Rank 0 has the mean over 10 tokens and rank 1 that over 30. What are the two weights, so that the result is "
        "the mean over 40 tokens? What does each rank have to know for that?",
        "First sum up the number of tokens over all ranks: an all-reduce of a tensor with one element. The weight of a "
        "rank is `tokens / total`.",
        "For each bucket: weigh and flatten its gradients, `torch.cat` them, all-reduce that, and cut the sum up "
        "again: `summed.split([p.numel() for p in bucket])`, each piece with `.view_as(p)`.",
        "In `buckets`, walk through the parameters from the last to the first and remember how much room the last "
        "bucket has. Where a parameter does not fit, begin a new one.",
        "All ranks must send tensors of the same shapes, so a missing gradient becomes zeros. A rank without tokens "
        "sends zeros too: 0 · NaN is NaN.",
    ),
)
WORLD_SIZES = (2, 3, 1)


def compared(case: Gradients, told: list[Any], where: str, dtype: torch.dtype = torch.float32) -> Iterator[Observation]:
    """Whether every rank has the gradients that are right, and its parameters as they were."""
    right = case.right()
    for rank, (gradients, values) in enumerate(told):
        for number, (got, before) in enumerate(zip(values, case.values, strict=True)):
            yield identical(f"parameter {number} on rank {rank}", got, before, "a parameter itself was changed")
        for number, (got, wanted, before) in enumerate(zip(gradients, right, case.values, strict=True)):
            name = f"the gradient of parameter {number} on rank {rank} {where}"
            yield close(name, got, wanted, magnitude=4.0, precision=dtype)
            yield same_type(name, got, before)


@average_gradients.check(weight=3)
def is_the_gradient_of_all_tokens(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Every gradient becomes that of the mean loss over the tokens of all ranks, however unevenly they are shared."""
    for world_size in WORLD_SIZES:
        dtype = torch.float64 if world_size == 3 else torch.float32
        case = Gradients.draw(rng, world_size, dtype=dtype)
        yield from compared(case, case.averaged(s).results, f"of {world_size}", dtype)


@average_gradients.check(weight=2)
def packs_buckets(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`buckets` goes from the last parameter to the first, and begins a new bucket only where one does not fit."""
    shapes = [(int(n),) for n in rng.permutation([3, 5, 8, 13, 2, 30, 4, 7])]
    for dtype in (torch.float32, torch.float64):
        tensors = [torch.full(shape, float(number), dtype=dtype) for number, shape in enumerate(shapes)]
        size = tensors[0].element_size()
        fits = size * (len(tensors[-1]) + len(tensors[-2]))  # the last two fill a bucket to the brim
        for most in (fits, size * 16, size * 1, size * 15 + 1, size * 1000):
            got = s.call("buckets", tensors, most)
            right = in_buckets([size * len(tensor) for tensor in tensors], most)
            listed = isinstance(got, list) and all(isinstance(bucket, list | tuple) for bucket in got)
            yield holds("the buckets", listed, "`buckets` does not return a list of lists")
            found = [[int(tensor[0]) if isinstance(tensor, Tensor) else None for tensor in bucket] for bucket in got]
            problem = "the parameters are not in the buckets that they belong to"
            yield identical(f"the buckets of at most {most} bytes", found, right, problem)


@average_gradients.check(weight=2)
def sends_one_message_for_each_bucket(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """There is one ring all-reduce for each bucket and one for the number of tokens, and none of them is larger."""
    sizes = [4 * math.prod(shape) for shape in SHAPES]
    for world_size, most in ((3, 80), (2, 1000), (3, 4)):
        case = Gradients.draw(rng, world_size)
        fabric = case.averaged(s, most).fabric
        packed = in_buckets(sizes, most)
        rounds = 2 * (world_size - 1)
        allowed = rounds * (len(packed) + 1)
        messages = np.array([one.messages for one in fabric.traffic])
        problem = f"a rank sends {messages.max()} messages, where {allowed} are enough for {len(packed)} buckets"
        name = f"the messages of each of {world_size} ranks for buckets of {most} bytes"
        yield Observation(name, bool((messages <= allowed).all()), messages, allowed, 0, problem, problem)
        # The number of tokens may travel in a bucket, so one element more is no fault.
        largest = max(math.ceil((sum(sizes[i] for i in bucket) / 4 + 1) / world_size) for bucket in packed) * 4
        sent = max(event.bytes for event in fabric.events if event.kind == "send")
        problem = f"a message holds {sent} bytes, where the largest part of a bucket has {largest}"
        name = f"the largest message for buckets of {most} bytes"
        yield Observation(name, sent <= max(largest, 8), np.array(sent), largest, 0, problem, problem)


@average_gradients.check()
def gives_a_missing_gradient_the_others_say(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A `grad` that is None counts as zeros; afterwards no parameter has None, on any rank."""
    case = Gradients.draw(rng, 3)
    case.own[1][2] = case.own[0][0] = case.own[2][0] = None
    for gradients in case.own:
        gradients[4] = None
    yield from compared(case, case.averaged(s).results, "where some were missing")


@average_gradients.check()
def gives_a_rank_without_tokens_no_say(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradients of a rank without tokens have no influence, not even if they are NaN."""
    case = Gradients.draw(rng, 3)
    case.tokens[1] = 0
    case.own[1] = [torch.full_like(value, math.nan) for value in case.values]
    yield from compared(case, case.averaged(s).results, "beside a rank without tokens")


@average_gradients.check()
def is_the_same_on_every_rank(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """All ranks have the same gradients to the last bit, so that their models stay the same."""
    first, *others = (gradients for gradients, _ in Gradients.draw(rng, 3, ((40,), (7,))).averaged(s).results)
    for rank, gradients in enumerate(others, start=1):
        for got, there in zip(gradients, first, strict=True):
            yield same_type("a gradient", got, torch.zeros(len(there)))
            problem = f"ranks 0 and {rank} have different gradients"
            yield identical(f"the gradients of rank {rank}, beside rank 0", got, there, problem)


add_misconceptions(average_gradients)
