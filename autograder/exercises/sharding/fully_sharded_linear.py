"""Judgement of `sharding.fully_sharded_linear`: a layer of which a rank holds a part (Zhao et al. 2023, section 3).

How the parameters are laid out is the learner's business. The judge learns what they are by what the layer does: it
lets plain gradient descent step on whatever `parameters()` gives, and reads the new weight and bias off the outputs for
the unit vectors and for 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds
from autograder.ranks import Ranks, on_every_rank
from autograder.submission import Remote, Submission

from .fully_sharded_linear_misconceptions import add_misconceptions
from .parts import LIVE_MEMORY, SLACK, grown_at_most, over, part, sent_at_most

fully_sharded_linear = Judgement(
    "sharding.fully_sharded_linear",
    hints=(
        "Autograd keeps what `F.linear` needs for its gradient, so a weight that was gathered in plain sight lives "
        "until the backward pass. In a `torch.autograd.Function` you decide: `ctx.save_for_backward(x, shard)`.",
        "In the constructor, put weight and bias into one vector, pad it, and keep `nn.Parameter` of a *clone* of your "
        "part. `forward` gathers it, cuts off the padding, and gives it the shapes of weight and bias.",
        "`backward` gathers again. With rows g of the output's gradient and rows x of the input, the gradients are "
        "g @ weight for the input, g.T @ x for the weight, and the sum of the rows g for the bias.",
        "The gradient of the input belongs to this rank. Those of weight and bias go into one padded vector again: "
        "`reduce_scatter(vector, comm) / comm.world_size` is the gradient of the shard.",
    ),
)
NAME = "FullyShardedLinear"
BROUGHT = (
    LIVE_MEMORY
    + """

import gc
import torch

class Descent:
    def __init__(self, layer, rate):
        self.layer, self.rate = layer, rate
        self.learned = list(layer.parameters())  # once, as an optimizer does

    def run(self, x):
        with torch.no_grad():
            return self.layer(x)

    def vjp(self, x, cotangent):
        x = x.clone().requires_grad_()
        output = self.layer(x)
        output.backward(cotangent)
        return output.detach(), x.grad

    def learn(self, x, cotangent):
        self.layer(x).backward(cotangent)

    @torch.no_grad()
    def step(self):
        for p in self.learned:
            if p.grad is not None:
                p -= self.rate * p.grad
                p.grad = None

    def sizes(self):
        return [p.numel() for p in self.layer.parameters()]

def held(one, comm, layers, width, rows, backward):
    with LiveMemory() as memory:
        def now(most):
            if memory.now > most:
                gc.collect()
            return memory.now

        whole, made = 4 * width * (width + 1), []
        for number in range(layers):
            weight = torch.nn.Parameter(torch.full((width, width), 1 / width))
            made.append(type(one)(weight, torch.nn.Parameter(torch.zeros(width)), comm))
            del weight
        found = [now(whole)]
        x = torch.ones(rows, width)
        for layer in made:
            x = layer(x)
        found.append(now(whole))
        if backward:
            x.sum().backward()
            del x
        found.append(now(whole))
        return found
"""
)


class Case:
    """A layer, and the rows of every rank with what is to be made of their outputs."""

    def __init__(self, rng: np.random.Generator, world_size: int, tiny: bool = False) -> None:
        self.world_size = world_size
        out, in_ = (1, 1) if tiny else (int(size) for size in rng.permutation([3, 4, 5, 7])[:2])
        self.weight, self.bias = rng.standard_normal((out, in_)), rng.standard_normal(out)
        leads: list[tuple[int, ...]] = [(int(rows),) for rows in rng.integers(1, 5, world_size)]
        leads[0] = (2, 3)  # an axis more
        if world_size > 2:
            leads[1] = ()  # and one less
        self.inputs = [rng.standard_normal((*lead, in_)) for lead in leads]
        self.cotangents = [rng.standard_normal((*lead, out)) for lead in leads]

    @property
    def elements(self) -> int:
        return self.weight.size + self.bias.size

    def built(self, copy: Submission, comm: Remote, rate: float = 1.0, dtype: torch.dtype = torch.float64) -> Remote:
        layer = copy.construct(NAME, tensor(self.weight, dtype), tensor(self.bias, dtype), comm)
        return copy.bring(BROUGHT, "Descent").build("", layer, rate)

    def outputs(self, rank: int) -> np.ndarray:
        return np.asarray(self.inputs[rank] @ self.weight.T + self.bias)

    def gradients(self) -> tuple[np.ndarray, np.ndarray]:
        """Of weight and bias: the mean of the ranks'."""
        pairs = [
            (g.reshape(-1, g.shape[-1]), x.reshape(-1, x.shape[-1]))
            for g, x in zip(self.cotangents, self.inputs, strict=True)
        ]
        of_weight = sum(g.T @ x for g, x in pairs) / self.world_size
        of_bias = sum(g.sum(axis=0) for g, _ in pairs) / self.world_size
        return np.asarray(of_weight), np.asarray(of_bias)

    @property
    def probe(self) -> np.ndarray:
        """The unit vectors and 0, whose outputs tell weight and bias."""
        return np.eye(self.weight.shape[1] + 1)[:, :-1]

    def probed(self, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
        return np.asarray(self.probe @ weight.T + bias)


def tensor(array: np.ndarray, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.from_numpy(np.array(array)).to(dtype)


@fully_sharded_linear.check(weight=2)
def gives_the_outputs_of_the_whole_layer(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Every rank gets x · weightᵀ + bias for its own x, however many rows and axes it has, in its dtype."""
    for world_size, tiny, dtype in ((1, False, torch.float64), (3, False, torch.float32), (4, True, torch.float64)):
        case = Case(rng, world_size, tiny)

        def work(copy: Submission, comm: Remote, rank: int, case: Case = case, dtype: torch.dtype = dtype) -> Any:
            return case.built(copy, comm, dtype=dtype).call("run", tensor(case.inputs[rank], dtype))

        for rank, got in enumerate(on_every_rank(s, world_size, work).results):
            where = f"the output on rank {rank} of {world_size}"
            yield holds(f"the type of {where}", getattr(got, "dtype", None) == dtype, f"{where} has another dtype")
            yield close(where, got, case.outputs(rank), precision=dtype)


@fully_sharded_linear.check(weight=2)
def gives_each_rank_the_gradient_of_its_input(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradient of x is the dense layer's. It belongs to the rank's own rows: nothing is added up or averaged."""
    for world_size in (2, 3):
        case = Case(rng, world_size)

        def work(copy: Submission, comm: Remote, rank: int, case: Case = case) -> Any:
            return case.built(copy, comm).call("vjp", tensor(case.inputs[rank]), tensor(case.cotangents[rank]))

        for rank, (output, gradient) in enumerate(on_every_rank(s, world_size, work).results):
            yield close("the output", output, case.outputs(rank))
            right = case.cotangents[rank] @ case.weight
            yield close(f"the gradient of x on rank {rank} of {world_size}", gradient, right)


@fully_sharded_linear.check(weight=2)
def learns_from_all_ranks(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Gradient descent on `parameters()`, asked for once, moves weight and bias by the mean of the ranks' gradients."""
    for world_size, tiny in ((1, False), (3, False), (4, True)):
        case = Case(rng, world_size, tiny)
        rate = float(rng.uniform(0.5, 1.5))

        def work(copy: Submission, comm: Remote, rank: int, case: Case = case, rate: float = rate) -> Any:
            descent = case.built(copy, comm, rate)
            found = []
            for _ in range(2):  # a linear layer's gradient by its weight is the same in both
                descent.call("learn", tensor(case.inputs[rank]), tensor(case.cotangents[rank]))
                descent.tell("step")
                found.append(descent.call("run", tensor(case.probe)))
            return found

        of_weight, of_bias = case.gradients()
        for rank, found in enumerate(on_every_rank(s, world_size, work).results):
            for steps, got in enumerate(found, start=1):
                right = case.probed(case.weight - rate * steps * of_weight, case.bias - rate * steps * of_bias)
                where = f"weight and bias after step {steps}, on rank {rank} of {world_size}"
                yield close(where, got, right, roundings=64)


@fully_sharded_linear.check()
def adds_up_gradients_until_the_step(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The layer may be used twice before a backward pass, and gradients of several passes are added up."""
    case, again = Case(rng, 2), Case(rng, 2)
    again.weight, again.bias = case.weight, case.bias
    again.inputs = [rng.standard_normal(x.shape) for x in case.inputs]
    again.cotangents = [rng.standard_normal(g.shape) for g in case.cotangents]

    def work(copy: Submission, comm: Remote, rank: int) -> Any:
        descent = case.built(copy, comm)
        both = [tensor(np.stack([one.inputs[rank], one.inputs[rank]])) for one in (case, again)]
        for one, x in zip((case, again), both, strict=True):
            descent.call("learn", x, tensor(np.stack([one.cotangents[rank], 0 * one.cotangents[rank]])))
        descent.tell("step")
        return descent.call("run", tensor(case.probe))

    gradients = zip(case.gradients(), again.gradients(), strict=True)
    weight, bias = (start - sum(pair) for start, pair in zip((case.weight, case.bias), gradients, strict=True))
    for rank, got in enumerate(on_every_rank(s, 2, work).results):
        where = f"weight and bias after two backward passes and a step, on rank {rank}"
        yield close(where, got, case.probed(weight, bias), roundings=64)


@fully_sharded_linear.check(weight=2)
def holds_its_part_between_uses(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Before forward, between forward and backward, and afterwards, a rank holds its parts and not the whole."""
    world_size, rows, layers, more = 4, 2, 4, 16
    width = 276 + int(rng.integers(8))
    shard = part(width * width, world_size) + part(width, world_size)

    def measured(layers: int, backward: bool) -> Ranks:
        def work(copy: Submission, comm: Remote, rank: int) -> Any:
            one = copy.construct(NAME, torch.ones(2, 2), torch.ones(2), comm)
            return copy.bring(BROUGHT, "held").call("", one, comm, layers, width, rows, backward)

        return on_every_rank(s, world_size, work, memory=True)

    small = measured(layers, backward=True)
    activations = (layers + 1) * 2 * rows * width
    times = ("before forward", "between forward and backward", "after backward")
    for index, (when, elements) in enumerate(zip(times, (shard, shard, 2 * shard), strict=True)):
        found = [bytes_[index] for bytes_ in small.results]
        allowed = 4 * (layers * elements + activations) + SLACK
        problem = (
            f"{when} a rank of {world_size} holds {max(found) / 1e6:.2f} MB for {layers} layers of "
            f"{4 * width * (width + 1) / 1e6:.2f} MB; {allowed / 1e6:.2f} MB are enough"
        )
        yield over(f"the bytes held {when}", found, allowed, problem)
    if small.bytes_held:
        whole = 4 * width * (width + 1) * more
        large = measured(layers + more, backward=False)
        yield from grown_at_most(f"{more} more layers in forward", small, large, 0.6 * whole)


@fully_sharded_linear.check()
def sends_each_part_three_times(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Forward and backward send 3 (N − 1) parts of weight and bias at most, and `parameters()` are one part of them."""
    for world_size in (1, 3):
        case = Case(rng, world_size)

        def work(copy: Submission, comm: Remote, rank: int, case: Case = case) -> Any:
            descent = case.built(copy, comm)
            descent.call("vjp", tensor(case.inputs[rank]), tensor(case.cotangents[rank]))
            return sum(descent.call("sizes"))

        ranks = on_every_rank(s, world_size, work)
        share = part(case.weight.size, world_size) + part(case.bias.size, world_size)
        problem = f"parameters() have {max(ranks.results)} elements, and a part of weight and bias has {share}"
        yield over("the elements of parameters()", ranks.results, share, problem)
        enough = sum(ranks.results) >= case.elements
        problem = "parameters() of all ranks together have fewer elements than weight and bias"
        yield holds("the elements of parameters() of all ranks", enough, problem)
        where = f"in a forward and backward pass of {world_size} ranks"
        yield from sent_at_most(where, ranks, 3 * (world_size - 1) * share, 8, 6 * (world_size - 1))


add_misconceptions(fully_sharded_linear)
