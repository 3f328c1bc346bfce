"""Judgement of `tensor_parallel.operators`: f and g of Shoeybi et al. (2019), section 3.

They are judged one by one, on tensors that differ between the ranks in forward and in backward, and then at their work:
around products of matrices that are cut, with a residual stream past them, beside the same network in one piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, identical, same_type
from autograder.ranks import on_every_rank
from autograder.submission import Remote, Submission
from curriculum.fabric import Fabric

from .counting import PASS, Passed, drawn, passed, ring, sent_at_most
from .operators_misconceptions import add_misconceptions

operators = Judgement(
    "tensor_parallel.operators",
    hints=(
        "Autograd knows nothing of messages. What it records of an all-reduce is what this rank has added up itself. "
        "So tell it the backward pass: two small `torch.autograd.Function`.",
        "One loss depends on x by all the ways that lead from x to it. If x is used on N ranks, these are N ways, and "
        "the gradient of x is a sum. Each rank knows one of its terms. Which operator has to add them up?",
        "Behind the sum of `reduce_from_ranks`, all ranks compute the same. What arrives in backward is the gradient "
        "of one and the same loss on every rank, already whole. If you add that up, you count the loss N times.",
        "`copy_to_ranks`: forward returns `x.view_as(x)`, backward `ring_all_reduce(gradient, comm)`. "
        "`reduce_from_ranks`: forward returns `ring_all_reduce(x, comm)`, backward `gradient`.",
    ),
)
COPY, REDUCE = "copy_to_ranks", "reduce_from_ranks"
CASES: tuple[tuple[int, tuple[int, ...], torch.dtype], ...] = (
    (2, (3, 4), torch.float64),
    (3, (2, 1, 4), torch.float32),
    (4, (), torch.float64),
    (1, (3,), torch.float64),
)
BLOCKS = '''
import torch

class Blocks:
    """A residual stream, and blocks beside it of which this rank has its part."""

    def __init__(self, x, parts):
        self.leaves = [x, *parts]
        for leaf in self.leaves:
            leaf.requires_grad_()
        self.stream = x

    def begin(self):
        return self.stream

    def inside(self, x, number):
        first, second = self.leaves[1 + 2 * number : 3 + 2 * number]
        return torch.tanh(x @ first) @ second

    def end(self, addition):
        self.stream = self.stream + addition

    def finish(self, cotangent):
        output = self.stream.detach().clone()
        self.stream.sum(0).backward(cotangent)  # one gradient for all rows: expanded, and not to be written to
        return output, [leaf.grad for leaf in self.leaves]
'''


def applied(s: Submission, name: str, inputs: Sequence[Tensor], cotangents: Sequence[Tensor]) -> list[Passed]:
    """What one operator does on every rank."""
    fabric = Fabric(len(inputs))

    def work(copy: Submission, comm: Remote, rank: int) -> Passed:
        one_pass = copy.bring(PASS, "Pass").build("", inputs[rank], cotangents[rank])
        return passed(one_pass, lambda x: copy.construct(name, x, comm), fabric, rank)

    return list(on_every_rank(s, len(inputs), work, fabric).results)


def drawn_for(rng: np.random.Generator, case: tuple[int, tuple[int, ...], torch.dtype]) -> tuple[Any, Any]:
    """Inputs and gradients that arrive, other ones on every rank."""
    world_size, shape, dtype = case
    inputs, cotangents = ([drawn(rng, *shape, dtype=dtype) for _ in range(world_size)] for _ in range(2))
    return inputs, cotangents


def summed(tensors: Sequence[Tensor]) -> np.ndarray:
    return np.asarray(sum(tensor.double().numpy() for tensor in tensors))


@operators.check(weight=2)
def copies_forward_and_adds_up_backward(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`copy_to_ranks` gives x as it is; its gradient is the sum over the ranks of the gradients that arrive."""
    for case in CASES:
        inputs, cotangents = drawn_for(rng, case)
        for rank, found in enumerate(applied(s, COPY, inputs, cotangents)):
            where = f"on rank {rank} of {case[0]}"
            yield same_type(f"{COPY}(x) {where}", found.output, inputs[rank])
            yield close(f"{COPY}(x) {where}", found.output, inputs[rank].double().numpy(), precision=case[2])
            name = f"the gradient of x by {COPY} {where}"
            yield close(name, found.gradient, summed(cotangents), magnitude=4.0, precision=case[2])


@operators.check(weight=2)
def adds_up_forward_and_copies_backward(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`reduce_from_ranks` gives the sum over the ranks; its gradient is the one that arrives at this rank."""
    for case in CASES:
        inputs, cotangents = drawn_for(rng, case)
        for rank, found in enumerate(applied(s, REDUCE, inputs, cotangents)):
            where = f"on rank {rank} of {case[0]}"
            yield same_type(f"{REDUCE}(x) {where}", found.output, inputs[rank])
            yield close(f"{REDUCE}(x) {where}", found.output, summed(inputs), magnitude=4.0, precision=case[2])
            name = f"the gradient of x by {REDUCE} {where}"
            yield close(name, found.gradient, cotangents[rank].double().numpy(), precision=case[2])


@operators.check()
def sends_in_one_direction_only(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`copy_to_ranks` sends in backward only, `reduce_from_ranks` in forward only, no more than a ring all-reduce."""
    world_size, shape = 3, (2, 5)
    inputs, cotangents = drawn_for(rng, (world_size, shape, torch.float64))
    most = ring(10, world_size)
    for name, forward, backward in ((COPY, 0, most), (REDUCE, most, 0)):
        found = applied(s, name, inputs, cotangents)
        yield sent_at_most(f"by {name} in forward", [one.forward_bytes for one in found], forward, 8)
        yield sent_at_most(f"by {name} in backward", [one.backward_bytes for one in found], backward, 8)


@operators.check()
def leaves_alone_what_it_is_given(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Neither x nor the gradient that arrives is changed, and both operators do without a gradient."""
    inputs, cotangents = drawn_for(rng, (2, (3, 4), torch.float64))
    for name in (COPY, REDUCE):
        for rank, found in enumerate(applied(s, name, inputs, cotangents)):
            problem = f"{name} changes x itself"
            yield identical(f"x after {name} on rank {rank}", found.left, inputs[rank], problem)
            problem = f"{name} changes the gradient that arrives, which others read too"
            yield identical(
                f"the gradient that arrives at {name} on rank {rank}", found.arrived, cotangents[rank], problem
            )

    def work(copy: Submission, comm: Remote, rank: int) -> list[Any]:
        return [copy.call(name, inputs[rank], comm) for name in (COPY, REDUCE)]

    for rank, (copied, reduced) in enumerate(on_every_rank(s, 2, work).results):
        yield close(f"{COPY}(x) of an x without gradient on rank {rank}", copied, inputs[rank])
        yield close(f"{REDUCE}(x) of an x without gradient on rank {rank}", reduced, summed(inputs), magnitude=4.0)


@operators.check(weight=2)
def make_a_network_in_parts_whole(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Around products that are cut, with a residual stream past them, they give outputs and gradients of one rank."""
    for world_size in (3, 2):
        batch, width, hidden = 2, int(rng.integers(3, 6)), 2 * world_size
        whole = [drawn(rng, *shape) for shape in ((width, hidden), (hidden, width)) * 2]
        x, cotangent = drawn(rng, batch, 3, width), drawn(rng, 3, width)
        output, gradients = _in_one_piece(x, whole, cotangent)

        def parts(tensors: Sequence[Tensor], rank: int, world_size: int = world_size) -> list[Tensor]:
            """Columns of the first matrix of each block, rows of the second."""
            return [tensor.chunk(world_size, 1 - index % 2)[rank].clone() for index, tensor in enumerate(tensors)]

        def work(copy: Submission, comm: Remote, rank: int, given: Any = (x, parts, whole, cotangent)) -> Any:
            x, parts, whole, cotangent = given
            blocks = copy.bring(BLOCKS, "Blocks").build("", x, parts(whole, rank))
            for number in range(len(whole) // 2):
                inside = blocks.build("inside", copy.construct(COPY, blocks.build("begin"), comm), number)
                blocks.tell("end", copy.construct(REDUCE, inside, comm))
            return blocks.call("finish", cotangent)

        for rank, (got, found) in enumerate(on_every_rank(s, world_size, work).results):
            where = f"on rank {rank} of {world_size}"
            yield close(f"the output of two blocks {where}", got, output, roundings=64)
            names = ("the input", *(f"matrix {i} of block {block}" for block in (1, 2) for i in (1, 2)))
            for name, got, right in zip(names, found, [gradients[0], *parts(gradients[1:], rank)], strict=True):
                yield close(f"the gradient of {name} {where}", got, right, roundings=64)


def _in_one_piece(x: Tensor, matrices: Sequence[Tensor], cotangent: Tensor) -> tuple[Tensor, list[Tensor]]:
    """The output of the whole network, and the gradients of its input and its matrices."""
    leaves = [tensor.clone().requires_grad_() for tensor in (x, *matrices)]
    stream = leaves[0]
    for first, second in zip(leaves[1::2], leaves[2::2], strict=True):
        stream = stream + torch.tanh(stream @ first) @ second
    gradients = torch.autograd.grad(stream.sum(0), leaves, cotangent)
    return stream.detach(), list(gradients)


add_misconceptions(operators)
