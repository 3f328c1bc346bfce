"""Judgement of `sharding.zero_optimizer`: Adam whose moments are in parts (Rajbhandari et al. 2020, section 5.1).

The oracle is Adam in one process, one number at a time as it were, with the mean of the gradients that the ranks were
given. Some gradients are as small as eps: otherwise Adam would hide whether they were averaged or added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, same_type
from autograder.ranks import Ranks, on_every_rank
from autograder.submission import Remote, Submission

from .parts import LIVE_MEMORY, SLACK, grown_at_most, over, part, sent_at_most
from .zero_optimizer_misconceptions import add_misconceptions

zero_optimizer = Judgement(
    "sharding.zero_optimizer",
    hints=(
        "Adam treats every element by itself. So whoever knows an element's gradient, its two moments and its value "
        "can update it, and nobody else needs the moments.",
        "`torch.cat([p.flatten() for p in parameters])` is one vector for all parameters. Padded to a multiple of N it "
        "falls into N parts of one size: `chunk(N)[rank]` is yours. The constructor makes moments for one part only.",
        "`reduce_scatter` of the padded gradients gives the *sum* of your part. What does the gradient of the whole "
        "batch have to be divided by?",
        "Update your part by Adam's formulas, `all_gather` it, cut off the padding, `split` it by the sizes of the "
        "parameters, and copy each piece into its parameter with `parameter.copy_(piece.view_as(parameter))`.",
    ),
)
NAME = "ZeroOptimizer"
BROUGHT = """
import torch

class Parameters:
    def __init__(self, values):
        self.held = [torch.nn.Parameter(value) for value in values]

    def list(self):
        return self.held

    def step(self, optimizer, gradients, replaced):
        with torch.no_grad():
            for p, value in zip(self.held, replaced):
                p.copy_(value)
        for p, gradient in zip(self.held, gradients):
            p.grad = gradient
        optimizer.step()
        return [p.detach() for p in self.held], [p.grad for p in self.held]
"""
MEASURING = (
    LIVE_MEMORY
    + """

import gc
import torch

def held_between_steps(one, comm, elements, number, steps):
    with LiveMemory() as memory:
        sizes = (elements // 3, elements - elements // 3)
        parameters = [torch.nn.Parameter(torch.full((size,), 0.5)) for size in sizes]
        optimizers = [type(one)(parameters, comm) for _ in range(number)]
        for step in range(steps):
            for p in parameters:
                p.grad = torch.full_like(p, 0.25)
            optimizers[step % number].step()
        p = None
        for p in parameters:
            p.grad = None
        if memory.now > 5 * elements:
            gc.collect()
        return memory.now - 4 * elements
"""
)
Values = list[Tensor]


class Training:
    """Parameters, the gradients of every rank in every step, and what Adam makes of them."""

    def __init__(
        self, rng: np.random.Generator, shapes: Sequence[Sequence[int]], world_size: int, steps: int = 3, **options: Any
    ) -> None:
        self.world_size, self.options = world_size, options
        self.start = [rng.standard_normal(tuple(shape)) for shape in shapes]
        sizes = [10.0 ** rng.uniform(-9, 1) for _ in shapes]
        sizes[int(rng.integers(len(sizes)))] = 1e-8
        self.gradients = [
            [
                [
                    size * rng.uniform(0.2, 5) * rng.standard_normal(tuple(shape))
                    for size, shape in zip(sizes, shapes, strict=True)
                ]
                for _ in range(world_size)
            ]
            for _ in range(steps)
        ]
        self.replaced: dict[int, list[np.ndarray]] = {}
        """What the parameters are set to before a step."""

    @property
    def elements(self) -> int:
        return sum(value.size for value in self.start)

    def carried_out(self, s: Submission, dtype: torch.dtype = torch.float64) -> Ranks:
        """Take the steps on every rank; each gives its parameters and its last gradients."""

        def work(copy: Submission, comm: Remote, rank: int) -> Any:
            parameters = copy.bring(BROUGHT, "Parameters").build("", tensors(self.start, dtype))
            optimizer = copy.construct(NAME, parameters.build("list"), comm, **self.options)
            for number, gradients in enumerate(self.gradients):
                replaced = tensors(self.replaced.get(number, []), dtype)
                result = parameters.call("step", optimizer, tensors(gradients[rank], dtype), replaced)
            return result

        return on_every_rank(s, self.world_size, work)

    def expected(self) -> list[np.ndarray]:
        """The parameters after Adam's steps with the mean of the ranks' gradients, in double precision."""
        lr, eps = self.options.get("lr", 1e-3), self.options.get("eps", 1e-8)
        beta1, beta2 = self.options.get("betas", (0.9, 0.999))
        values = self.start
        first = second = [np.zeros_like(value) for value in values]
        for number, gradients in enumerate(self.gradients, start=1):
            values = self.replaced.get(number - 1, values)
            means = [sum(of_rank[i] for of_rank in gradients) / self.world_size for i in range(len(values))]
            first = [beta1 * m + (1 - beta1) * g for m, g in zip(first, means, strict=True)]
            second = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(second, means, strict=True)]
            values = [
                value - lr * m / (1 - beta1**number) / (np.sqrt(v / (1 - beta2**number)) + eps)
                for value, m, v in zip(values, first, second, strict=True)
            ]
        return values

    def compared(self, s: Submission) -> Iterator[Observation]:
        results = self.carried_out(s).results
        moved = [np.abs(right - value).max() for right, value in zip(self.expected(), self.start, strict=True)]
        for rank, (values, _) in enumerate(results):
            for got, right, step in zip(values, self.expected(), moved, strict=True):
                where = f"a parameter of shape {list(right.shape)} on rank {rank} of {self.world_size}"
                # A step is what is judged, not the value that it starts from.
                yield close(where, got, right, roundings=256, magnitude=max(1e-3, step))


def tensors(values: Sequence[np.ndarray], dtype: torch.dtype) -> Values:
    return [torch.from_numpy(np.array(value)).to(dtype) for value in values]


def draw_shapes(rng: np.random.Generator) -> list[list[int]]:
    """Shapes of a few parameters, in any order: a number, a vector, a matrix, three axes."""
    a, b, c = (int(size) for size in rng.integers(2, 6, 3))
    shapes: list[list[int]] = [[], [a], [b, c], [1, b, a]]
    return [shapes[index] for index in rng.permutation(4)]


@zero_optimizer.check(weight=3)
def takes_the_steps_of_adam(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Every rank has the parameters of Adam in one process with the mean of the gradients."""
    for world_size in (1, 4):
        yield from Training(rng, draw_shapes(rng), world_size).compared(s)
    yield from Training(rng, [[1]], 3).compared(s)  # a rank whose part is all padding


@zero_optimizer.check(weight=2)
def uses_its_settings(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """`lr`, `betas` and `eps` are those of Adam."""
    for world_size, low, high in ((2, 0.5, 0.85), (3, 0.1, 0.35)):
        options: dict[str, Any] = {
            "lr": float(rng.uniform(0.05, 0.5)),
            "betas": (float(rng.uniform(low, low + 0.2)), float(rng.uniform(high, high + 0.1))),
            "eps": float(rng.uniform(0.1, 0.5)),
        }
        yield from Training(rng, draw_shapes(rng), world_size, **options).compared(s)


@zero_optimizer.check()
def starts_from_the_parameters_as_they_are(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A step starts from the values that the parameters have then, though they were changed since the last one."""
    training = Training(rng, draw_shapes(rng), 2, lr=0.1)
    training.replaced = {number: [rng.standard_normal(v.shape) for v in training.start] for number in (0, 2)}
    yield from training.compared(s)


@zero_optimizer.check(weight=2)
def keeps_the_moments_of_its_part(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Between steps a rank holds the two moments of its own part, and nothing else of any size."""
    world_size, steps = 4, 8
    elements = 150_000 + int(rng.integers(2_000))

    def measured(optimizers: int) -> Ranks:
        def work(copy: Submission, comm: Remote, rank: int) -> Any:
            # One of the learner's class, of which the others are made where it is.
            parameters = copy.bring(BROUGHT, "Parameters").build("", [torch.ones(4)])
            one = copy.construct(NAME, parameters.build("list"), comm)
            return copy.bring(MEASURING, "held_between_steps").call("", one, comm, elements, optimizers, steps)

        return on_every_rank(s, world_size, work, memory=True)

    single = measured(1)
    moments = 2 * 4 * part(elements, world_size)
    problem = (
        f"between steps a rank holds {max(single.results)} bytes beside the parameters, where two moments of each of "
        f"{part(elements, world_size)} elements take {moments}"
    )
    yield over("the bytes held between steps", single.results, moments + SLACK, problem)
    if single.bytes_held:  # as many steps, so that what they need for a while is the same
        whole = 2 * 4 * elements * (steps - 1)
        yield from grown_at_most(f"{steps - 1} more optimizers", single, measured(steps), 0.75 * whole)


@zero_optimizer.check()
def sends_each_part_once_each_way(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """In a step a rank sends 2 (N − 1) parts of ⌈n/N⌉ elements at most, however many parameters there are."""
    for world_size in (2, 3):
        training = Training(rng, draw_shapes(rng), world_size, steps=1)
        each_way = 2 * (world_size - 1)
        elements = each_way * part(training.elements, world_size)
        where = f"in a step of {world_size} ranks"
        yield from sent_at_most(where, training.carried_out(s), elements, 8, each_way)


@zero_optimizer.check()
def leaves_the_gradients_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Gradients are not changed, and parameters keep their dtype."""
    training = Training(rng, draw_shapes(rng), 2, steps=2)
    for rank, (values, gradients) in enumerate(training.carried_out(s, torch.float32).results):
        given = tensors(training.gradients[-1][rank], torch.float32)
        starts = tensors(training.start, torch.float32)
        yield holds("the gradients", len(gradients) == len(given), "there are not as many gradients as parameters")
        for got, right in zip(gradients, given, strict=True):
            yield identical("a gradient after the step", got, right, "the step changes a gradient")
        for got, expected, start in zip(values, training.expected(), starts, strict=True):
            yield same_type("a parameter", got, start)
            yield close("a parameter", got, expected, roundings=64, precision=torch.float32)


add_misconceptions(zero_optimizer)
