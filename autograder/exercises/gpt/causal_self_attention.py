"""Judgement of `gpt.causal_self_attention`: the causal mask, attention by hand and by torch's kernel, and the module.

Symbols: q (batch, heads, query_time, head_dim), k and v (batch, heads, key_time, head_dim); `past` is
key_time − query_time; x (batch, time, d_model). The oracles of `definitions` take one position at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, frequency, holds, identical
from autograder.submission import Remote, Submission

from .causal_self_attention_misconceptions import add_misconceptions
from .definitions import (
    SDPA,
    GrowingCache,
    Weights,
    attention,
    attention_weights,
    dropped_independently,
    gradient_of_each_parameter,
    random,
    same_again,
    self_attention,
    sorted_numbers,
)

causal_self_attention = Judgement(
    "gpt.causal_self_attention",
    hints=(
        "Begin with the mask, and test it by eye: `causal_mask(2, 5)` has two rows. Which keys does its last row see?",
        "`explicit_attention` is four lines: the mask, the scores with their square root, a softmax over the last axis "
        "of scores in which hidden ones are -inf, and `F.dropout(weights, dropout) @ v`.",
        "`is_causal=True` puts the first query beside the first key. That is right if there are as many queries as "
        "keys. With a past, give `F.scaled_dot_product_attention` your mask as `attn_mask` instead.",
        "In the module: `.view(batch, time, n_head, head_dim).transpose(1, 2)` makes heads of q, k and v; "
        "`.transpose(1, 2).reshape(batch, time, d_model)` puts them side by side again. The functions do not know "
        "`self.training`: hand them a rate of 0 in evaluation.",
    ),
)
FUNCTIONS = ("explicit_attention", "fused_attention")
PATHS = {"explicit": {"explicit": True}, "fused": {}}
TIMES = ((5, 5), (2, 6), (1, 4), (1, 1))
LONG = 3584
"""A matrix of scores of this length has 98 MiB in float64, and a submission gets 96."""


def heads(rng: np.random.Generator, query_time: int, key_time: int, head_dim: int = 3) -> list[Tensor]:
    return [random(rng, 2, 4, time, head_dim) for time in (query_time, key_time, key_time)]


def growth(q: Tensor, k: Tensor, v: Tensor) -> float:
    """The size of what is rounded: exp turns the absolute error of a score into a relative error of its weight."""
    largest = [float(part.double().norm(dim=-1).max()) for part in (q, k)]
    return (1.0 + largest[0] * largest[1] / q.shape[-1] ** 0.5) * float(v.double().abs().max())


def attends(s: Submission, name: str, where: str, *cases: Sequence[Tensor]) -> Iterator[Observation]:
    """One of the two functions beside the definition."""
    for got, (q, k, v) in zip(s.each(name, cases), cases, strict=True):
        yield holds(f"the dtype of {name} {where}", dtype(got) == q.dtype, f"{name} does not keep the dtype of q")
        yield close(f"{name} {where}", got, attention(q, k, v), magnitude=growth(q, k, v), precision=q.dtype)


def dtype(value: Any) -> torch.dtype | None:
    return value.dtype if isinstance(value, Tensor) else None


def built(s: Submission, weights: Weights, n_head: int, **options: Any) -> Remote:
    """A module of the submission with these weights, in double precision."""
    module = s.build("CausalSelfAttention", len(weights["q.bias"]), n_head, **options)
    module.tell("double")
    module.tell("load_weights", weights)
    return module


@causal_self_attention.check()
def masks_the_future(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """causal_mask lets a query see its own position and all before it, where the queries are the last positions."""
    sizes = [(1, 1), (5, 5), (2, 6), (1, 4), (3, 4)]
    for (query_time, key_time), got in zip(sizes, s.each("causal_mask", sizes), strict=True):
        rows = [[j <= key_time - query_time + i for j in range(key_time)] for i in range(query_time)]
        yield identical(f"causal_mask({query_time}, {key_time})", got, torch.tensor(rows))


@causal_self_attention.check(weight=2)
def attends_by_the_formula(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """explicit_attention agrees with the definition, and an explicit module too, without torch's own attention."""
    with s.without(*SDPA):
        for times in TIMES:
            yield from attends(s, FUNCTIONS[0], f"of {times[0]} queries and {times[1]} keys", heads(rng, *times))
        q, k, v = heads(rng, 5, 5)
        longer = (10_000.0 * q.shape[-1] ** 0.5 / float((q @ k.mT).abs().max())) ** 0.5  # the largest score is 10,000
        yield from attends(s, FUNCTIONS[0], "of large scores", [longer * q, longer * k, v])
        lowest = torch.full_like(q, (10_000.0 / q.shape[-1] ** 0.5) ** 0.5)
        yield from attends(s, FUNCTIONS[0], "where every score is -10,000", [lowest, -lowest, v])
        weights, x = attention_weights(rng, 6), random(rng, 2, 4, 6)
        got, expected = built(s, weights, 2, explicit=True)(x), self_attention(x, weights, 2)
        yield close("the output of an explicit module", got, expected, roundings=64, magnitude=10.0)


@causal_self_attention.check()
def attends_by_the_kernel(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """fused_attention agrees with the definition, with and without a past."""
    for times in TIMES:
        yield from attends(s, FUNCTIONS[1], f"of {times[0]} queries and {times[1]} keys", heads(rng, *times))


@causal_self_attention.check()
def holds_no_matrix_of_scores(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """fused_attention, and the module unless it is explicit, fit 3584 positions into 96 MiB."""
    q, k, v = (random(rng, 1, 1, LONG, 2) for _ in range(3))
    got = s.call(FUNCTIONS[1], q, k, v)
    expected = attention(q[:, :, -3:], k, v)
    yield close("the last of 3584 outputs", got[:, :, -3:], expected, roundings=LONG, magnitude=growth(q, k, v))
    weights, x = attention_weights(rng, 2), random(rng, 1, LONG, 2)
    got, expected = built(s, weights, 1)(x)[:, :5], self_attention(x[:, :5], weights, 1)
    yield close("the first of 3584 outputs of the module", got, expected, roundings=64, magnitude=10.0)


@causal_self_attention.check()
def both_have_the_same_gradients(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradients of q, k and v agree with those of the definition, by either function."""
    for times in ((4, 4), (2, 5)):
        leaves = [part.requires_grad_() for part in heads(rng, *times)]
        cotangent = random(rng, *leaves[0].shape)
        expected = torch.autograd.grad(attention(*leaves), leaves, cotangent)
        for name in FUNCTIONS:
            _, gradients = s.vjp(name, *leaves, wrt=[0, 1, 2], cotangent=cotangent)
            for part, gradient, right in zip("qkv", gradients, expected, strict=True):
                yield close(f"the gradient of {part} by {name}", gradient, right, roundings=64, magnitude=10.0)


@causal_self_attention.check(weight=3)
def the_module_agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Under given weights the module agrees with the definition, for any batch, time and number of heads."""
    for n_head, head_dim in ((2, 4), (3, 1), (1, 5)):
        weights = attention_weights(rng, n_head * head_dim)
        inputs = [random(rng, batch, time, n_head * head_dim) for batch, time in ((2, 5), (3, 1))]
        expected = [self_attention(x, weights, n_head) for x in inputs]
        for path, options in PATHS.items():
            outputs = built(s, weights, n_head, **options).each(inputs)
            for got, right in zip(outputs, expected, strict=True):
                yield close(f"the {path} output with {n_head} heads", got, right, roundings=64, magnitude=10.0)


@causal_self_attention.check()
def nothing_flows_from_the_future(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The output at t has a gradient to the inputs up to t of its own sequence, and to no others."""
    weights, x = attention_weights(rng, 6), random(rng, 2, 5, 6)
    for path, options in PATHS.items():
        module = built(s, weights, 2, **options)
        for t in (0, 2):
            cotangent = torch.zeros(2, 5, 6, dtype=torch.float64)
            cotangent[1, t] = random(rng, 6)
            _, (gradient,) = module.vjp("", x, wrt=[0], cotangent=cotangent)
            reached = torch.zeros(2, 5, dtype=torch.bool)
            reached[1, : t + 1] = True
            # A wrong program may reach nothing, or return another shape: then the comparison says so.
            size = torch.zeros(2, 5) if gradient is None else gradient.abs().sum(dim=2)
            yield identical(f"what the {path} output at position {t} depends on", size > 0, reached)


@causal_self_attention.check()
def trains_every_weight(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradients of x and of all weights are right, and the parameters hold just these weights."""
    weights, x, cotangent = attention_weights(rng, 6), random(rng, 2, 5, 6), random(rng, 2, 5, 6)
    leaves = [leaf.clone().requires_grad_() for leaf in (x, *weights.values())]
    output = self_attention(leaves[0], dict(zip(weights, leaves[1:], strict=True)), 2)
    expected = torch.autograd.grad(output, leaves, cotangent)
    for path, options in PATHS.items():
        module = built(s, weights, 2, **options)
        _, (gradient,) = module.vjp("", x, wrt=[0], cotangent=cotangent)
        yield close(f"the gradient of x on the {path} path", gradient, expected[0], roundings=64, magnitude=10.0)
        module.build("", x).tell("backward", cotangent)
        gradients = gradient_of_each_parameter(module)
        trained = all(gradient is not None for gradient in gradients)
        yield holds(f"the parameters of the {path} path", trained, "a parameter of the module gets no gradient")
        numbers = sorted_numbers([gradient for gradient in gradients if gradient is not None])
        right = sorted_numbers(expected[1:])
        yield close(f"the gradients of all weights on the {path} path", numbers, right, roundings=64, magnitude=30.0)


@causal_self_attention.check()
def works_in_any_precision_and_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float32 and bfloat16 work and are kept, whatever the memory layout, and inputs and weights are not changed."""
    for kind in (torch.float32, torch.bfloat16):
        q, k, v = (part.to(kind) for part in heads(rng, 3, 5))
        for name in FUNCTIONS:
            yield from attends(s, name, f"in {kind}", [q, k, v])
    q, k, v = (part.transpose(2, 3).contiguous().transpose(2, 3)[..., ::2] for part in heads(rng, 3, 5, head_dim=6))
    held = [s.hold(part) for part in (q, k, v)]
    for name in FUNCTIONS:
        yield close(f"{name} of strided heads", s.call(name, *held), attention(q, k, v), magnitude=growth(q, k, v))
    for part, remote, before in zip("qkv", held, (q, k, v), strict=True):
        yield identical(part, remote.fetch(), before, f"the input {part} was changed")
    for kind, convert in ((torch.float32, "float"), (torch.bfloat16, "bfloat16")):
        weights, x = attention_weights(rng, 6), random(rng, 2, 5, 6).to(kind)
        weights = {name: value.to(kind) for name, value in weights.items()}
        for path, options in PATHS.items():
            module = s.build("CausalSelfAttention", 6, 2, **options)
            module.tell(convert)
            module.tell("load_weights", weights)
            got = module(x)
            yield holds(f"the dtype on the {path} path", dtype(got) == kind, f"the output of a {kind} module is not")
            expected = self_attention(x, weights, 2)
            yield close(f"the {path} output in {kind}", got, expected, magnitude=10.0, precision=kind)


@causal_self_attention.check()
def copies_its_weights(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """load_weights copies what it is given, as often as it is called; x may be strided, and is not changed."""
    first, second = attention_weights(rng, 6), attention_weights(rng, 6)
    x = random(rng, 5, 2, 12).transpose(0, 1)[..., ::2]
    held, there = s.hold(x), {name: s.hold(value) for name, value in second.items()}
    module = built(s, first, 2)
    module.tell("load_weights", there)
    for when in ("after weights were loaded again", "after the tensors that were loaded have changed"):
        yield close(f"the output {when}", module(held), self_attention(x, second, 2), roundings=64, magnitude=10.0)
        for name, value in second.items():
            there[name].assign(value + 1.0)
    yield identical("x", held.fetch(), x, "the input x was changed")


@causal_self_attention.check()
def drops_weights_by_either_function(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each weight is dropped on its own with probability `dropout`, the rest divided by 1 − dropout."""
    q = torch.zeros(150, 2, 4, 4, dtype=torch.float64)  # every visible key has the same score
    v = torch.eye(4, dtype=torch.float64).expand(q.shape)  # and the output is the weights
    shares = np.tril(np.ones((4, 4))) / np.arange(1, 5)[:, None]
    rate = float(rng.uniform(0.25, 0.45))
    for name in FUNCTIONS:
        weights = np.stack(s.each(name, [(q, q, v, rate)] * 2))  # (call, batch, head, query, key)
        kept = weights != 0
        yield close(f"the weights that {name} keeps", weights, kept * shares / (1.0 - rate))
        yield from dropped_independently(f"the weights of {name}", kept[..., shares > 0], rate)
        yield from dropped_independently(f"one query's weights of {name}", kept[..., -1, :], rate)


@causal_self_attention.check()
def drops_in_training_only(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """In training, attention weights and the entries of the result are dropped; in evaluation nothing is."""
    weights, rate = attention_weights(rng, 16), float(rng.uniform(0.25, 0.45))
    plain = {name: torch.zeros_like(value) for name, value in weights.items()}
    plain |= {
        "v.bias": torch.ones(16).double(),
        "out.weight": torch.eye(16).double(),
        "out.bias": torch.ones(16).double(),
    }
    keep = 1.0 - rate
    x, one = random(rng, 2, 5, 16), torch.zeros(400, 1, 16, dtype=torch.float64)
    for path, options in PATHS.items():
        module = built(s, plain, 2, dropout=rate, **options)
        # One position: a head's only weight is 0 or 1/keep, so the head gives 0 or 1/keep, and the bias adds 1.
        result = np.asarray(module(one)).reshape(800, 8)
        kept = result != 0
        alive = (result > 1.5 / keep).any(axis=1)
        right = kept * np.where(alive, 1.0 / keep + 1.0, 1.0)[:, None] / keep
        name, values = f"the different values of the {path} result in training", np.unique(result.round(6))
        yield close(name, values, np.array([0.0, 1.0 / keep, (1.0 / keep + 1.0) / keep]), magnitude=1e6)
        yield close(f"the {path} result in training", result, right)
        yield from dropped_independently(f"the {path} result", kept, rate)
        known = kept.any(axis=1)
        name = f"the share of weights dropped on the {path} path"
        yield frequency(name, int((known & ~alive).sum()), int(known.sum()), rate)
        module.tell("load_weights", weights)
        module.tell("eval")
        first, second = module.each([x, x])
        yield same_again(f"the {path} path", first, second)
        expected = self_attention(x, weights, 2)
        yield close(f"the {path} output in evaluation", first, expected, roundings=64, magnitude=10.0)


@causal_self_attention.check()
def continues_from_a_cache(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With a cache, a sequence given in pieces has the outputs that it has as a whole."""
    for path, options in PATHS.items():
        weights, x = attention_weights(rng, 6), random(rng, 2, 7, 6)
        module, cache = built(s, weights, 2, **options), GrowingCache(2, 2, 3)
        lent = s.lend(cache, "extended")
        expected = self_attention(x, weights, 2)
        for start, end in ((0, 3), (3, 4), (4, 6), (6, 7)):
            name = f"the {path} output at positions {start} to {end - 1}"
            yield close(name, module(x[:, start:end], lent), expected[:, start:end], roundings=64, magnitude=10.0)


add_misconceptions(causal_self_attention)
