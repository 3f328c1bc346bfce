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
        torch.default_generator.manual_seed(self.seed)
        return checkpoint(self.block, *self.arguments())

    def begin(self):
        torch.default_generator.manual_seed(self.seed)

    def finish(self, output, cotangent, between):
        seen = output.detach().clone()
        drawn = torch.rand(between)
        calls = self.block.calls
        (output * output * cotangent).sum().backward()
        after = torch.rand(3)
        leaves = [*self.leaves, self.block.weight, self.block.bias]
        gradients = [leaf.grad for leaf in leaves]
        return seen, gradients, [calls, self.block.calls - calls], drawn, after

class Wide:
    def __init__(self, width):
        self.weights = [torch.full((width, 8 * width), 0.01), torch.full((8 * width, width), 0.01)]

    def __call__(self, x):
        return torch.sin(torch.sin(x @ self.weights[0]).exp() @ self.weights[1])

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
            held = self.memory.now - self.before
            self.x.sum().backward()
            del self.x
            return held
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
    rows, width, blocks = 500 + int(rng.integers(20)), 64, 6

    def measured(number: int) -> Ranks:
        def work(copy: Submission, comm: Remote, rank: int) -> Any:
            chain = copy.bring(BROUGHT, "Chain").build("", rows, width, number)
            for index in range(number):
                chain.tell("takes", copy.build(NAME, chain.build("block", index), chain.build("input")))
            return chain.call("finish", 4 * rows * width * (number + 2))

        return on_every_rank(s, 1, work, memory=True)

    few, lots = measured(1), measured(blocks)
    allowed = 4 * rows * width * (blocks + 1) + SLACK
    problem = (
        f"before backward, {max(lots.results) / 1e6:.2f} MB are held, and the inputs of {blocks} functions and the "
        f"last output take {allowed / 1e6:.2f} MB"
    )
    yield over("the bytes held before backward", lots.results, allowed, problem)
    between = 3 * 4 * rows * 8 * width * (blocks - 1)  # what autograd would keep of three wide tensors
    yield from grown_at_most(f"{blocks - 1} more functions", few, lots, 0.5 * between)


CALLED = "return function(*inputs)"
SAVED = "ctx.save_for_backward(*inputs)"
STATE = "ctx.random_state = torch.get_rng_state()"
AGAIN = "again = [x.detach().requires_grad_(x.requires_grad) for x in ctx.saved_tensors]"
FORKED = "with torch.random.fork_rng(devices=[]), torch.enable_grad():"
RESTORED = "torch.set_rng_state(ctx.random_state)"
BACKWARD = "output.backward(grad_output)"
RETURNED = "return tuple(x.grad for x in again)"
APPLIED = "return Recomputed.apply(*inputs)"


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    checkpointed.misconception(identity, edits=edits, message=message, question=question)


def also(identity: str, *edits: tuple[str, str]) -> None:
    checkpointed.another_form(identity, edits=edits)


mistake(
    "everything_kept",
    "The function is simply called, with autograd recording: all that it computes on the way is kept.",
    "How many calls of the function should the backward pass make?",
    (APPLIED, CALLED),
)
also(
    "everything_kept",
    (
        CALLED,
        "inputs = [x.detach().requires_grad_(x.requires_grad) for x in inputs]\n"
        "            with torch.enable_grad():\n"
        "                ctx.output = function(*inputs)\n"
        "            ctx.inputs = inputs\n"
        "            return ctx.output.detach()",
    ),
    (AGAIN, "again, output = ctx.inputs, ctx.output"),
    (f"            {FORKED}\n                {RESTORED}\n                output = function(*again)\n", ""),
)
mistake(
    "other_random_numbers",
    "The second call draws other random numbers: dropout drops other units, and the gradients are those of another "
    "network than the one whose output was used.",
    "Which units does dropout drop in the second call?",
    (RESTORED, "pass"),
)
also("other_random_numbers", (RESTORED, "pass"), (FORKED, "with torch.enable_grad():"))
mistake(
    "generator_left_behind",
    "The backward pass leaves the generator where the function's forward pass had it: whatever is drawn afterwards "
    "repeats what was drawn before.",
    "Which numbers does the dropout of the next step draw?",
    (FORKED, "with torch.enable_grad():"),
)
mistake(
    "state_taken_too_late",
    "The state of the generator is taken after the function has drawn.",
    "Which numbers are drawn from a state that was taken after the draw?",
    (f"            {STATE}\n", ""),
    (CALLED, f"output = function(*inputs)\n            {STATE}\n            return output"),
)
mistake(
    "seed_of_its_own",
    "Both calls start from a seed of their own. They agree, but the same units are dropped in every step.",
    "How many different masks will a layer with dropout see in 1,000 steps?",
    (
        STATE,
        "ctx.random_state = torch.Generator().manual_seed(0).get_state()\n"
        "            torch.set_rng_state(ctx.random_state)",
    ),
)
mistake(
    "parameters_learn_nothing",
    "Only the inputs get a gradient: `torch.autograd.grad` for the inputs leaves out the function's parameters.",
    "Which tensors does `output.backward(...)` reach, and which does `torch.autograd.grad(output, inputs)`?",
    (
        f"            {BACKWARD}\n            {RETURNED}",
        "            needed = [x for x in again if x.requires_grad]\n"
        "            found = iter(torch.autograd.grad(output, needed, grad_output))\n"
        "            return tuple(next(found) if x.requires_grad else None for x in again)",
    ),
)
mistake(
    "inputs_get_nothing",
    "The inputs get no gradient: all layers before the function learn nothing.",
    "What should backward return?",
    (RETURNED, "return tuple(None for x in again)"),
)
also("inputs_get_nothing", (RETURNED, "return tuple(None if x.grad is None else 0 * x.grad for x in again)"))
mistake(
    "cotangent_ignored",
    "The gradient that arrives from the output is not passed on: it is taken for ones.",
    "If the loss is 3 · output, what arrives in `grad_output`?",
    (BACKWARD, "output.backward(torch.ones_like(grad_output))"),
)
mistake(
    "inputs_not_detached",
    "The inputs are not detached: the backward pass of the second call runs on into what came before, and the graph "
    "there is used twice.",
    "Where does the graph of the second call begin?",
    (AGAIN, "again = ctx.saved_tensors"),
    (RETURNED, "return tuple(None for x in again)"),
)
mistake(
    "not_recorded",
    "The second call is not recorded: inside `backward`, autograd is switched off.",
    "What does `torch.is_grad_enabled()` say inside `backward`?",
    (FORKED, "with torch.random.fork_rng(devices=[]):"),
)
mistake(
    "called_twice_in_backward",
    "The function is called once for each input in the backward pass. One call gives the gradients of all of them.",
    "How many calls give the gradients of all inputs?",
    (
        BACKWARD,
        f"{BACKWARD}\n            with torch.enable_grad():\n                function(*again)",
    ),
)
mistake(
    "all_inputs_require",
    "The second call makes every input require a gradient, and hands one back to those that need none.",
    "What does it cost to compute a gradient that nobody wants?",
    (APPLIED, "return Recomputed.apply(*(x.requires_grad_() for x in inputs))"),
)
mistake(
    "first_input_only",
    "Only the first input gets a gradient.",
    "How many gradients does backward return for a function of two inputs?",
    (RETURNED, "return tuple(x.grad if i == 0 else None for i, x in enumerate(again))"),
)
mistake(
    "output_detached",
    "The output is detached: for the loss, the function is a constant.",
    "What is `output.requires_grad`?",
    (APPLIED, "return Recomputed.apply(*inputs).detach()"),
)
