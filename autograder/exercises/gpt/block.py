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
    yield close("the result of the MLP in training", result, kept * one / (1.0 - rate))
    yield from dropped_independently("the MLP's result", kept, rate)
    module.tell("eval")
    module.tell("load_weights", weights)
    for got in module.each([x, x]):
        yield agrees("the output of the MLP in evaluation", got, mlp(x, weights))


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
        yield close(f"what {where} adds in training", added, kept / (1.0 - rate), magnitude=10.0)
        yield from dropped_independently(f"what {where} adds", kept, rate)
    module = loaded(s, "Block", weights, 8, 2, dropout=rate)
    module.tell("eval")
    for got in module.each([x[:2], x[:2]]):
        yield agrees("the output in evaluation", got, block_by_definition(x[:2], weights, 2))


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


ATTEND = "x = x + self.attention(self.attention_norm(x), cache)"
THINK = "return x + self.mlp(self.mlp_norm(x))"
NORM, NORM2 = "self.attention_norm(x)", "self.mlp_norm(x)"
HIDDEN = 'hidden = F.gelu(self.up(x), approximate="tanh")'
RESULT = "F.dropout(self.down(hidden), self.dropout, self.training)"


def both_norms(formula: str) -> tuple[tuple[str, str], ...]:
    """Edits that put a formula in place of both norms, before their weight and bias."""
    return tuple(
        (f"self.{name}(x)", f"({formula}) * self.{name}.weight + self.{name}.bias")
        for name in ("attention_norm", "mlp_norm")
    )


def with_epsilon(epsilon: str) -> tuple[tuple[str, str], ...]:
    layer = "_norm = nn.LayerNorm(d_model"
    return tuple((f"{name}{layer}", f"{name}{layer}, eps={epsilon}") for name in ("attention", "mlp"))


block.misconception(
    "post_norm",
    edits=(
        (ATTEND, "x = self.attention_norm(x + self.attention(x, cache))"),
        (THINK, "return self.mlp_norm(x + self.mlp(x))"),
    ),
    message="This is a post-norm block, as in the first transformer: the norms act on the stream, after each sum.",
    question="Can a number in x reach the result of your block without passing a norm?",
)
block.misconception(
    "no_residual",
    edits=((ATTEND, ATTEND.replace("x + ", "")), (THINK, THINK.replace("x + ", ""))),
    message="What a part computes replaces the stream instead of being added to it.",
    question="What should a block return whose parts write only zeros?",
)
block.another_form("no_residual", edit=(ATTEND, ATTEND.replace("x + ", "")))
block.another_form("no_residual", edit=(THINK, THINK.replace("x + ", "")))
block.misconception(
    "one_residual_for_both",
    edits=(
        (ATTEND, "attended = self.attention(self.attention_norm(x), cache)"),
        (THINK, "return x + self.mlp(self.mlp_norm(attended))"),
    ),
    message="There is one sum for both parts, so what the attention computes reaches the stream through the MLP only.",
    question="If the MLP writes only zeros, what should remain of the attention's work?",
)
block.misconception(
    "residual_from_the_norm",
    edits=(
        (ATTEND, f"x = {NORM}\n        x = x + self.attention(x, cache)"),
        (THINK, f"x = {NORM2}\n        return x + self.mlp(x)"),
    ),
    message="A part's result is added to the normalised copy, and the stream itself is lost.",
    question="To which x does the formula add: the one before the norm, or the one after it?",
)
block.another_form("residual_from_the_norm", edit=(ATTEND, f"x = {NORM}\n        x = x + self.attention(x, cache)"))
block.another_form("residual_from_the_norm", edit=(THINK, f"x = {NORM2}\n        return x + self.mlp(x)"))
block.misconception(
    "one_norm_for_both",
    edit=(NORM2, "self.attention_norm(x)"),
    message="Both parts share one norm; each has a weight and a bias of its own.",
    question="How many norms do the names of the weights speak of?",
)
block.misconception(
    "norms_swapped",
    edits=((ATTEND, ATTEND.replace(NORM, NORM2)), (f"self.mlp({NORM2})", f"self.mlp({NORM})")),
    message="The two norms have changed places.",
    question="Which norm does the attention read from?",
)
block.misconception(
    "parts_side_by_side",
    edits=((ATTEND, f"attended = {ATTEND[8:]}"), (THINK, f"{THINK} + attended")),
    message="Both parts read the same x; the MLP is to read the stream to which the attention has already added.",
    question="Can the MLP of your block make use of what the attention of the same block has found?",
)
block.misconception(
    "reads_the_raw_stream",
    edit=("self.mlp(self.mlp_norm(x))", "self.mlp(x)"),
    message="A part reads the stream as it is, without the norm in front of it.",
    question="Which of your two parts would notice if x were multiplied by 10?",
)
block.another_form(
    "reads_the_raw_stream", edit=("self.attention(self.attention_norm(x), cache)", "self.attention(x, cache)")
)
block.another_form(
    "reads_the_raw_stream",
    edits=(
        ("self.mlp(self.mlp_norm(x))", "self.mlp(x)"),
        ("self.attention(self.attention_norm(x), cache)", "self.attention(x, cache)"),
    ),
)
block.misconception(
    "norm_without_weight_and_bias",
    edits=((NORM, "F.layer_norm(x, x.shape[-1:])"), (NORM2, "F.layer_norm(x, x.shape[-1:])")),
    message="The norms do not use their weight and bias.",
    question="What do `attention_norm.weight` and `attention_norm.bias` do in your block?",
)
block.misconception(
    "another_epsilon",
    edits=with_epsilon("1e-6"),
    message="The norms add another number than 1e-5 to the variance.",
    question="By how much does a vector change whose variance is 1e-6?",
)
block.another_form(
    "another_epsilon",
    edits=both_norms("(x - x.mean(-1, keepdim=True)) / (x.std(-1, keepdim=True, correction=0) + 1e-5)"),
)
block.another_form("another_epsilon", edits=with_epsilon("1e-12"))
block.misconception(
    "unbiased_variance",
    edits=both_norms("(x - x.mean(-1, keepdim=True)) / (x.var(-1, keepdim=True) + 1e-5).sqrt()"),
    message="The norms divide the sum of squares by d_model − 1; the variance in a layer norm divides it by d_model.",
    question="What does torch's `var` divide by, if it is not told otherwise?",
)
block.misconception(
    "norm_over_the_sequence",
    edits=both_norms("F.layer_norm(x, x.shape[1:])"),
    message="The norms take mean and variance over all positions together, so that each position sees the future.",
    question="Over which axis does each position's vector have mean 0?",
)
block.misconception(
    "does_not_centre",
    edits=both_norms("x / ((x**2).mean(-1, keepdim=True) + 1e-5).sqrt()"),
    message="The norms divide by the root mean square and do not subtract the mean: that is an RMSNorm.",
    question="What is the mean of a vector after a layer norm with weight 1 and bias 0?",
)
block.misconception(
    "exact_gelu",
    edit=(', approximate="tanh"', ""),
    message="This is the exact GELU, with the error function; the statement writes out the form with tanh.",
    question="At 1, the exact GELU is 0.84134. What is the form with tanh?",
)
block.misconception(
    "relu",
    edit=(HIDDEN, "hidden = F.relu(self.up(x))"),
    message="The MLP uses a ReLU where a GELU is asked for.",
    question="What does your activation make of −0.5?",
)
block.misconception(
    "nothing_between_the_layers",
    edit=(HIDDEN, "hidden = self.up(x)"),
    message="There is no activation between the two layers, so the MLP is one linear map.",
    question="What is the product of two matrices?",
)
block.misconception(
    "gelu_after_the_second_layer",
    edits=((HIDDEN, "hidden = self.up(x)"), ("self.down(hidden)", 'F.gelu(self.down(hidden), approximate="tanh")')),
    message="The GELU comes after the second layer instead of between the two.",
    question="Below which number can the result of your MLP never fall?",
)
block.another_form(
    "gelu_after_the_second_layer", edit=("self.down(hidden)", 'F.gelu(self.down(hidden), approximate="tanh")')
)
block.misconception(
    "too_narrow",
    edits=(
        ("nn.Linear(d_model, 4 * d_model)", "nn.Linear(d_model, 2 * d_model)"),
        ("nn.Linear(4 * d_model, d_model)", "nn.Linear(2 * d_model, d_model)"),
    ),
    message="The MLP is not four times as wide inside.",
    question="What is the shape of `up.weight`?",
)
block.misconception(
    "drops_in_evaluation",
    edit=("self.dropout, self.training)", "self.dropout)"),
    message="The MLP drops entries in evaluation too: F.dropout does not know whether the module is training.",
    question="What is the default of the third argument of F.dropout?",
)
block.misconception(
    "drops_hidden_entries",
    edit=(RESULT, "self.down(F.dropout(hidden, self.dropout, self.training))"),
    message="Dropout acts between the MLP's layers; it is to act on the MLP's result.",
    question="Can an entry of your MLP's result be exactly 0 in training?",
)
block.misconception(
    "parts_get_no_dropout",
    edits=(("n_head, dropout, explicit)\n", "n_head, 0.0, explicit)\n"), ("MLP(d_model, dropout)", "MLP(d_model)")),
    message="The rate of dropout is not handed on to the parts of the block.",
    question="Which of your block's two parts know its rate of dropout?",
)
block.another_form("parts_get_no_dropout", edit=("n_head, dropout, explicit)\n", "n_head, 0.0, explicit)\n"))
block.another_form("parts_get_no_dropout", edit=("MLP(d_model, dropout)", "MLP(d_model)"))
block.misconception(
    "drops_the_stream",
    edit=(THINK, "return F.dropout(x + self.mlp(self.mlp_norm(x)), self.mlp.dropout, self.training)"),
    message="Dropout acts on the stream itself: what earlier layers have written is lost with it.",
    question="With a rate of 0.1 and 12 such blocks, which share of the entries of the stream survives?",
)
block.misconception(
    "ignores_the_cache",
    edit=("self.attention(self.attention_norm(x), cache)", "self.attention(self.attention_norm(x))"),
    message="The cache is not handed on to the attention.",
    question="Which of the two parts looks at other positions, and so needs the past?",
)
