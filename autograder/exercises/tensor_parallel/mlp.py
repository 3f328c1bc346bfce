"""Judgement of `tensor_parallel.mlp`: matrices cut by columns and by rows (Shoeybi et al. 2019, section 3).

The oracle is the same module in one piece, in double precision. That no rank gathers weights or activations shows in
the bytes that are sent, and that it has no more than its part in the bytes that it holds.
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

from .counting import ring
from .mlp_misconceptions import add_misconceptions
from .trial import Case, Kind, agrees, holds_its_part, learns, leaves_alone, sends

mlp = Judgement(
    "tensor_parallel.mlp",
    hints=(
        "Write x · weightᵀ with two ranks and blocks. Cut the outputs in two: what does each half need of x and of the "
        "weight? Then cut the inputs in two: what has to be done with the two results?",
        "torch's weight is (out, in), so the part of a rank is `weight.chunk(N)[r]` by columns of the product, and "
        "`weight.chunk(N, dim=1)[r]` by rows. A chunk is a view, which keeps the whole alive: `.clone()`.",
        "By columns: `copy_to_ranks` on x, since all ranks use it, then a linear layer with the part. By rows: a "
        "linear layer with the part, without bias, then `reduce_from_ranks`.",
        "A bias that is added before the sum is added N times. Added behind it, its gradient is the same on all ranks.",
        "In the MLP the GELU needs complete numbers, each by itself. By columns, the hidden units of a rank are "
        "complete: `down(F.gelu(up(x)))`, with `up` by columns and `down` by rows.",
    ),
)


def column(inside: int, out: int) -> Kind:
    shapes = ((out, inside), (out,))
    return Kind("ColumnParallelLinear", F.linear, shapes, cut_output=True, shared_out=(True, True))


def row(inside: int, out: int) -> Kind:
    shapes = ((out, inside), (out,))
    return Kind("RowParallelLinear", F.linear, shapes, cut_input=True, shared_out=(True, False))


def both(width: int, hidden: int) -> Kind:
    shapes = ((hidden, width), (hidden,), (width, hidden), (width,))
    return Kind("ParallelMLP", _in_one_piece, shapes, shared_out=(True, True, True, False))


def _in_one_piece(x: Tensor, up: Tensor, up_bias: Tensor, down: Tensor, down_bias: Tensor) -> Tensor:
    return F.linear(F.gelu(F.linear(x, up, up_bias)), down, down_bias)


def some(rng: np.random.Generator) -> int:
    return int(rng.integers(3, 7))


@mlp.check(weight=2)
def by_columns_gives_a_part_of_the_outputs(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`ColumnParallelLinear` gives its part of the outputs, and all of the gradient of x on every rank."""
    yield from agrees(s, Case.draw(rng, column(some(rng), 6), 2, (2, 3)))
    yield from agrees(s, Case.draw(rng, column(some(rng), 6), 3, (4,), dtype=torch.float32))


@mlp.check(weight=2)
def by_rows_adds_up_the_parts(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`RowParallelLinear` gives all of the outputs on every rank, and the gradient of its part of x."""
    yield from agrees(s, Case.draw(rng, row(6, some(rng)), 3, (2, 3)))
    yield from agrees(s, Case.draw(rng, row(6, some(rng)), 2, (4,), dtype=torch.float32))


@mlp.check(weight=2)
def the_mlp_is_that_of_one_rank(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`ParallelMLP` gives, on every rank, the outputs and the gradient of x of the MLP in one piece."""
    for world_size in (4, 1):
        yield from agrees(s, Case.draw(rng, both(some(rng), 8), world_size, (2, 3)))


@mlp.check(weight=2)
def learn_as_on_one_rank(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Gradient descent on `parameters()` changes the outputs of all three as it does in one piece."""
    for kind, world_size in ((column(some(rng), 4), 2), (row(6, some(rng)), 3), (both(some(rng), 6), 2)):
        yield from learns(s, Case.draw(rng, kind, world_size, (5,), passes=3))


@mlp.check(weight=3)
def send_one_all_reduce(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Columns send in backward only, rows in forward only, the MLP in both, no more than a ring all-reduce of x."""
    width, hidden, rows = 3, 12, 2
    most = ring(rows * width, 3)
    for kind, forward, backward in ((column(width, hidden), 0, most), (row(hidden, width), most, 0)):
        yield from sends(s, Case.draw(rng, kind, 3, (rows,)), forward, backward)
    yield from sends(s, Case.draw(rng, both(width, hidden), 3, (rows,)), most, most)


@mlp.check(weight=2)
def hold_their_parts_only(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A rank holds its part of the weights, and then of their gradients, and `parameters()` are that part."""
    width = 96 + 4 * int(rng.integers(4))
    yield from holds_its_part(s, [column(width, 256), row(256, width), both(width, 384)])


@mlp.check()
def leave_alone_what_they_are_given(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Neither x nor the weights that a module is made from are changed, be it when it learns."""
    for kind in (column(some(rng), 4), row(4, some(rng)), both(some(rng), 4)):
        yield from leaves_alone(s, Case.draw(rng, kind, 2, (3,)))


add_misconceptions(mlp)
