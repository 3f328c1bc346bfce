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
from autograder.exercises.dropout.law import anew, rate_is, unshared
from autograder.observation import Observation, close, frequency, holds, identical
from autograder.submission import Remote, Submission

from .definitions import (
    SDPA,
    GrowingCache,
    Weights,
    attention,
    attention_weights,
    gradient_of_each_parameter,
    random,
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
LONG = 3072
"""A matrix of scores of this length has 72 MiB in float64, and a submission gets 64."""


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
    """explicit_attention agrees with the definition, with and without a past, without torch's own attention."""
    with s.without(*SDPA):
        for times in TIMES:
            yield from attends(s, FUNCTIONS[0], f"of {times[0]} queries and {times[1]} keys", heads(rng, *times))
        q, k, v = heads(rng, 5, 5)
        yield from attends(s, FUNCTIONS[0], "of large scores", [100.0 * q, 100.0 * k, v])


@causal_self_attention.check()
def attends_by_the_kernel(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """fused_attention agrees with the definition, with and without a past."""
    for times in TIMES:
        yield from attends(s, FUNCTIONS[1], f"of {times[0]} queries and {times[1]} keys", heads(rng, *times))


@causal_self_attention.check()
def holds_no_matrix_of_scores(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """fused_attention, and the module unless it is explicit, fit 3072 positions into 64 MiB."""
    q, k, v = (random(rng, 1, 1, LONG, 2) for _ in range(3))
    got = s.call(FUNCTIONS[1], q, k, v)
    expected = attention(q[:, :, -3:], k, v)
    yield close("the last of 3072 outputs", got[:, :, -3:], expected, roundings=LONG, magnitude=growth(q, k, v))
    weights, x = attention_weights(rng, 2), random(rng, 1, LONG, 2)
    got, expected = built(s, weights, 1)(x)[:, :5], self_attention(x[:, :5], weights, 1)
    yield close("the first of 3072 outputs of the module", got, expected, roundings=64, magnitude=10.0)


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
    q = torch.zeros(60, 3, 4, 4, dtype=torch.float64)  # every visible key has the same score
    v = torch.eye(4, dtype=torch.float64).expand(60, 3, 4, 4)  # and the output is the weights
    shares = np.tril(np.ones((4, 4))) / np.arange(1, 5)[:, None]
    rate = float(rng.uniform(0.15, 0.4))
    for name in FUNCTIONS:
        draws = []
        for got in s.each(name, [(q, q, v, rate)] * 2):
            weights = np.asarray(got)
            kept = weights != 0
            yield close(f"the weights that {name} keeps", weights, kept * shares / (1.0 - rate))
            draws.append(~kept[..., shares > 0])
            yield from unshared(draws[-1])
            yield rate_is(f"by {name}", draws[-1], rate)
        yield from anew(draws, rate, f"calls of {name}")


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
        yield close(f"the {path} result in training", result, right)
        yield rate_is(f"of the {path} result", ~kept, rate)
        known = kept.any(axis=1)
        name = f"the share of weights dropped on the {path} path"
        yield frequency(name, int((known & ~alive).sum()), int(known.sum()), rate)
        module.tell("load_weights", weights)
        module.tell("eval")
        for got in module.each([x, x]):
            expected = self_attention(x, weights, 2)
            yield close(f"the {path} output in evaluation", got, expected, roundings=64, magnitude=10.0)


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


SOFTMAX = "scores.masked_fill(~visible, -math.inf).softmax(dim=-1)"
ROOT = " / math.sqrt(q.shape[-1])"
TRIL = ".tril(key_time - query_time)"
HEADS = "self.qkv(x).view(batch, time, 3, self.n_head, -1).permute(2, 0, 3, 1, 4)"
MERGE = "heads.transpose(1, 2).reshape(batch, time, d_model)"
LOAD = 'weights[f"{name}.{part}"] for name'
SPLIT = "(part.{} for part in self.qkv(x).split(d_model, dim=2))"
misconception, another_form = causal_self_attention.misconception, causal_self_attention.another_form

misconception(
    "no_scaling",
    edit=(ROOT, ""),
    message="explicit_attention does not divide the scores by the square root of the width of a head.",
    question="How does the variance of a dot product of two random vectors grow with their length?",
)
misconception(
    "no_square_root",
    edit=(ROOT, " / q.shape[-1]"),
    message="explicit_attention divides the scores by the width of a head instead of its square root.",
    question="Which power of the width brings the standard deviation of a dot product back to one?",
)
misconception(
    "scales_by_model_width",
    edit=(ROOT, " / math.sqrt(q.shape[1] * q.shape[-1])"),
    message="The scores are scaled by the width of the model; the dot product runs over the width of one head.",
    question="Over how many terms does the dot product of a query and a key of one head sum?",
)
misconception(
    "softmax_over_queries",
    edit=("softmax(dim=-1)", "softmax(dim=-2)"),
    message="The softmax runs over the queries: columns of the weights sum to one instead of rows.",
    question="For one query, which numbers should be a probability distribution?",
)
misconception(
    "no_causal_mask",
    edit=(SOFTMAX, "scores.softmax(dim=-1)"),
    message="There is no causal mask: every position sees the whole sequence, its own future included.",
    question="What could a model that is trained to predict the next token simply copy?",
)
another_form("no_causal_mask", edit=("is_causal=True", "is_causal=False"))
another_form("no_causal_mask", edits=((SOFTMAX, "scores.softmax(dim=-1)"), ("is_causal=True", "is_causal=False")))
misconception(
    "mask_hides_itself",
    edit=(TRIL, ".tril(key_time - query_time - 1)"),
    message="causal_mask hides a query's own position; only what comes after it is the future.",
    question="What is left for the first position to attend to?",
)
misconception(
    "mask_reversed",
    edit=(TRIL, ".triu(key_time - query_time)"),
    message="causal_mask is the wrong way round: it shows the future and hides the past.",
    question="How many keys should the last query see?",
)
misconception(
    "mask_forgets_the_past",
    edit=(TRIL, ".tril()"),
    message="causal_mask lines up the first query with the first key; with a past, the queries are the last positions.",
    question="Ten keys and one query, the newest position: which keys may it see?",
)
misconception(
    "is_causal_with_a_past",
    edit=("if q.shape[2] == k.shape[2]:", "if True:"),
    message="With a past, `is_causal=True` lines up the first query with the first key, so one query sees one key.",
    question="What does is_causal mean to torch if there are fewer queries than keys?",
)
misconception(
    "mask_inverted",
    edit=("~visible", "visible"),
    message="The mask is used the wrong way: True means that a query may attend, so what is *not* True is hidden.",
    question="Which entries does masked_fill overwrite, those that are True or those that are False?",
)
another_form("mask_inverted", edit=("attn_mask=visible", "attn_mask=~visible"))
misconception(
    "mask_after_softmax",
    edit=(SOFTMAX, "scores.softmax(dim=-1).masked_fill(~visible, 0.0)"),
    message="The mask is applied after the softmax: rows no longer sum to one, since hidden keys took their share.",
    question="What do the weights of the first position sum to?",
)
misconception(
    "hidden_scores_set_to_zero",
    edit=("-math.inf", "0.0"),
    message="Hidden scores are set to 0, and exp(0) is 1: hidden keys still get weight.",
    question="Which score does the softmax turn into a weight of 0?",
)
misconception(
    "hidden_scores_set_to_a_low_number",
    edit=("-math.inf", "-1e3"),
    message="Hidden scores are set to a low number, which is not lower than every visible one.",
    question="What happens where all visible scores are below that number?",
)
misconception(
    "heads_without_transpose",
    edits=((HEADS, SPLIT.format("reshape(batch, self.n_head, time, -1)")), (MERGE, "heads.reshape(x.shape)")),
    message="Heads are made by a reshape alone: each holds a stretch of positions instead of some columns of all.",
    question="What is ∂out[T − 1]/∂x[0] in your module, and what should it be?",
)
another_form("heads_without_transpose", edit=(HEADS, SPLIT.format("reshape(batch, self.n_head, time, -1)")))
misconception(
    "merged_without_transpose",
    edit=(MERGE, "heads.reshape(batch, time, d_model)"),
    message="The heads are merged by a reshape alone, so an output row holds one head at many positions.",
    question="Which two axes must be neighbours before a reshape can put the heads of one position side by side?",
)
misconception(
    "heads_interleaved",
    edit=(HEADS, HEADS.replace("self.n_head, -1", "-1, self.n_head").replace("0, 3, 1, 4", "0, 4, 1, 3")),
    message="Heads take every n_head-th column instead of head_dim consecutive ones.",
    question="In `view(batch, time, a, b)`, which of a and b counts neighbours?",
)
another_form(
    "heads_interleaved",
    edits=(
        (HEADS, HEADS.replace("self.n_head, -1", "-1, self.n_head").replace("0, 3, 1, 4", "0, 4, 1, 3")),
        (MERGE, "heads.permute(0, 2, 3, 1).reshape(batch, time, d_model)"),
    ),
)
misconception(
    "splits_heads_before_qkv",
    edit=(HEADS, HEADS.replace("3, self.n_head", "self.n_head, 3").replace("2, 0, 3, 1, 4", "3, 0, 2, 1, 4")),
    message="One product gives all queries, then all keys, then all values, but each head is cut out of it first.",
    question="Which of its 3 · d_model columns are the queries, in the order in which the weights were loaded?",
)
misconception(
    "queries_and_keys_swapped",
    edit=("q, k, v = self", "k, q, v = self"),
    message="Queries and keys have changed places: the scores are transposed.",
    question="Which of the two asks, and which is found?",
)
misconception(
    "no_output_projection",
    edit=("self.out(side_by_side)", "side_by_side"),
    message="The output projection is missing: the heads are put side by side and never mixed.",
    question="What do `out.weight` and `out.bias` do in your module?",
)
misconception(
    "no_bias",
    edits=(("3 * d_model)", "3 * d_model, bias=False)"), ('("weight", "bias")', '("weight",)')),
    message="The biases of the projections are left out.",
    question="What are the queries of an x that is 0 everywhere?",
)
another_form("no_bias", edit=("self.out(side_by_side)", "F.linear(side_by_side, self.out.weight)"))
another_form("no_bias", edit=("self.qkv(x)", "F.linear(x, self.qkv.weight)"))
another_form(
    "no_bias",
    edits=(
        ("self.qkv(x)", "F.linear(x, self.qkv.weight)"),
        ("self.out(side_by_side)", "F.linear(side_by_side, self.out.weight)"),
    ),
)
misconception(
    "weights_transposed",
    edits=((LOAD, LOAD.replace("]", "].t()")), ('weights[f"out.{part}"]', 'weights[f"out.{part}"].t()')),
    message="The matrices are used transposed: each is (outputs, inputs), so that y = x Wᵀ + b.",
    question="Along which axis of a weight does the entry of one output run?",
)
misconception(
    "keeps_the_given_tensors",
    edit=(
        'getattr(self.out, part).copy_(weights[f"out.{part}"])',
        'getattr(self.out, part).data = weights[f"out.{part}"]',
    ),
    message="load_weights keeps the very tensors it is given, so that whoever changes them changes the module.",
    question="Two modules are loaded from the same tensors. What happens to one when the other is trained?",
)
misconception(
    "attends_over_the_batch",
    edits=(
        ("= x.shape\n        # (", "= x.transpose(0, 1).shape\n        # ("),
        (HEADS, HEADS.replace("(x).view", "(x.transpose(0, 1)).reshape")),
        (MERGE, f"{MERGE}.transpose(0, 1)"),
    ),
    message="Attention runs along the axis of the batch: sequences see each other, and positions do not.",
    question="Which axis of x is the time?",
)
misconception(
    "drops_in_evaluation",
    edit=("self.dropout if self.training else 0.0", "self.dropout"),
    message="Attention weights are dropped in evaluation too: the functions do not know `self.training`.",
    question="What does `dropout_p` of F.scaled_dot_product_attention do after `eval()`?",
)
another_form("drops_in_evaluation", edit=("self.dropout, self.training)", "self.dropout)"))
another_form(
    "drops_in_evaluation",
    edits=(
        ("self.dropout if self.training else 0.0", "self.dropout"),
        ("self.dropout, self.training)", "self.dropout)"),
    ),
)
misconception(
    "no_dropout_of_weights",
    edit=("self.dropout if self.training else 0.0", "0.0"),
    message="In training, the module drops entries of its result but no attention weights.",
    question="In training, with one position and one head, how often should the head give 0?",
)
another_form("no_dropout_of_weights", edit=("return F.dropout(weights, dropout) @ v", "return weights @ v"))
misconception(
    "no_dropout_of_the_result",
    edit=("F.dropout(self.out(side_by_side), self.dropout, self.training)", "self.out(side_by_side)"),
    message="In training, the module drops attention weights but no entries of its result.",
    question="Which share of the entries of the result should be exactly 0 in training?",
)
misconception(
    "drops_before_the_projection",
    edit=(
        "F.dropout(self.out(side_by_side), self.dropout, self.training)",
        "self.out(F.dropout(side_by_side, self.dropout, self.training))",
    ),
    message="Dropout acts on the heads before the output projection, not on the result after it.",
    question="Can an entry of your result be exactly 0 in training?",
)
misconception(
    "ignores_the_cache",
    edit=("if cache is not None:", "if False:"),
    message="The cache is not used: the new positions see only each other.",
    question="Where do the keys of the positions before x come from?",
)
misconception(
    "calls_the_kernel_by_hand",
    edit=("return F.dropout(weights, dropout) @ v", "return fused_attention(q, k, v, dropout)"),
    message="explicit_attention calls torch's kernel, or what calls it; it is to take the steps itself.",
    question="Which of the three steps (scores, softmax, weighted sum) can you look at while it runs?",
)
