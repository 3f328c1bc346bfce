"""Judgement of `sharding.clip_grad_norm`: the norm of a gradient of which each rank has a part.

The norm is √Σ‖g_r‖² over the ranks r. Every rank has other gradients, some ranks have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.ranks import Ranks, on_every_rank
from autograder.submission import Remote, Submission

from .clip_grad_norm_misconceptions import add_misconceptions
from .parts import sent_at_most

clip_grad_norm = Judgement(
    "sharding.clip_grad_norm",
    hints=(
        "What would every rank have to know of the others' gradients: all elements, their norms, or something that can "
        "be added up?",
        "Squares of norms can be added up. `ring_all_reduce(torch.tensor([square]), comm)` does it, and every rank "
        "calls it, also one that has no gradients.",
        "The norm is the square root of that sum. All ranks know it, so all scale by the same number: "
        "max_norm / norm where the norm is too large, else 1.",
        "`max_norm / max(norm, max_norm)` is that number, also for a norm of 0. `gradient.mul_(scale)` works in place.",
    ),
)
NAME = "clip_grad_norm"
BROUGHT = """
import torch

class Shards:
    def __init__(self, gradients):
        self.held = [torch.nn.Parameter(torch.ones_like(g) if g is not None else torch.ones(3)) for g in gradients]
        for p, gradient in zip(self.held, gradients):
            p.grad = gradient
        self.grads = [p.grad for p in self.held]

    def list(self):
        return self.held

    def gradients(self):
        return self.grads

    def values(self):
        return [p.detach() for p in self.held]
"""
Gradients = list[list[np.ndarray | None]]


def draw(rng: np.random.Generator, world_size: int, empty: Sequence[int] = ()) -> Gradients:
    """For each rank the gradients of a few parameters, None where one has none; `empty` ranks have none at all."""
    found: Gradients = []
    for rank in range(world_size):
        shapes = [(int(rng.integers(1, 6)),), (int(rng.integers(1, 4)), 3)]
        own: list[np.ndarray | None] = [rng.uniform(0.5, 2) * rng.standard_normal(shape) for shape in shapes]
        found.append([None, None] if rank in empty else [own[0], None, own[1]])
    return found


def norm_of(gradients: Gradients) -> float:
    return float(np.sqrt(sum(float((g**2).sum()) for own in gradients for g in own if g is not None)))


def clipped(
    s: Submission, gradients: Gradients, max_norm: float, dtype: torch.dtype = torch.float64
) -> tuple[Ranks, float]:
    """Clip; each rank gives what was returned, its gradients and its parameters. And the norm that is right."""

    def work(copy: Submission, comm: Remote, rank: int) -> Any:
        given = [None if g is None else torch.from_numpy(np.array(g)).to(dtype) for g in gradients[rank]]
        shards = copy.bring(BROUGHT, "Shards").build("", given)
        returned = copy.call(NAME, shards.build("list"), max_norm, comm)
        return returned, shards.call("gradients"), shards.call("values")

    return on_every_rank(s, len(gradients), work), norm_of(gradients)


def compared(ranks: Ranks, gradients: Gradients, scale: float, precision: Any = None) -> Iterator[Observation]:
    for rank, (_, got, _) in enumerate(ranks.results):
        for one, right in zip(got, gradients[rank], strict=True):
            if right is not None:
                where = f"a gradient on rank {rank} of {len(gradients)}"
                magnitude = max(1e-30, float(np.abs(scale * right).max()))
                yield close(where, one, scale * right, roundings=64, magnitude=magnitude, precision=precision)


@clip_grad_norm.check(weight=2)
def returns_the_norm_over_all_ranks(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Every rank is told the norm of all gradients together, as it was before the clipping."""
    for world_size in (1, 2, 3):
        gradients = draw(rng, world_size)
        ranks, norm = clipped(s, gradients, float(rng.choice([0.3, 100.0])))
        for rank, (got, *_) in enumerate(ranks.results):
            yield close(f"the norm on rank {rank} of {world_size}", got, norm, roundings=64, precision=torch.float64)


@clip_grad_norm.check(weight=3)
def scales_to_the_largest_norm_allowed(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where the norm is larger than `max_norm`, all gradients are scaled in place by max_norm / norm."""
    for world_size in (1, 4):
        gradients = draw(rng, world_size)
        max_norm = float(rng.uniform(0.6, 0.95)) * norm_of(gradients)  # above the norm of most ranks
        ranks, norm = clipped(s, gradients, max_norm)
        after = np.sqrt(
            sum(float((g.double() ** 2).sum()) for _, own, _ in ranks.results for g in own if g is not None)
        )
        unmoved = all(bool((value == 1).all()) for *_, values in ranks.results for value in values)
        yield holds("the parameters", unmoved, "the parameters are changed, where their gradients are meant")
        # torch adds 1e-6 to the norm, which is allowed here too.
        yield close("the norm after the clipping", np.float64(after), max_norm, precision=torch.float32)
        yield from compared(ranks, gradients, float(after / norm))


@clip_grad_norm.check(weight=2)
def leaves_small_gradients_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where the norm is not larger than `max_norm`, no gradient changes. A norm of 0 gives no NaN."""
    gradients = draw(rng, 2)
    ranks, _ = clipped(s, gradients, norm_of(gradients) * float(rng.uniform(1.05, 4)))
    yield from compared(ranks, gradients, 1.0)
    zeros: Gradients = [[None if g is None else 0 * g for g in own] for own in gradients]
    ranks, _ = clipped(s, zeros, 1.0)
    yield from compared(ranks, zeros, 1.0)
    for got, *_ in ranks.results:
        yield close("the norm of nothing but 0", got, 0.0, magnitude=1.0, precision=torch.float64)


@clip_grad_norm.check(weight=2)
def takes_part_without_gradients(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A rank whose parameters have no gradients takes part, and is told the norm."""
    gradients = draw(rng, 3, empty=[int(rng.integers(3))])
    ranks, norm = clipped(s, gradients, 0.5 * norm_of(gradients))
    for rank, (got, *_) in enumerate(ranks.results):
        yield close(f"the norm on rank {rank}, where a rank has no gradients", got, norm, precision=torch.float64)
    yield from compared(ranks, gradients, 0.5, torch.float32)


@clip_grad_norm.check(weight=2)
def adds_up_squares_in_float64(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Gradients in float32 whose squares float32 cannot hold are clipped like others, and keep their dtype."""
    gradients: Gradients = [
        [None if g is None else (1e25 * g).astype(np.float32).astype(np.float64) for g in own] for own in draw(rng, 2)
    ]
    ranks, norm = clipped(s, gradients, 0.5 * norm_of(gradients), torch.float32)
    for returned, got, _ in ranks.results:
        yield close("the norm of large gradients in float32", returned, norm, roundings=64, precision=torch.float64)
        for one in got:
            if one is not None:
                yield same_type("a gradient", one, torch.ones(one.shape))
    yield from compared(ranks, gradients, 0.5, torch.float32)


@clip_grad_norm.check()
def sends_next_to_nothing(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A rank sends a few numbers and no gradients."""
    gradients = draw(rng, 4)
    ranks, _ = clipped(s, gradients, 0.5 * norm_of(gradients))
    yield from sent_at_most("for a norm", ranks, 8, 8, 8)
    yield from compared(ranks, gradients, 0.5, torch.float32)


add_misconceptions(clip_grad_norm)
