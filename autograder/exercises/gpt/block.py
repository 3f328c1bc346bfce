"""Judgement of `gpt.block`: the MLP and the pre-norm block.

Symbols: x, the stream (batch, time, d_model); a part is the attention or the MLP, which reads a normalised copy of the
stream and adds to it. The oracles are those of `definitions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical
from autograder.submission import Remote, Submission

from .block_misconceptions import add_misconceptions
from .definitions import (
    SDPA,
    GrowingCache,
    Weights,
    block_weights,
    dropped_independently,
    gradient_of_each_parameter,
    mlp,
    mlp_weights,
    random,
    same_again,
    silent,
    sorted_numbers,
)
from .definitions import block as block_by_definition

block = Judgement(
    "gpt.block",
    hints=(
        "Draw the stream as a straight line from x to the result. Where do the two parts branch off, and where does "
        "what they compute come back?",
        "`F.gelu` has an argument `approximate`. Which of its two forms does the statement write out?",
        "Each part has a `nn.LayerNorm(d_model)` of its own, and only the part reads what it gives. The sum is with "
        "the stream as it was.",
        "`x = x + self.attention(self.attention_norm(x), cache)`, and then the same for the MLP, which reads the new "
        "x.",
    ),
)
PATHS = {"explicit": {"explicit": True}, "fused": {}}


def loaded(s: Submission, name: str, weights: Weights, *sizes: int, **options: Any) -> Remote:
    """A module of the submission with these weights, in double precision."""
    module = s.build(name, *sizes, **options)
    module.tell("double")
    module.tell("load_weights", weights)
    return module


def agrees(name: str, got: Any, expected: Tensor) -> Observation:
    return close(name, got, expected, roundings=64, magnitude=max(10.0, float(expected.detach().abs().max())))


@block.check(weight=2)
def the_mlp_agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Under given weights the MLP agrees with the definition, for any batch and time, and large inputs too."""
    for d_model in (6, 1):
        weights = mlp_weights(rng, d_model)
        inputs = [random(rng, 2, 5, d_model), random(rng, 1, 1, d_model), 50.0 * random(rng, 3, 2, d_model)]
        for x, got in zip(inputs, loaded(s, "MLP", weights, d_model).each(inputs), strict=True):
            yield agrees(f"the output of the MLP of width {d_model}", got, mlp(x, weights))


@block.check()
def the_mlp_drops_entries_of_its_result(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """In training the MLP drops entries of its result, after its second layer; in evaluation it drops nothing."""
    rate, weights, x = float(rng.uniform(0.25, 0.45)), mlp_weights(rng, 8), random(rng, 2, 5, 8)
    # Equal hidden numbers, whose mean is the same for every entry unless some of them are missing.
    equal = silent(weights, "up") | {"up.bias": torch.ones(32).double(), "down.bias": torch.ones(8).double()}
    equal["down.weight"] = torch.full((8, 32), 1 / 32).double()
    one = mlp(x[:1, :1], equal)[0, 0, 0].item()
    module = loaded(s, "MLP", equal, 8, dropout=rate)
    result = np.asarray(module(random(rng, 100, 2, 8)))
    kept = result != 0
    values = np.unique(result.round(6))
    yield holds("the MLP's result", len(values) < 3, "in training, an entry is neither 0 nor one number")
    yield close(
        "the different values of the MLP's result in training",
        values,
        np.array([0.0, one / (1.0 - rate)]),
        magnitude=1e6,
    )
    yield from dropped_independently("the MLP's result", kept, rate)
    module.tell("eval")
    module.tell("load_weights", weights)
    first, second = module.each([x, x])
    yield same_again("the MLP", first, second)
    yield agrees("the output of the MLP in evaluation", first, mlp(x, weights))


@block.check(weight=2)
def the_block_agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Under given weights the block agrees with the definition, for any batch, time and number of heads."""
    for n_head, head_dim in ((2, 3), (1, 4)):
        weights = block_weights(rng, n_head * head_dim)
        inputs = [3.0 * random(rng, batch, time, n_head * head_dim) for batch, time in ((2, 5), (3, 1))]
        expected = [block_by_definition(x, weights, n_head) for x in inputs]
        for path, options in PATHS.items():
            outputs = loaded(s, "Block", weights, n_head * head_dim, n_head, **options).each(inputs)
            for got, right in zip(outputs, expected, strict=True):
                yield agrees(f"the {path} output with {n_head} heads", got, right)


@block.check()
def hands_the_path_on(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With explicit=True, a block does without torch's own attention."""
    weights, x = block_weights(rng, 6), random(rng, 2, 4, 6)
    with s.without(*SDPA):
        got = loaded(s, "Block", weights, 6, 2, explicit=True)(x)
    yield agrees("the output of an explicit block", got, block_by_definition(x, weights, 2))


@block.check()
def survives_vectors_that_hardly_vary(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The norms add 1e-5 to the variance, so that a vector of equal numbers, or tiny ones, is nothing special."""
    weights = block_weights(rng, 6)
    module = loaded(s, "Block", weights, 6, 2)
    for size in (1e-3, 0.0):
        x = random(rng, 2, 1, 1) + random(rng, 2, 4, 6, size=size)
        yield agrees(f"the output where x varies by {size:g}", module(x), block_by_definition(x, weights, 2))


@block.check()
def adds_to_the_stream(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Parts that write nothing leave x as it is, and a number added to a whole vector passes straight through."""
    weights, x = block_weights(rng, 6), random(rng, 2, 4, 6)
    nothing = loaded(s, "Block", silent(weights, "attention.out", "down"), 6, 2)
    yield agrees("the output where both parts write 0", nothing(x), x)
    module = loaded(s, "Block", weights, 6, 2)
    moved = x + random(rng, 2, 4, 1)
    before, after = module.each([x, moved])
    holds_up = isinstance(before, Tensor) and before.shape == x.shape
    yield holds("the shape of the output", holds_up, "the output has not the shape of x")
    yield agrees("the output where a number was added to each vector", after, before + (moved - x))


@block.check()
def trains_every_weight(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradients of x and of all weights are right, and the parameters hold just these weights."""
    weights, x, cotangent = block_weights(rng, 6), random(rng, 2, 4, 6), random(rng, 2, 4, 6)
    leaves = [leaf.clone().requires_grad_() for leaf in (x, *weights.values())]
    output = block_by_definition(leaves[0], dict(zip(weights, leaves[1:], strict=True)), 2)
    expected = torch.autograd.grad(output, leaves, cotangent)
    module = loaded(s, "Block", weights, 6, 2)
    _, (gradient,) = module.vjp("", x, wrt=[0], cotangent=cotangent)
    yield agrees("the gradient of x", gradient, expected[0])
    module.build("", x).tell("backward", cotangent)
    gradients = gradient_of_each_parameter(module)
    found = [gradient for gradient in gradients if gradient is not None]
    trained = len(found) == len(gradients)
    yield holds("the parameters of the block", trained, "a parameter of the block gets no gradient")
    yield agrees("the gradients of all weights", sorted_numbers(found), sorted_numbers(expected[1:]))


@block.check()
def drops_what_its_parts_add(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """In training each part drops entries of what it adds, never the stream; in evaluation nothing is dropped."""
    rate, weights, x = float(rng.uniform(0.25, 0.45)), block_weights(rng, 8), random(rng, 100, 2, 8)
    for part in ("attention.out", "down"):
        ones = silent(weights, "attention.out", "down") | {f"{part}.bias": torch.ones(8).double()}
        added = np.asarray(loaded(s, "Block", ones, 8, 2, dropout=rate)(x)) - x.numpy()
        kept = added > 0.5
        where = "the attention" if part == "attention.out" else "the MLP"
        values = np.unique(added.round(6))
        yield holds("the stream in training", len(values) < 3, "the output is not x and one of two numbers")
        name = f"the different values that {where} adds in training"
        yield close(name, values, np.array([0.0, 1.0 / (1.0 - rate)]), magnitude=1e6)
        yield from dropped_independently(f"what {where} adds", kept, rate)
    module = loaded(s, "Block", weights, 8, 2, dropout=rate)
    module.tell("eval")
    first, second = module.each([x[:2], x[:2]])
    yield same_again("the block", first, second)
    yield agrees("the output in evaluation", first, block_by_definition(x[:2], weights, 2))


@block.check()
def continues_from_a_cache(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With a cache, a sequence given in pieces has the outputs that it has as a whole."""
    weights, x = block_weights(rng, 6), random(rng, 2, 6, 6)
    module, lent = loaded(s, "Block", weights, 6, 2), s.lend(GrowingCache(2, 2, 3), "extended")
    expected = block_by_definition(x, weights, 2)
    for start, end in ((0, 3), (3, 4), (4, 6)):
        yield agrees(
            f"the output at positions {start} to {end - 1}", module(x[:, start:end], lent), expected[:, start:end]
        )


@block.check()
def works_in_any_precision_and_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float32 and bfloat16 are kept, x may be strided and is not changed, and weights are copied, again and again."""
    for kind, convert in ((torch.float32, "float"), (torch.bfloat16, "bfloat16")):
        weights, x = block_weights(rng, 6), random(rng, 2, 5, 6).to(kind)
        weights = {name: value.to(kind) for name, value in weights.items()}
        module = s.build("Block", 6, 2)
        module.tell(convert)
        module.tell("load_weights", weights)
        got = module(x)
        kept = isinstance(got, Tensor) and got.dtype == kind
        yield holds(f"the dtype of a block in {kind}", kept, f"the output of a {kind} block is not in {kind}")
        yield close(f"the output in {kind}", got, block_by_definition(x, weights, 2), magnitude=10.0, precision=kind)
    first, second = block_weights(rng, 6), block_weights(rng, 6)
    x = random(rng, 5, 2, 12).transpose(0, 1)[..., ::2]
    held, there = s.hold(x), {name: s.hold(value) for name, value in second.items()}
    module = loaded(s, "Block", first, 6, 2)
    module.tell("load_weights", there)
    for when in ("after weights were loaded again", "after the tensors that were loaded have changed"):
        yield agrees(f"the output {when}", module(held), block_by_definition(x, second, 2))
        for name, value in second.items():
            there[name].assign(value + 1.0)
    yield identical("x", held.fetch(), x, "the input x was changed")


add_misconceptions(block)
