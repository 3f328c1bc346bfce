"""Modules whose weights are shared out, in the hands of somebody who trains them, beside the same module in one piece.

How the parameters are laid out is the learner's business. The judge learns what they are by what the module does: it
lets plain gradient descent step on whatever `parameters()` gives, and compares outputs and gradients afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.observation import Observation, close, holds, identical, same_type
from autograder.ranks import Ranks, on_every_rank
from autograder.reference import module_text
from autograder.submission import Remote, Submission
from curriculum.fabric import Fabric

from .counting import drawn, over, sent_at_most

SLACK = 1024
"""Bytes that a rank may hold beyond what is asked, for a few numbers."""
TRIAL = (
    module_text("curriculum.live_memory")
    + '''

import gc
import torch

class Trial:
    """Plain gradient descent on a module."""

    def __init__(self, module, rate):
        self.module, self.rate = module, rate
        self.learned = list(module.parameters())  # once, as an optimizer does

    def forward(self, x, wants_gradient):
        self.x = x.clone().requires_grad_(wants_gradient)
        self.output = self.module(self.x)
        return self.output.detach().clone()

    def backward(self, cotangent):
        self.output.backward(cotangent)
        del self.output
        return self.x.grad

    def run(self, x):
        with torch.no_grad():
            return self.module(x)

    @torch.no_grad()
    def step(self):
        for parameter in self.learned:
            if parameter.grad is not None:
                parameter -= self.rate * parameter.grad
                parameter.grad = None

def held(one, shapes, arguments, number, x_shape, backward, most):
    """Bytes held by modules of the class of `one`, made from whole weights, before and after use; their elements."""
    with LiveMemory() as memory:
        def now(enough):
            if memory.now > enough:
                gc.collect()
            return memory.now

        made = []
        for _ in range(number):
            weights = [torch.full(shape, 0.01) for shape in shapes]
            made.append(type(one)(*weights, *arguments))
            del weights
        before = now(most[0])
        for module in made:
            x = torch.ones(x_shape)
            output = module(x)
            if backward:
                output.sum().backward()
            del x, output
        return before, now(most[1]), sum(p.numel() for p in made[0].parameters())
'''
)


@dataclass(frozen=True)
class Kind:
    """A class of modules: how it is made and what it does in one piece."""

    name: str
    whole: Callable[..., Tensor]
    """Of x and the weights."""
    shapes: tuple[tuple[int, ...], ...]
    options: tuple[Any, ...] = ()
    cut_input: bool = False
    """Whether a rank is given its part of the last axis, or all of x."""
    cut_output: bool = False
    shared_out: tuple[bool, ...] = ()
    """Which of the weights are shared out; the others are on every rank."""

    def share(self, world_size: int) -> int:
        """The elements of its parameters on a rank."""
        sizes = [int(np.prod(shape)) for shape in self.shapes]
        return sum(size // world_size if cut else size for size, cut in zip(sizes, self.shared_out, strict=True))

    @property
    def elements(self) -> int:
        return sum(int(np.prod(shape)) for shape in self.shapes)


@dataclass
class Case:
    """A module, and what goes through it in several passes."""

    kind: Kind
    world_size: int
    weights: list[Tensor]
    inputs: list[Tensor]
    cotangents: list[Tensor]
    rate: float = 0.3
    dtype: torch.dtype = torch.float64
    fabric: Fabric = field(init=False)

    @classmethod
    def draw(
        cls,
        rng: np.random.Generator,
        kind: Kind,
        world_size: int,
        lead: Sequence[int],
        passes: int = 1,
        dtype: torch.dtype = torch.float64,
    ) -> Case:
        """`lead` are the axes of x before the last. Weights are such that outputs are of order 1."""
        weights = [drawn(rng, *shape, dtype=dtype) / shape[-1] ** 0.5 for shape in kind.shapes]
        width_in = kind.shapes[0][1]
        inputs = [drawn(rng, *lead, width_in, dtype=dtype) for _ in range(passes)]
        outputs = kind.whole(inputs[0], *weights)
        return cls(
            kind, world_size, weights, inputs, [drawn(rng, *outputs.shape, dtype=dtype) for _ in inputs], dtype=dtype
        )

    def __post_init__(self) -> None:
        self.fabric = Fabric(self.world_size)

    def part(self, tensor: Tensor, rank: int, cut: bool) -> Tensor:
        return tensor.chunk(self.world_size, -1)[rank].contiguous() if cut else tensor

    def tried(self, copy: Submission, comm: Remote) -> Remote:
        module = copy.construct(self.kind.name, *self.weights, *self.kind.options, comm)
        return copy.bring(TRIAL, "Trial").build("", module, self.rate)

    def there_and_back(self, trial: Remote, rank: int, number: int, wants_gradient: bool = True) -> list[Any]:
        """One pass on a rank: output, gradient of x, and the bytes sent in forward and in backward."""
        traffic = self.fabric.traffic[rank]
        before = traffic.bytes_sent
        x = self.part(self.inputs[number], rank, self.kind.cut_input)
        output = trial.call("forward", x, wants_gradient)
        forward = traffic.bytes_sent
        cotangent = self.part(self.cotangents[number], rank, self.kind.cut_output)
        gradient = trial.call("backward", cotangent)
        return [output, gradient, forward - before, traffic.bytes_sent - forward]

    def expected(self, number: int, weights: Sequence[Tensor]) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Output, gradient of x and gradients of the weights in one pass, in double precision."""
        leaves = [tensor.double().requires_grad_() for tensor in (self.inputs[number], *weights)]
        output = self.kind.whole(*leaves)
        of_x, *of_weights = torch.autograd.grad(output, leaves, self.cotangents[number].double())
        return output.detach(), of_x, list(of_weights)

    def compared(self, rank: int, output: Any, right: Tensor, when: str = "") -> Iterator[Observation]:
        kind = self.kind
        name = f"the output of {kind.name}{when} on rank {rank} of {self.world_size}"
        right = self.part(right, rank, kind.cut_output)
        yield close(name, output, right, roundings=128, precision=self.dtype)
        yield same_type(name, output, right.to(self.dtype))

    def compared_gradient(self, rank: int, gradient: Any, right: Tensor, when: str = "") -> Observation:
        name = f"the gradient of x by {self.kind.name}{when} on rank {rank} of {self.world_size}"
        right = self.part(right, rank, self.kind.cut_input)
        return close(name, gradient, right, roundings=128, precision=self.dtype)


def agrees(s: Submission, case: Case) -> Iterator[Observation]:
    """Whether a pass gives the outputs, and the gradients of x, of the module in one piece."""

    def work(copy: Submission, comm: Remote, rank: int) -> Any:
        return case.there_and_back(case.tried(copy, comm), rank, 0)

    right, of_x, _ = case.expected(0, case.weights)
    results = on_every_rank(s, case.world_size, work, case.fabric).results
    for rank, (output, _, _, _) in enumerate(results):
        yield from case.compared(rank, output, right)
    for rank, (_, gradient, _, _) in enumerate(results):
        yield case.compared_gradient(rank, gradient, of_x)


def learns(s: Submission, case: Case) -> Iterator[Observation]:
    """Whether gradient descent changes it as it does the module in one piece: `case` has three passes.

    The first two are before the first step, and x needs no gradient in the second. The third is before the second step.
    After each step, the output for the first x is compared.
    """

    def work(copy: Submission, comm: Remote, rank: int) -> Any:
        trial = case.tried(copy, comm)
        x = case.part(case.inputs[0], rank, case.kind.cut_input)
        case.there_and_back(trial, rank, 0)
        case.there_and_back(trial, rank, 1, wants_gradient=False)
        trial.tell("step")
        first = trial.call("run", x)
        case.there_and_back(trial, rank, 2)
        trial.tell("step")
        return first, trial.call("run", x)

    weights, right = case.weights, []
    for numbers in ((0, 1), (2,)):
        gradients = [case.expected(number, weights)[2] for number in numbers]
        weights = [w - case.rate * sum(each) for w, each in zip(weights, zip(*gradients, strict=True), strict=True)]
        right.append(case.expected(0, weights)[0])
    for rank, found in enumerate(on_every_rank(s, case.world_size, work, case.fabric).results):
        for when, output, wanted in zip(("one step", "two steps"), found, right, strict=True):
            yield from case.compared(rank, output, wanted, f" after {when}")


def leaves_alone(s: Submission, case: Case) -> Iterator[Observation]:
    """Whether the weights that it is made from, and x, are what they were after it was made, used and taught."""

    def work(copy: Submission, comm: Remote, rank: int) -> Any:
        weights = [copy.hold(weight) for weight in case.weights]
        module = copy.construct(case.kind.name, *weights, *case.kind.options, comm)
        trial = copy.bring(TRIAL, "Trial").build("", module, case.rate)
        case.there_and_back(trial, rank, 0, wants_gradient=False)
        x = trial.get("x")
        trial.tell("step")
        return x, [weight.fetch() for weight in weights]

    for rank, (x, weights) in enumerate(on_every_rank(s, case.world_size, work, case.fabric).results):
        right = case.part(case.inputs[0], rank, case.kind.cut_input)
        yield identical(f"x on rank {rank}, which {case.kind.name} was given,", x, right, "it changes x")
        for number, (weight, was) in enumerate(zip(weights, case.weights, strict=True)):
            name = f"weight {number} on rank {rank}, from which {case.kind.name} was made,"
            yield identical(name, weight, was, "the weights that it is given change, when it is made or when it learns")


def sends(s: Submission, case: Case, forward: int, backward: int) -> Iterator[Observation]:
    """Whether a pass sends no more elements than that in each direction."""

    def work(copy: Submission, comm: Remote, rank: int) -> Any:
        return case.there_and_back(case.tried(copy, comm), rank, 0)[2:]

    found = on_every_rank(s, case.world_size, work, case.fabric).results
    name = f"by {case.kind.name} on {case.world_size} ranks"
    yield sent_at_most(f"{name} in forward", [one[0] for one in found], forward, case.inputs[0].element_size())
    yield sent_at_most(f"{name} in backward", [one[1] for one in found], backward, case.inputs[0].element_size())


def measured(s: Submission, kinds: Sequence[Kind], number: int, backward: bool) -> Ranks:
    """What ranks hold with so many modules of each kind: before use, after use, and in their processes."""
    world_size = 4

    def work(copy: Submission, comm: Remote, rank: int) -> Any:
        found = []
        for kind in kinds:
            one = copy.construct(kind.name, *map(torch.ones, kind.shapes), *kind.options, comm)
            x_shape = [1, 1, kind.shapes[0][1] // (world_size if kind.cut_input else 1)]
            most = [held_at_most(kind, world_size, number, copies) for copies in (1, 2)]
            arguments = ([list(shape) for shape in kind.shapes], [*kind.options, comm], number, x_shape, backward, most)
            found.append(copy.bring(TRIAL, "held").call("", one, *arguments))
        return found

    return on_every_rank(s, world_size, work, memory=True)


def held_at_most(kind: Kind, world_size: int, number: int, copies: int) -> int:
    return 4 * number * copies * kind.share(world_size) + SLACK


def holds_its_part(s: Submission, kinds: Sequence[Kind]) -> Iterator[Observation]:
    """Whether ranks hold and learn their parts only, and all together everything: the last kind by processes, too."""
    few, more = 3, 16
    ranks = measured(s, kinds, few, backward=True)
    world_size = len(ranks.results)
    for index, kind in enumerate(kinds):
        sizes, share = [found[index][2] for found in ranks.results], kind.share(world_size)
        problem = f"parameters() of {kind.name} have {max(sizes)} elements on a rank, and its part has {share}"
        yield over(f"the elements of parameters() of {kind.name}", sizes, share, problem)
        problem = f"parameters() of {kind.name} on all ranks have fewer elements than the weights"
        name = f"the elements of parameters() of {kind.name} on all ranks"
        yield holds(name, sum(sizes) >= kind.elements, problem)
        for step, when in enumerate(("before use", "when there are gradients")):
            bytes_held = [found[index][step] for found in ranks.results]
            allowed = held_at_most(kind, world_size, few, step + 1)
            problem = (
                f"{when}, a rank of {world_size} holds {max(bytes_held) / 1e6:.2f} MB for {few} of {kind.name} of "
                f"{4 * kind.elements / 1e6:.2f} MB each; {allowed / 1e6:.2f} MB are enough"
            )
            yield over(f"the bytes held by {kind.name} {when}", bytes_held, allowed, problem)
    if ranks.bytes_held:
        many = measured(s, kinds[-1:], few + more, backward=False)
        grown = [after - before for before, after in zip(ranks.bytes_held, many.bytes_held, strict=False)]
        enough = 0.6 * 4 * kinds[-1].elements * more
        problem = (
            f"{more} more of {kinds[-1].name} take {max(grown, default=0) / 1e6:.1f} MB of a rank's process, "
            f"where {enough / 1e6:.1f} are enough"
        )
        yield holds("the memory of more modules", all(size <= enough for size in grown), problem)
