"""Judgement of `sharding.checkpointed`: what a function computes on the way is computed again for its gradient.

Chen et al. (2016), "Training deep nets with sublinear memory cost". The functions are brought by the judge, who runs
them without any checkpointing for the oracle: same numbers, same random draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, same_type
from autograder.ranks import Ranks, on_every_rank
from autograder.submission import Remote, Submission

from .checkpointed_misconceptions import add_misconceptions
from .parts import LIVE_MEMORY, SLACK, grown_at_most, over

checkpointed = Judgement(
    "sharding.checkpointed",
    hints=(
        "A `torch.autograd.Function` runs its `forward` without recording: nothing that `function` computes on the way"
        " is kept there, but for what you save yourself. Save the inputs.",
        "In `backward`, detach the saved inputs, let those that did require a gradient, call `function` again under "
        "`torch.enable_grad()`. `output.backward(grad_output)` then fills their `.grad`, and that of parameters.",
        "A `None` is a fine gradient of an input that requires none: `tuple(x.grad for x in again)`.",
        "`torch.get_rng_state()` before the first call. In backward, inside `torch.random.fork_rng(devices=[])`, "
        "`torch.set_rng_state(...)` it again; leaving the block puts the generator back.",
    ),
)
NAME = "checkpointed"
BROUGHT = (
    LIVE_MEMORY
    + """

import gc
import torch
from torch.nn import functional as F

class Block:
    \"\"\"A function of a and b with parameters, random draws if `p` > 0, and a count of its calls.\"\"\"

    def __init__(self, parameters, p):
        self.weight, self.bias = (torch.nn.Parameter(value) for value in parameters)
        self.p, self.calls = p, 0

    def __call__(self, a, b):
        self.calls += 1
        hidden = torch.tanh(F.dropout(a @ self.weight, self.p) + self.bias)
        return (hidden * F.dropout(b, self.p)).cumsum(-1)

class Step:
    \"\"\"Backward of a loss in the block's output, and what there is to see afterwards.\"\"\"

    def __init__(self, parameters, inputs, requires, p, seed):
        self.block = Block(parameters, p)
        self.inputs = [x.clone().requires_grad_(needed) for x, needed in zip(inputs, requires)]
        self.leaves = self.inputs
        self.seed = seed

    def function(self):
        return self.block

    def arguments(self):
        self.inputs = [2 * x if x.requires_grad else x for x in self.leaves]  # not leaves: the graph goes on before
        return self.inputs

    def apply(self, checkpoint):
        self.begin()
        return checkpoint(self.block, *self.arguments())

    def begin(self):
        torch.default_generator.manual_seed(self.seed)
        torch.rand(1 + self.seed % 7)  # numbers have been drawn since: the seed does not tell the state

    def finish(self, output, cotangent, between):
        seen = output.detach().clone()
        drawn = torch.rand(between)
        calls = self.block.calls
        total = output + self.inputs[1]  # whose gradient is handed to both
        (total * total * cotangent).sum().backward()
        after = torch.rand(3)
        leaves = [*self.leaves, self.block.weight, self.block.bias]
        gradients = [leaf.grad for leaf in leaves]
        return seen, gradients, [calls, self.block.calls - calls], drawn, after

class Wide:
    def __init__(self, width):
        self.weights = [torch.full((width, 8 * width), 0.01), torch.full((8 * width, width), 0.01)]

    def __call__(self, x):
        wide = x @ self.weights[0]
        for _ in range(8):
            wide = torch.sin(wide)
        return wide @ self.weights[1]

class Chain:
    def __init__(self, rows, width, blocks):
        self.memory = LiveMemory()
        self.memory.__enter__()
        self.blocks = [Wide(width) for _ in range(blocks)]
        self.before = self.memory.now
        self.x = torch.ones(rows, width, requires_grad=True)

    def block(self, number):
        return self.blocks[number]

    def input(self):
        return self.x

    def takes(self, output):
        self.x = output

    def finish(self, most):
        try:
            if self.memory.now > most:
                gc.collect()
            return self.memory.now - self.before
        finally:
            self.memory.__exit__(None, None, None)
"""
)


@cache
def brought() -> dict[str, Any]:
    """The same here, for the oracle."""
    namespace: dict[str, Any] = {"__name__": "judge"}
    exec(BROUGHT, namespace)
    return namespace


class Case:
    """Inputs, parameters and a cotangent; what the submission makes of them, and what is right."""

    def __init__(
        self,
        rng: np.random.Generator,
        p: float = 0.0,
        requires: tuple[bool, bool] = (True, True),
        dtype: torch.dtype = torch.float64,
    ) -> None:
        rows, width, out = (int(size) for size in rng.integers(4, 8, 3))  # masks of dropout are not alike by chance

        def draw(*shape: int) -> torch.Tensor:
            return torch.from_numpy(rng.standard_normal(shape)).to(dtype)

        self.given = ([draw(width, out), draw(out)], [draw(rows, width), draw(rows, out)], list(requires), p)
        self.cotangent, self.between = draw(rows, out), int(rng.integers(1, 9))
        self.seed = int(rng.integers(1 << 31))
        self.dtype = dtype

    def carried_out(self, s: Submission) -> Any:
        step = s.bring(BROUGHT, "Step").build("", *self.given, self.seed)
        arguments = step.build("arguments")
        step.tell("begin")
        first, second = (arguments.build("__getitem__", index) for index in range(2))
        output = s.build(NAME, step.build("function"), first, second)
        return step.call("finish", output, self.cotangent, self.between)

    def expected(self) -> Any:
        with torch.random.fork_rng(devices=[]):
            step = brought()["Step"](*self.given, self.seed)
            output = step.apply(lambda function, *inputs: function(*inputs))
            return step.finish(output, self.cotangent, self.between)

    def compared(self, s: Submission) -> Iterator[Observation]:
        got, right = self.carried_out(s), self.expected()
        yield same_type("the output", got[0], right[0])
        yield close("the output", got[0], right[0], roundings=64, precision=self.dtype)
        names = ("the first input", "the second input", "the weight", "the bias")
        for name, gradient, expected in zip(names, got[1], right[1], strict=True):
            if expected is None:
                yield holds(f"the gradient of {name}", gradient is None, f"{name} requires no gradient, and has one")
            else:
                yield close(f"the gradient of {name}", gradient, expected, roundings=64, precision=self.dtype)


@checkpointed.check(weight=3)
def gives_the_same_output_and_gradients(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Output and gradients, those of inputs and of the function's parameters, are those without checkpointing."""
    for dtype in (torch.float64, torch.float32):
        yield from Case(rng, dtype=dtype).compared(s)


@checkpointed.check()
def gives_gradients_to_those_who_require_them(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """An input that requires no gradient gets none, and the others get theirs."""
    for requires in ((True, False), (False, True)):
        yield from Case(rng, requires=requires).compared(s)


@checkpointed.check(weight=2)
def draws_the_same_random_numbers_again(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With dropout in the function, the gradients are those of the output that was given: what was drawn is redrawn."""
    for p in (0.5, 0.3):
        yield from Case(rng, p=p).compared(s)


@checkpointed.check()
def leaves_the_generator_as_it_was(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Random numbers drawn after forward, and after backward, are those that come without checkpointing."""
    for p in (0.0, 0.5):
        case = Case(rng, p=p)
        got, right = case.carried_out(s), case.expected()
        yield close("what is drawn after forward", got[3], right[3])
        yield close("what is drawn after backward", got[4], right[4])


@checkpointed.check()
def calls_the_function_once_each_way(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The function is called once in forward and once in backward."""
    got = Case(rng).carried_out(s)
    forward, backward = got[2]
    problem = f"the function is called {forward} times in forward and {backward} times in backward, not once in each"
    yield identical("the calls of the function", [forward, backward], [1, 1], problem)


@checkpointed.check(weight=2)
def keeps_the_inputs_only(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Between forward and backward a chain of checkpointed functions holds their inputs, and nothing in between."""
    rows, width, blocks = 250 + int(rng.integers(20)), 64, 8

    def measured(number: int) -> Ranks:
        def work(copy: Submission, comm: Remote, rank: int) -> Any:
            chain = copy.bring(BROUGHT, "Chain").build("", rows, width, number)
            for index in range(number):
                chain.tell("takes", copy.build(NAME, chain.build("block", index), chain.build("input")))
            return chain.call("finish", 4 * rows * width * (number + 2))

        return on_every_rank(s, 1, work, memory=True)

    few, lots = measured(2), measured(blocks)
    allowed = 4 * rows * width * (blocks + 1) + blocks * torch.get_rng_state().nbytes + SLACK
    problem = (
        f"before backward, {max(lots.results) / 1e6:.2f} MB are held, and the inputs of {blocks} functions, the "
        f"last output and the states of the generator take {allowed / 1e6:.2f} MB"
    )
    yield over("the bytes held before backward", lots.results, allowed, problem)
    # Autograd would keep nine wide tensors of each; a right program leaves holes of one or two in its process's memory.
    between = 9 * 4 * rows * 8 * width * (blocks - 2)
    yield from grown_at_most(f"{blocks - 2} more functions", few, lots, 0.6 * between)


add_misconceptions(checkpointed)
