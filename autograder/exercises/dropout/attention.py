"""Judgement of `dropout.attention`: inverted dropout on attention weights, and what it does to the sums of their rows.

Symbols: `weights` (..., query_time, key_time), rows sum to 1; y = mask · weights / keep; the sum of a row of y has mean
1 and variance (p/keep) · Σⱼ wⱼ².
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.submission import Submission

from .law import (
    SHAPES,
    Draw,
    anew,
    counts_vary,
    independent,
    nothing_changes,
    one_scale,
    rate_is,
    same_shape,
    some_rates,
    unshared,
)

attention = Judgement(
    "dropout.attention",
    hints=(
        "Each weight is dropped by a coin of its own. How many coins does an array (batch, heads, time, time) need?",
        "Do not normalise again: a row whose largest weight was dropped is meant to sum to less than 1.",
        "The sum of a row is Σ w·mask/keep with independent masks. What is the variance of one mask, and of one term?",
        "Variances of independent terms add up to (p/keep)·Σ w², along the key axis. The deviation is its square root.",
    ),
)


def softmax_rows(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Attention weights of that shape: positive rows that sum to 1, some nearly uniform and some sharp."""
    scores = rng.uniform(0.3, 2.0) * rng.standard_normal(shape)
    weights = np.exp(scores)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def drops(s: Submission) -> Draw:
    """Which weights are dropped, at rate 0.5, of rows in which a small |x| has a small weight."""

    def draw(inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        rows = [np.sqrt(np.abs(x)) for x in inputs]
        outputs = s.each("attention_dropout", [(row / row.sum(axis=-1, keepdims=True), 0.5) for row in rows])
        return [np.asarray(y == 0) for y in outputs]

    return draw


@attention.check(weight=4)
def scales_survivors(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Surviving weights are divided by keep, whatever became of the rest of their row."""
    for where, rate in some_rates(rng):
        inputs = [softmax_rows(rng, 2, 3, 6, 8) for _ in range(3)]
        runs = list(zip(inputs, s.each("attention_dropout", [(w, rate) for w in inputs]), strict=True))
        sums = np.concatenate([np.sum(y, axis=-1)[np.any(y != 0, axis=-1)] for _, y in runs])
        renormalised = sums.size > 0 and bool(np.all(np.abs(sums - 1.0) < 1e-6))
        yield holds(
            f"the sums of the rows at {where}", not renormalised, "the rows are normalised again after the dropout"
        )
        yield from one_scale(f"at {where}", runs, 1.0 / (1.0 - rate))


@attention.check()
def drops_at_the_rate(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A weight is dropped with probability dropout_rate."""
    for where, rate in some_rates(rng):
        weights = softmax_rows(rng, 2, 4, 40, 30)
        dropped = s.call("attention_dropout", weights, rate) == 0
        yield from unshared(dropped)
        yield rate_is(f"at {where}", dropped, rate)


@attention.check(weight=2)
def drops_each_weight_independently(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Every weight of every query, head and example is dropped independently of the others."""
    yield from independent(drops(s), rng, 0.5, *SHAPES[1:])
    yield from counts_vary(drops(s), rng, 0.5)


@attention.check()
def draws_a_new_mask_for_each_call(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each call draws a new mask."""
    weights = softmax_rows(rng, 2, 10, 20)
    masks = [y == 0 for y in s.each("attention_dropout", [(weights, 0.5)] * 12)]
    yield from unshared(masks[0])
    yield from anew(masks, 0.5)


@attention.check()
def changes_nothing_at_rate_zero(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At rate 0 the weights stay as they are, and the sums do not vary."""
    for shape in ((2, 3, 40, 50), (6, 7), (1, 1)):
        weights = softmax_rows(rng, *shape)
        yield from nothing_changes("at rate 0", weights, s.call("attention_dropout", weights, 0.0))
        yield close("the deviation at rate 0", s.call("row_sum_std", weights, 0.0), np.zeros(shape[:-1]))


@attention.check(weight=3)
def knows_the_deviation_of_row_sums(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """row_sum_std is the exact standard deviation of each row's sum, by enumeration of all masks of a row.

    The rows do not sum to one here: they need not.
    """
    for shape in ((2, 3, 4, 6), (5, 7), (1, 4)):
        weights, rate = softmax_rows(rng, *shape), float(rng.uniform(0.1, 0.45))
        weights *= rng.uniform(0.5, 2.0, size=(*shape[:-1], 1))
        masks = (np.arange(1 << shape[-1])[:, None] >> np.arange(shape[-1])) & 1  # (2^key_time, key_time)
        chances = np.prod(np.where(masks == 1, 1.0 - rate, rate), axis=-1)
        sums = weights @ masks.T / (1.0 - rate)  # (..., query_time, 2^key_time)
        expected = np.sqrt((sums - weights.sum(axis=-1, keepdims=True)) ** 2 @ chances)
        yield close("the deviation of the row sums", s.call("row_sum_std", weights, rate), expected)


@attention.check()
def knows_special_rows(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Uniform rows give √(p/(keep·T)), a row with one weight √(p/keep), and masked keys count for nothing."""
    rate, time = float(rng.uniform(0.1, 0.45)), int(rng.integers(3, 9))
    counts = np.arange(1, time + 1)
    causal = np.tril(np.ones((time, time))) / counts[:, None]
    expected = np.sqrt(rate / ((1.0 - rate) * counts))
    yield close("the deviation of causal uniform rows", s.call("row_sum_std", causal, rate), expected)
    large = np.full((3, 400), 1.0 / 400)
    yield close(
        "the deviation of long rows", s.call("row_sum_std", large, 0.2), np.full(3, np.sqrt(0.25 / 400)), roundings=64
    )


@attention.check()
def keeps_shape_and_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The weights after dropout have the shape and dtype of those before, whatever their memory layout."""
    inputs = [softmax_rows(rng, 2, 3, 4).astype(dtype) for dtype in (np.float64, np.float32, np.float16)]
    inputs += [softmax_rows(rng, 5, 6), np.asfortranarray(softmax_rows(rng, 5, 6)), softmax_rows(rng, 5, 12)[:, ::2]]
    for x in inputs:
        yield same_type(f"the output for {x.dtype} of shape {x.shape}", s.call("attention_dropout", x, 0.3), x)


@attention.check()
def returns_a_new_array(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The weights are not changed, and the output shares no memory with them."""
    for rate in (0.5, 0.0):
        weights = softmax_rows(rng, 5, 6)
        held = s.hold(weights)
        y = s.build("attention_dropout", held, rate)
        s.call("row_sum_std", held, rate)
        before = y.fetch()
        unchanged = np.array_equal(held.fetch(), weights)
        yield holds(f"the weights at rate {rate}", unchanged, "a function changes the weights it is given")
        held.assign(softmax_rows(rng, 5, 6))
        apart = np.array_equal(y.fetch(), before, equal_nan=True)
        yield holds(f"the output at rate {rate}", apart, "the output changes when the weights are overwritten")


@attention.check()
def leaves_hidden_keys_hidden(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A weight of 0, as a causal mask leaves it, stays exactly 0, and the shape stays."""
    weights = np.tril(softmax_rows(rng, 2, 9, 9))
    y = s.call("attention_dropout", weights, 0.3)
    yield same_shape(weights, y)
    yield holds("the hidden weights", not np.triu(y, 1).any(), "weights above the diagonal are no longer 0")


MASK = "mask = np.random.random(weights.shape) < keep"
STD = "np.sqrt(dropout_rate / keep * np.sum(weights**2, axis=-1))"
KEEP_TWICE = "    keep = 1.0 - dropout_rate\n    mask"

attention.misconception(
    "renormalises_the_rows",
    edit=(
        "return weights * mask / keep",
        "total = np.sum(weights * mask, axis=-1, keepdims=True)\n"
        "    return weights * mask / np.where(total > 0.0, total, 1.0)",
    ),
    message="The rows are normalised again, as if dropped before the softmax: a weight's scale depends on the others.",
    question="A row (0.5, 0.3, 0.2) loses its first weight. What should the second one be, at rate 0.5?",
)
attention.misconception(
    "no_scale",
    edit=("weights * mask / keep", "weights * mask"),
    message="Surviving weights keep their value, so the rows sum to less than 1 on average.",
    question="What is the expected sum of a row after the dropout?",
)
attention.misconception(
    "square_root_scale",
    edit=("weights * mask / keep", "weights * mask / keep**0.5"),
    message="Surviving weights are divided by √keep; the expected sum of a row is to be 1.",
    question="Is it the mean or the second moment of a weight that makes a row sum to 1?",
)
attention.misconception(
    "rate_read_as_keep",
    edits=(
        (KEEP_TWICE, KEEP_TWICE.replace("1.0 - dropout_rate", "dropout_rate")),
        (
            f"    keep = 1.0 - dropout_rate\n    return np.asarray({STD})",
            f"    keep, dropout_rate = dropout_rate, 1.0 - dropout_rate\n    return np.asarray({STD})",
        ),
    ),
    message="dropout_rate is read as the probability of keeping a weight.",
    question="What share of the weights is 0 at dropout_rate = 0.1?",
)
attention.misconception(
    "drops_whole_keys",
    edit=(MASK, MASK.replace("weights.shape", "weights.shape[:-2] + (1, weights.shape[-1])")),
    message="A key is dropped for all queries at once; each weight is to be dropped by itself.",
    question="How many independent coins does a (query_time, key_time) matrix need?",
)
attention.misconception(
    "drops_whole_queries",
    edit=(MASK, MASK.replace("weights.shape", "weights.shape[:-1] + (1,)")),
    message="All weights of a query are dropped together.",
    question="What does a query attend to when its whole row is dropped?",
)
attention.misconception(
    "one_mask_for_all_heads",
    edit=(MASK, MASK.replace("weights.shape", "weights.shape[-2:]")),
    message="One (query_time, key_time) mask is drawn and shared by all heads and examples.",
    question="How many independent coins does an array (batch, heads, query_time, key_time) need?",
)
attention.misconception(
    "one_mask_for_all_calls",
    edit=(
        MASK,
        f"mask = vars(attention_dropout).setdefault((weights.shape, dropout_rate), {MASK.removeprefix('mask = ')})",
    ),
    message="The mask is drawn once for a shape and used at every later call.",
    question="Which weights would never be trained if the mask stayed the same?",
)
attention.misconception(
    "drops_an_exact_share",
    edit=(MASK, "mask = np.random.permutation(weights.size).reshape(weights.shape) < round(keep * weights.size)"),
    message="Exactly the share dropout_rate of the weights is dropped, so they are not dropped independently.",
    question="Toss ten fair coins again and again: do you always get five heads?",
)
attention.another_form(
    "drops_an_exact_share",
    edit=(
        MASK,
        "ranks = np.argsort(np.random.random(weights.shape), axis=-1)\n"
        "    mask = ranks < weights.shape[-1] - round(dropout_rate * weights.shape[-1])",
    ),
)
attention.misconception(
    "seeds_every_call",
    edit=(MASK, f"np.random.seed(0)\n    {MASK}"),
    message="The generator is seeded inside the function, so every call draws the same mask.",
    question="Where does a generator stand right after it has been seeded with the same number?",
)
attention.misconception(
    "variance_for_deviation",
    edit=(STD, STD.removeprefix("np.sqrt")),
    message="row_sum_std returns the variance: the square root is missing.",
    question="What is the unit of a standard deviation of a sum of weights?",
)
attention.misconception(
    "assumes_uniform_rows",
    edit=("np.sum(weights**2, axis=-1)", "(np.ones(weights.shape[:-1]) / weights.shape[-1])"),
    message="The deviation √(p/(keep·T)) is that of uniform rows only; sharper rows vary more.",
    question="Which row's sum varies more: four weights of ¼, or a single weight of 1?",
)
attention.misconception(
    "variance_of_the_mask_alone",
    edit=("dropout_rate / keep * np", "dropout_rate * keep * np"),
    message="The deviation is that of Σ w·mask: the division by keep is missing from it.",
    question="What is Var(mask/keep), if Var(mask) = keep·p?",
)
attention.misconception(
    "works_in_place",
    edit=("return weights * mask / keep", "weights *= mask\n    weights /= keep\n    return weights"),
    message="The function works in place: the caller's weights are changed.",
    question="Who else may still need the weights as they were?",
)
attention.misconception(
    "returns_its_input_at_rate_zero",
    edit=(KEEP_TWICE, f"    if dropout_rate == 0.0:\n        return weights\n{KEEP_TWICE}"),
    message="At rate 0 the function returns the very array it was given, not a new one.",
    question="What happens to the output when the caller later overwrites the input?",
)
attention.misconception(
    "upcasts",
    edit=("return weights * mask / keep", "return weights * (mask / keep)"),
    message="The weights after dropout are float64 whatever the dtype of those before.",
    question="Which dtype has a boolean array divided by a float, and its product with a float32 array?",
)
attention.misconception(
    "sums_the_weights_unsquared",
    edit=("weights**2", "weights"),
    message="The weights enter the variance without being squared.",
    question="By how much does the variance of a term grow when its weight is doubled?",
)
attention.misconception(
    "adds_deviations",
    edit=(STD, "np.sqrt(dropout_rate / keep) * np.sum(weights, axis=-1)"),
    message="The deviations of the terms are added up; for independent terms it is the variances that add up.",
    question="Two independent dice: is the deviation of their sum twice that of one?",
)
attention.misconception(
    "sums_over_queries",
    edit=("axis=-1))", "axis=-2))"),
    message="The sum runs over the queries; a row runs over the keys.",
    question="Along which axis do the weights sum to 1?",
)
