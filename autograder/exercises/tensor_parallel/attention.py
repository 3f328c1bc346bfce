"""Judgement of `tensor_parallel.attention`: heads that are shared out (Shoeybi et al. 2019, section 3).

The oracle is the same attention in one piece, in double precision. What is sent and held is counted.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.exercise import Judgement
from autograder.observation import Observation
from autograder.submission import Submission

from .attention_misconceptions import add_misconceptions
from .counting import ring
from .trial import Case, Kind, agrees, holds_its_part, learns, leaves_alone, sends

attention = Judgement(
    "tensor_parallel.attention",
    hints=(
        "A head needs its own q, k and v, and nothing of other heads, until the last matrix mixes them. So which of "
        "the two matrices is cut by columns, and which by rows?",
        "`qkv_weight` has all of q above all of k above all of v. A contiguous N-th of it is not what rank 0 needs: "
        "cut each of the three. `qkv_weight.view(3, heads, head_dim, d)` shows the heads.",
        "With its rows of q, k and v, a rank computes plain attention with heads/N heads of the same width as before, "
        "and the same 1/√head_dim.",
        "The columns of `out_weight` that belong to a head are those at which its output stands: "
        "`out_weight[:, r * d // N : (r + 1) * d // N]`. The bias comes after the sum.",
        "`x = copy_to_ranks(x)` once, before q, k and v. If each of them copies by itself, backward takes three "
        "all-reduces instead of one.",
    ),
)


def kind(heads: int, head_dim: int) -> Kind:
    def whole(x: Tensor, qkv_weight: Tensor, qkv_bias: Tensor, out_weight: Tensor, out_bias: Tensor) -> Tensor:
        qkv = F.linear(x, qkv_weight, qkv_bias)
        q, k, v = (part.unflatten(-1, (heads, head_dim)).transpose(1, 2) for part in qkv.chunk(3, -1))
        scores = q @ k.mT / head_dim**0.5  # (batch, heads, time, time)
        hidden = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
        mixed = scores.masked_fill(hidden, -torch.inf).softmax(-1) @ v
        return F.linear(mixed.transpose(1, 2).flatten(2), out_weight, out_bias)

    d = heads * head_dim
    shapes = ((3 * d, d), (3 * d,), (d, d), (d,))
    return Kind("ParallelAttention", whole, shapes, (heads,), shared_out=(True, True, True, False))


@attention.check(weight=3)
def is_that_of_one_rank(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Outputs and the gradient of x are, on every rank, those of causal attention in one piece."""
    for world_size, heads, head_dim, lead in ((2, 4, 4, (2, 5)), (3, 3, 2, (1, 4)), (1, 2, 3, (2, 1))):
        dtype = torch.float32 if world_size == 3 else torch.float64
        yield from agrees(s, Case.draw(rng, kind(heads, head_dim), world_size, lead, dtype=dtype))


@attention.check(weight=2)
def learns_as_on_one_rank(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Gradient descent on `parameters()` changes the outputs as it does in one piece."""
    for world_size, heads, head_dim in ((2, 4, 2), (3, 3, 3)):
        yield from learns(s, Case.draw(rng, kind(heads, head_dim), world_size, (2, 4), passes=3))


@attention.check(weight=2)
def sends_one_all_reduce_each_way(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A rank sends no more than in a ring all-reduce of x in forward, and as much in backward."""
    for world_size, time in ((3, 1), (2, 3)):
        case = Case.draw(rng, kind(6, 2), world_size, (1, time))
        most = ring(case.inputs[0].numel(), world_size)
        yield from sends(s, case, most, most)


@attention.check(weight=2)
def holds_its_heads_only(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A rank holds its part of the weights, and then of their gradients, and `parameters()` are that part."""
    yield from holds_its_part(s, [kind(4, 32 + int(rng.integers(4)))])


@attention.check()
def leaves_alone_what_it_is_given(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Neither x nor the weights that it is made from are changed, be it when it learns."""
    for world_size in (2, 1):  # alone, a rank's part is the whole, and may be a view of it
        yield from leaves_alone(s, Case.draw(rng, kind(2, 1 + int(rng.integers(3))), world_size, (1, 3)))


add_misconceptions(attention)
