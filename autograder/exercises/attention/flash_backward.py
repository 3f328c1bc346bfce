"""Judgement of `attention.flash_attention_backward` (Dao et al. 2022, algorithm 4).

Symbols: weights = exp(scores - logsumexp) (query_time, key_time); grad_weights = grad_output vᵀ. The row term of a
query, D in the paper, is Σⱼ weights · grad_weights over all keys, which equals grad_output · output.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, no_coarser, same_type
from autograder.submission import Submission

from .flash_formulas import by_definition, visible_to, vjp
from .flash_memory import TIMES, WIDE, Measured, few_queries, long_time, repeated, within
from .scaled_dot_product import growth

flash_backward = Judgement(
    "attention.flash_attention_backward",
    hints=(
        "Forget the tiles at first. Write down the gradients for v, for the weights, for the scores, and for q and k, "
        "in this order: each needs only the one before it.",
        "The gradient of a query's softmax subtracts Σⱼ weights · grad_weights over all keys. Put the definition of "
        "grad_weights in: which two vectors that you are given have this sum as their dot product?",
        "In each tile: the scores again, weights = exp(scores - logsumexp), grad_weights = grad_output @ v.T, and "
        "grad_scores = weights * (grad_weights - row term). Hidden scores are -inf, and their weights then 0.",
        "A tile adds to three results: weights.T @ grad_output to its rows of grad_v, grad_scores @ k to its rows of "
        "grad_q, and grad_scores.T @ q to its rows of grad_k, the last two divided by √head_dim.",
    ),
)
NAME = "flash_attention_backward"
GRADIENTS = ("grad_q", "grad_k", "grad_v")


def draw(
    rng: np.random.Generator,
    query_time: int,
    key_time: int,
    visible: Any = True,
    dtype: Any = np.float64,
    size: float = 1.5,
) -> list[np.ndarray]:
    """The six arrays that the exercise is given, with widths that differ; `size` is that of q and k."""
    head_dim, value_dim = (int(n) for n in rng.permutation(np.arange(3, 8))[:2])
    shapes = ((query_time, head_dim), (key_time, head_dim), (key_time, value_dim), (query_time, value_dim))
    q, k, v, grad_output = (rng.standard_normal(shape) for shape in shapes)
    q, k, v = (array.astype(dtype) for array in (size * q, size * k, v))
    output, logsumexp = (array.astype(dtype) for array in by_definition(q, k, v, visible))
    return [q, k, v, output, logsumexp, grad_output.astype(dtype)]


def compared(where: str, got: Any, arrays: list[np.ndarray], visible: Any = True) -> Iterator[Observation]:
    """The three gradients that the submission gave beside the definition, that of v first: it needs the least."""
    yield holds("the result", isinstance(got, list) and len(got) == 3, "the result is not grad_q, grad_k and grad_v")
    q, k, v, _, _, grad_output = arrays
    expected = vjp(q, k, v, grad_output, visible)
    roundings, dtype = (len(q) + len(k) + q.shape[1] + v.shape[1]) // 2 + 8, q.dtype
    for index in (2, 0, 1):
        gradient, size = expected[index]
        yield no_coarser(GRADIENTS[index], got[index], dtype)
        yield close(
            f"{GRADIENTS[index]} {where}",
            got[index],
            gradient,
            roundings=roundings,
            magnitude=growth(q, k) * size,
            precision=dtype,
        )


def causal(time: int) -> np.ndarray:
    return visible_to(np.arange(time), time)


@flash_backward.check(weight=3)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The three gradients agree with the closed formula, for any numbers of queries and keys."""
    for query_time, key_time, block_size in ((8, 8, 4), (8, 12, 4), (12, 8, 4), (7, 11, 4), (13, 5, 3), (6, 6, 5)):
        arrays = draw(rng, query_time, key_time)
        where = f"of {query_time} queries and {key_time} keys in tiles of {block_size}"
        yield from compared(where, s.call(NAME, *arrays, block_size), arrays)


@flash_backward.check()
def agrees_with_differences(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A small step along any direction changes grad_output · output by what the gradients say."""
    for visible in (True, causal(7)):
        q, k, v, output, logsumexp, grad_output = draw(rng, 7, 7, visible)
        got = s.call(NAME, q, k, v, output, logsumexp, grad_output, 3, visible is not True)
        for index, name in enumerate(GRADIENTS):
            step = rng.standard_normal((q, k, v)[index].shape)
            sides = []
            for size in (1e-5, -1e-5):
                moved = [q, k, v]
                moved[index] = moved[index] + size * step
                sides.append(np.sum(grad_output * by_definition(moved[0], moved[1], moved[2], visible)[0]))
            slope = (sides[0] - sides[1]) / 2e-5
            # A difference has about half the digits of what it is taken of: those of single precision.
            size = np.sum(np.abs(got[index] * step)) + np.sum(np.abs(grad_output * output))
            yield close(
                f"the slope along {name}", np.sum(got[index] * step), slope, magnitude=size, precision="float32"
            )


@flash_backward.check()
def works_with_tiles_of_any_size(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Tiles may be of size 1, larger than the sequences, or leave a smaller one at the end; 64 is the default."""
    arrays = draw(rng, 9, 13)
    for block_size in (1, 2, 8, 9, 12, 13, 14, 1000):
        got = s.call(NAME, *arrays, block_size=block_size)
        yield from compared(f"in tiles of {block_size}", got, arrays)
    for query_time, key_time in ((1, 1), (1, 5), (5, 1), (70, 130)):
        arrays = draw(rng, query_time, key_time)
        yield from compared(f"of {query_time} queries and {key_time} keys", s.call(NAME, *arrays), arrays)


@flash_backward.check(weight=2)
def obeys_the_causal_rule(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With causal=True, no gradient flows between a query and a later key, in any tile."""
    for time, block_size in ((12, 4), (11, 4), (7, 1), (5, 5), (6, 100), (1, 1), (1, 8)):
        arrays = draw(rng, time, time, causal(time))
        got = s.call(NAME, *arrays, block_size=block_size, causal=True)
        yield from compared(f"of {time} causal positions in tiles of {block_size}", got, arrays, causal(time))
    arrays = draw(rng, 10, 10)
    yield from compared("where causal is False", s.call(NAME, *arrays, 4, False), arrays)


@flash_backward.check()
def sums_over_keys_are_right(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Moving all keys alike changes nothing, so grad_k sums to 0; moving all values moves the output as much."""
    for visible in (True, causal(10)):
        arrays = draw(rng, 10, 10, visible)
        q, k, v, _, _, grad_output = arrays
        got = s.call(NAME, *arrays, 4, visible is not True)
        sizes = [growth(q, k) * size * len(k) for _, size in vjp(q, k, v, grad_output, visible)]
        yield close("the sum of grad_v over the keys", got[2].sum(axis=0), grad_output.sum(axis=0), magnitude=sizes[2])
        yield close("the sum of grad_k over the keys", got[1].sum(axis=0), np.zeros(q.shape[1]), magnitude=sizes[1])


@flash_backward.check()
def survives_large_scores(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Scores of ±10,000 give the right gradients in float64 and float32, also where hidden ones are the largest."""
    for dtype in (np.float64, np.float32):
        for visible in (True, causal(10)):
            arrays = draw(rng, 10, 10, visible, dtype, size=67.0)
            got = s.call(NAME, *arrays, 4, visible is not True)
            yield from compared(f"of large {np.dtype(dtype)} scores", got, arrays, visible)
    q, k, v, _, _, grad_output = draw(rng, 10, 10)
    q[:, 0], k[:, 0] = np.sqrt(q.shape[1]), -1e4  # all scores are low, and differ by little
    arrays = [q, k, v, *by_definition(q, k, v, causal(10)), grad_output]
    yield from compared("of low scores", s.call(NAME, *arrays, 4, True), arrays, causal(10))


@flash_backward.check()
def keeps_the_dtype_in_any_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each gradient has the inputs' dtype, float32 or float64, whatever the inputs' memory layout."""
    for dtype in (np.float32, np.float64):
        plain = draw(rng, 9, 9, causal(9), dtype)
        wide = [np.repeat(array, 2, axis=-1) for array in plain]
        for layout in (plain, [array[..., ::2] for array in wide], [np.asfortranarray(array) for array in plain]):
            got = s.call(NAME, *layout, 4, True)
            yield from compared(f"of {np.dtype(dtype)} inputs", got, plain, causal(9))
            for name, gradient, array in zip(GRADIENTS, got, plain[:3], strict=True):
                yield same_type(name, gradient, array)


@flash_backward.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """None of the six arrays is changed."""
    arrays = draw(rng, 9, 9, causal(9))
    held = [s.hold(array) for array in arrays]
    for rule in (True, False):
        s.call(NAME, *held, 4, rule)
    names = ("q", "k", "v", "output", "logsumexp", "grad_output")
    for name, remote, array in zip(names, held, arrays, strict=True):
        yield identical(name, remote.fetch(), array, f"the input {name} was changed")


@flash_backward.check(weight=5)
def holds_one_tile_at_a_time(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The weights are never all there at once, nor those of a long row or column of tiles."""
    for size in (1.5, 67.0):  # what is wrong needs no measuring
        for visible in (True, causal(11)):
            small = draw(rng, 11, 11, visible, size=size)
            yield from compared("before measuring", s.call(NAME, *small, 4, visible is not True), small, visible)
    calls = []
    for where, arrays, expected, block_size, rule, allowed in (
        ("for a causal sequence", *few_queries(rng, long_time(rng)), 64, True, 8),
        ("for many keys", *repeated(rng, 1, TIMES), WIDE, False, 16),
        ("for many queries", *repeated(rng, TIMES, 1), WIDE, False, 16),
    ):
        got, peak = s.measure(NAME, *arrays, block_size, rule)
        calls.append(Measured(where, peak, allowed, len(arrays[0]) * len(arrays[1])))
        for index in (2, 0, 1):
            gradient, size = expected[index]
            yield close(f"{GRADIENTS[index]} {where}", got[index], gradient, roundings=500, magnitude=size)
    yield from within(calls)


SCALE = "q.shape[1] ** -0.5"
ROW_TERM = "(grad_output * output).sum(axis=1, keepdims=True)"
VISIBLE = "positions[rows, None] >= positions[columns]"
RELATIVE = "positions[: len(scores), None] >= positions[: scores.shape[1]]"
QUERIES = "range(key_start if causal else 0, len(q), block_size)"
WEIGHTS = "np.exp(scores - logsumexp[rows, None])"
SOFTMAX = "weights * (grad_weights - row_term[rows])"
START = "    scale = q.shape"

flash_backward.misconception(
    "row_term_missing",
    edit=(SOFTMAX, "weights * grad_weights"),
    message="The row term is missing: the softmax is treated as if each weight depended on its own score alone.",
    question="When one score of a query rises, what happens to the query's other weights?",
)
flash_backward.misconception(
    "row_term_added",
    edit=("(grad_weights - row_term", "(grad_weights + row_term"),
    message="The row term is added; the gradient of a softmax subtracts it.",
    question="If all weights of a query have the same gradient, what must the gradient of its scores be?",
)
flash_backward.misconception(
    "row_term_of_the_tile",
    edit=("row_term[rows])", "(weights * grad_weights).sum(axis=1, keepdims=True))"),
    message="The row term sums over the keys of one tile; the softmax runs over all keys of the query.",
    question="Which product of two rows equals Σⱼ weights · grad_weights over all keys?",
)
flash_backward.misconception(
    "row_term_over_queries",
    edit=("row_term[rows])", "(weights * grad_weights).sum(axis=0))"),
    message="The sum runs over the queries of a tile; a row term belongs to one query and sums over its keys.",
    question="Whose weights sum to one: those of a query or those of a key?",
)
flash_backward.misconception(
    "row_term_without_the_gradient",
    edit=(ROW_TERM, "(output * output).sum(axis=1, keepdims=True)"),
    message="The row term is output · output; one of the two must be the gradient that comes from above.",
    question="Is the row term of a query to change when grad_output doubles?",
)
flash_backward.misconception(
    "softmax_like_a_sigmoid",
    edit=(SOFTMAX, "weights * (1 - weights) * grad_weights"),
    message="weights · (1 − weights) is the derivative of a weight with respect to its own score only.",
    question="Does a weight depend on the scores of the other keys?",
)
flash_backward.misconception(
    "gradients_not_scaled",
    edits=(("scale * grad_scores @", "grad_scores @"), ("scale * grad_scores.T", "grad_scores.T")),
    message="The gradients for q and k, or one of them, lack 1/√head_dim, by which the scores were scaled.",
    question="scores = q kᵀ / √head_dim. What is the derivative of a score with respect to an entry of q?",
)
flash_backward.another_form("gradients_not_scaled", edit=("scale * grad_scores @", "grad_scores @"))
flash_backward.another_form("gradients_not_scaled", edit=("scale * grad_scores.T", "grad_scores.T"))
flash_backward.misconception(
    "scaled_twice",
    edits=(
        ("scale * grad_scores @", "scale**2 * grad_scores @"),
        ("scale * grad_scores.T", "scale**2 * grad_scores.T"),
    ),
    message="The gradients for q and k, or one of them, are scaled by 1/√head_dim twice.",
    question="How often does the factor stand in the formula of the scores?",
)
flash_backward.another_form("scaled_twice", edit=("scale * grad_scores.T", "scale**2 * grad_scores.T"))
flash_backward.misconception(
    "scores_not_scaled",
    edit=("scores = scale * q", "scores = q"),
    message="The scores are computed anew without 1/√head_dim, so they do not fit the logsumexp.",
    question="From which scores did the forward pass compute the logsumexp?",
)
flash_backward.misconception(
    "scales_by_value_width",
    edit=(SCALE, "v.shape[1] ** -0.5"),
    message="The scores are scaled by the width of the values; the dot product runs over the width of the keys.",
    question="Over how many terms does the dot product of a query and a key sum?",
)
flash_backward.misconception(
    "grad_k_not_transposed",
    edit=("scale * grad_scores.T @ q", "scale * grad_scores @ q"),
    message="For grad_k the gradient of the scores is not transposed: sums run over keys and not over queries.",
    question="Which queries contribute to the gradient of one key?",
)
flash_backward.misconception(
    "grad_v_not_transposed",
    edit=("weights.T @ grad_output", "weights @ grad_output"),
    message="For grad_v the weights are not transposed: sums run over the keys, and not over the queries.",
    question="Which queries did a value contribute to, and with which weights?",
)
flash_backward.misconception(
    "grad_q_overwritten",
    edit=("grad_q[rows] +=", "grad_q[rows] ="),
    message="grad_q is overwritten by each tile of keys; only the last one's share stays.",
    question="How many tiles of keys does one query meet?",
)
flash_backward.misconception(
    "grad_k_and_grad_v_overwritten",
    edits=(("grad_k[columns] +=", "grad_k[columns] ="), ("grad_v[columns] +=", "grad_v[columns] =")),
    message="grad_k, grad_v or both are overwritten by each tile of queries; only the last one's share stays.",
    question="How many tiles of queries does one key meet?",
)
flash_backward.another_form("grad_k_and_grad_v_overwritten", edit=("grad_k[columns] +=", "grad_k[columns] ="))
flash_backward.another_form("grad_k_and_grad_v_overwritten", edit=("grad_v[columns] +=", "grad_v[columns] ="))
flash_backward.misconception(
    "weights_not_normalised",
    edit=(WEIGHTS, "np.exp(scores)"),
    message="The logsumexp is not subtracted: exp(scores) are not weights, and large scores overflow.",
    question="What does a row of exp(scores − logsumexp) sum to over all keys?",
)
flash_backward.misconception(
    "softmax_of_the_tile",
    edit=(WEIGHTS, "np.exp(scores)\n            weights = weights / weights.sum(axis=1, keepdims=True)"),
    message="The weights of each tile sum to one, as if the tile had all keys.",
    question="Which number, given to you, makes the sum over all tiles one?",
)
flash_backward.misconception(
    "exp_of_each_part",
    edit=(WEIGHTS, "np.exp(scores) / np.exp(logsumexp[rows, None])"),
    message="exp is taken of the scores and of the logsumexp apart: each overflows for large scores.",
    question="What is exp(a) / exp(b), with one exp only?",
)
flash_backward.misconception(
    "causal_ignored",
    edits=((QUERIES, "range(0, len(q), block_size)"), ("if causal:", "if False:")),
    message="The argument causal has no effect: gradients flow from queries to later keys.",
    question="What is the weight of a hidden key, and what the gradient of its score?",
)
flash_backward.misconception(
    "mask_relative_to_the_tile",
    edit=(VISIBLE, RELATIVE),
    message="The causal mask counts rows and columns within the tile: every tile hides its own upper half.",
    question="In the tile of queries 8 to 11 and keys 0 to 3, which scores are hidden?",
)
flash_backward.another_form(
    "mask_relative_to_the_tile", edits=((VISIBLE, RELATIVE), (QUERIES, "range(0, len(q), block_size)"))
)
flash_backward.misconception(
    "diagonal_tile_not_masked",
    edit=(VISIBLE, "scores > -np.inf"),
    message="Tiles are seen or hidden as a whole: within the tile on the diagonal, gradients reach later keys.",
    question="In the tile of queries 4 to 7 and keys 4 to 7, may query 4 see key 6?",
)
flash_backward.misconception(
    "mask_after_exp",
    edits=(
        (f"np.where({VISIBLE}, scores, -np.inf)", "scores"),
        (WEIGHTS, f"{WEIGHTS} * ({VISIBLE} if causal else 1)"),
    ),
    message="Hidden weights are multiplied by 0 after exp; a large hidden score has become infinite by then.",
    question="What is inf · 0, and which score has an exp of 0?",
)
flash_backward.misconception(
    "hidden_scores_merely_low",
    edit=("scores, -np.inf)", "scores, -1e3)"),
    message="Hidden scores are set to a number that is low but not below every score.",
    question="What happens where the visible scores are lower still?",
)
flash_backward.another_form("hidden_scores_merely_low", edit=("scores, -np.inf)", "scores, -1e4)"))
flash_backward.another_form("hidden_scores_merely_low", edit=("scores, -np.inf)", "scores, 0.0)"))
flash_backward.misconception(
    "another_order",
    edit=("return grad_q, grad_k, grad_v", "return grad_v, grad_k, grad_q"),
    message="The gradients are returned in another order than grad_q, grad_k, grad_v.",
    question="In which order are the arguments?",
)
flash_backward.misconception(
    "leftover_keys_dropped",
    edit=("range(0, len(k), block_size)", "range(0, len(k) - block_size + 1, block_size)"),
    message="Only full tiles of keys are read: the keys behind the last full tile are left out.",
    question="With 11 keys and tiles of 4, how many tiles are there, and how large is the last?",
)
flash_backward.misconception(
    "leftover_queries_dropped",
    edit=(QUERIES, "range(key_start if causal else 0, len(q) - block_size + 1, block_size)"),
    message="Only full tiles of queries are read: the queries behind the last full tile are left out.",
    question="With 11 queries and tiles of 4, how many tiles are there, and how large is the last?",
)
flash_backward.misconception(
    "always_double_precision",
    edit=(
        "np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)",
        "np.zeros(q.shape), np.zeros(k.shape), np.zeros(v.shape)",
    ),
    message="The gradients are float64 whatever the dtype of the inputs.",
    question="Which dtype has np.zeros(5)?",
)
flash_backward.misconception(
    "holds_all_weights",
    edit=(START, f"    block_size = max(len(q), len(k))\n{START}"),
    message="All weights are there at once. The result is right, but the memory grows with the square of the length.",
    question="How much memory do the weights of 100,000 positions take?",
)
flash_backward.misconception(
    "holds_rows_of_all_keys",
    edits=(
        ("range(0, len(k), block_size)", "range(1)"),
        ("slice(key_start, key_start + block_size)", "slice(0, len(k))"),
    ),
    message="A tile of queries meets all keys at once; the keys must come in tiles too.",
    question="Can a query's gradient be added up from several tiles of keys?",
)
flash_backward.misconception(
    "holds_columns_of_all_queries",
    edits=((QUERIES, "range(1)"), ("slice(start, start + block_size)", "slice(0, len(q))")),
    message="All queries meet a tile of keys at once; the queries must come in tiles too.",
    question="Can a key's gradient be added up from several tiles of queries?",
)
flash_backward.misconception(
    "holds_the_whole_mask",
    edits=((START, f"    mask = np.tri(len(q), len(k), dtype=bool)\n{START}"), (VISIBLE, "mask[rows, columns]")),
    message="The causal mask of the whole sequence is built; it has as many entries as there are scores.",
    question="From the positions of a tile's first query and first key alone, which of its scores are hidden?",
)
for mask in ("np.tril(np.ones((len(q), len(k))))", "np.tril(np.ones((len(q), len(k)))) if causal else None"):
    flash_backward.another_form(
        "holds_the_whole_mask", edits=((START, f"    mask = {mask}\n{START}"), (VISIBLE, "mask[rows, columns]"))
    )
