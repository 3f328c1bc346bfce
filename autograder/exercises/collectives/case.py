"""What the judgements of the collectives share: a tensor for each rank, and what the network counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from autograder.observation import Observation, identical
from autograder.ranks import Ranks, on_every_rank
from autograder.submission import Remote, Submission

SIZES = (1, 2, 3, 5)
"""Numbers of ranks; other checks run on four."""


def draw(rng: np.random.Generator, world_size: int, *shape: int, dtype: torch.dtype = torch.float32) -> list[Tensor]:
    """A tensor for each rank. Integers are so large that no float holds them, and so is no sum of them."""
    if dtype == torch.int64:
        return [torch.from_numpy(2**56 + rng.integers(2**50, size=shape)) for _ in range(world_size)]
    if dtype == torch.bool:
        return [torch.from_numpy(np.asarray(rng.random(shape) < 0.5)) for _ in range(world_size)]
    return [torch.from_numpy(np.asarray(rng.normal(size=shape))).to(dtype) for _ in range(world_size)]


def otherwise_laid_out(x: Tensor) -> Tensor:
    """The same numbers in every other place of the memory."""
    return torch.stack([x, x], dim=-1)[..., 0]


def added(inputs: Sequence[Tensor]) -> Tensor:
    """The sum over the ranks, floats in double precision."""
    wide = [x.double() if x.is_floating_point() else x for x in inputs]
    total = wide[0].clone()
    for x in wide[1:]:
        total += x
    return total


def run(s: Submission, name: str, inputs: Sequence[Tensor]) -> Ranks:
    """Call `name(inputs[rank], comm)` on every rank."""
    return on_every_rank(s, len(inputs), lambda copy, comm, rank: copy.call(name, inputs[rank], comm))


def counted(ranks: Ranks, most_bytes: int, most_steps: int) -> Iterator[Observation]:
    """Whether no rank sent more, or took more steps."""
    of = f"of {ranks.fabric.world_size} ranks"
    traffic = ranks.fabric.traffic
    sent = np.array([one.bytes_sent for one in traffic])
    yield at_most(f"the bytes that each {of} sends", sent, most_bytes, "bytes")
    steps = np.array([one.steps for one in traffic])
    yield at_most(f"the steps that each {of} takes", steps, most_steps, "steps")


def at_most(name: str, got: np.ndarray, most: int, unit: str) -> Observation:
    """Whether no rank has more than that."""
    worst = int(got.argmax())
    problem = f"{name}: rank {worst} needs {got[worst]} {unit}, where {most} are enough"
    ok = bool((got <= most).all())
    return Observation(name, ok, got, np.full(len(got), most), 0, "" if ok else problem, "" if ok else problem)


def kept_apart(s: Submission, name: str, inputs: Sequence[Tensor]) -> Iterator[Observation]:
    """The call changes no input, and neither does writing into the result."""

    def work(copy: Submission, comm: Remote, rank: int) -> tuple[Tensor, Tensor]:
        held = copy.hold(inputs[rank])
        result = copy.construct(name, held, comm)
        after = held.fetch()
        result.tell("zero_")
        return after, held.fetch()

    of = f"of {len(inputs)} ranks"
    for x, (after, later) in zip(inputs, on_every_rank(s, len(inputs), work).results, strict=True):
        yield identical(f"the input of each {of}", after, x, "the input was changed")
        problem = "the result is not a new tensor: writing into it changes the input"
        yield identical(f"the input of each {of} after the result was overwritten", later, x, problem)
