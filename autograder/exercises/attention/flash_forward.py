"""Judgement of `attention.flash_attention_forward` (Dao et al. 2022, algorithm 1; Milakov & Gimelshein 2018).

Symbols: q (query_time, head_dim), k (key_time, head_dim), v (key_time, value_dim), one head. A tile holds the scores of
at most block_size queries and block_size keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, no_coarser, raises, same_type
from autograder.submission import Submission

from .flash_formulas import by_definition, visible_to
from .flash_memory import ENDLESS, TIMES, WIDE, Measured, long_time, within
from .scaled_dot_product import growth

flash_forward = Judgement(
    "attention.flash_attention_forward",
    hints=(
        "Take one query and read its keys one by one. Which numbers must you keep, so that at the end you know the "
        "largest score, the sum of the exponentials and the weighted sum of the values?",
        "Both sums are relative to the largest score so far. When a larger one comes, every term in them is too large "
        "by the same factor. Which?",
        "For each tile of queries: start with the maximum at -inf and both sums at 0. For each tile of keys: find the "
        "new maximum, multiply both sums by exp(old maximum - new maximum), and add the tile's share to each.",
        "After the last tile of keys, the output is the weighted sum divided by the sum, and the logsumexp is "
        "maximum + log(sum). For `causal`, set scores[i, j] of a tile to -inf where key_start + j > query_start + i.",
    ),
)
NAME = "flash_attention_forward"


def draw(rng: np.random.Generator, query_time: int, key_time: int, dtype: Any = np.float64) -> list[np.ndarray]:
    """q, k, v with widths that differ, and scores that differ enough for the maximum to matter."""
    head_dim, value_dim = (int(n) for n in rng.permutation(np.arange(3, 8))[:2])
    shapes = ((query_time, head_dim), (key_time, head_dim), (key_time, value_dim))
    return [(1.5 * rng.standard_normal(shape)).astype(dtype) for shape in shapes]


def compared(where: str, got: Any, arrays: list[np.ndarray], visible: Any = True) -> Iterator[Observation]:
    """The pair that the submission gave beside the definition."""
    q, k, v = arrays
    pair = isinstance(got, list) and len(got) == 2
    yield holds("the result", pair, "the result is not a pair: the output and the logsumexp")
    output, logsumexp = by_definition(q, k, v, visible)
    roundings, scale = (q.shape[1] + len(k)) // 2 + 8, growth(q, k)
    for name, value, expected, size in (
        ("the output", got[0], output, scale * float(np.max(np.abs(v)))),
        ("the logsumexp", got[1], logsumexp, scale + np.log(len(k))),
    ):
        yield no_coarser(name, value, q.dtype)
        yield close(f"{name} {where}", value, expected, roundings=roundings, magnitude=size, precision=q.dtype)


@flash_forward.check(weight=3)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Output and logsumexp agree with the definition, for any numbers of queries and keys."""
    for query_time, key_time, block_size in ((8, 12, 4), (12, 8, 4), (7, 11, 4), (13, 5, 3), (6, 6, 5)):
        arrays = draw(rng, query_time, key_time)
        where = f"of {query_time} queries and {key_time} keys in tiles of {block_size}"
        yield from compared(where, s.call(NAME, *arrays, block_size), arrays)


@flash_forward.check()
def works_with_tiles_of_any_size(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Tiles may be of size 1, larger than the sequences, or leave a smaller one at the end; 64 is the default."""
    arrays = draw(rng, 9, 13)
    for block_size in (1, 2, 8, 9, 12, 13, 14, 1000):
        got = s.call(NAME, *arrays, block_size=block_size)
        yield from compared(f"in tiles of {block_size}", got, arrays)
    for query_time, key_time in ((1, 1), (1, 5), (5, 1), (70, 130)):
        arrays = draw(rng, query_time, key_time)
        yield from compared(f"of {query_time} queries and {key_time} keys", s.call(NAME, *arrays), arrays)


@flash_forward.check(weight=2)
def obeys_the_causal_rule(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With causal=True, query i sees the keys j ≤ i of the whole sequence, and no others."""
    for time, block_size in ((12, 4), (11, 4), (7, 1), (5, 5), (6, 100), (1, 1), (1, 8)):
        arrays = draw(rng, time, time)
        got = s.call(NAME, *arrays, block_size=block_size, causal=True)
        yield from compared(
            f"of {time} causal positions in tiles of {block_size}", got, arrays, visible_to(np.arange(time), time)
        )
    arrays = draw(rng, 10, 10)
    yield from compared("where causal is False", s.call(NAME, *arrays, 4, False), arrays)


@flash_forward.check()
def follows_the_maximum(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The result is right where the largest score comes first, last or in between, and where all scores are low."""
    ramp, low = np.linspace(-2000.0, 2000.0, 11), np.full(11, -1e4)
    paths = {"rise": ramp, "fall": ramp[::-1], "rise and fall": -np.abs(ramp), "are low": low, "are high": -low}
    for how, path in paths.items():
        for causal in (False, True):
            q, k, v = draw(rng, 11, 11)
            q[:, 0], k[:, 0] = np.sqrt(q.shape[1]), path  # so the path is added to the scores of every query
            visible = visible_to(np.arange(11), 11) if causal else True
            got = s.call(NAME, q, k, v, 3, causal)
            yield from compared(f"where scores {how}{', causal' if causal else ''}", got, [q, k, v], visible)


@flash_forward.check()
def survives_large_scores(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Scores of ±10,000 give the right result in float64 and float32, also where hidden ones are the largest."""
    for dtype in (np.float64, np.float32):
        for causal in (False, True):
            q, k, v = draw(rng, 10, 10, dtype)
            large = [dtype(45.0) * q, dtype(45.0) * k, v]
            visible = visible_to(np.arange(10), 10) if causal else True
            where = f"of large {np.dtype(dtype)} scores{', causal' if causal else ''}"
            yield from compared(where, s.call(NAME, *large, 4, causal), large, visible)


@flash_forward.check()
def two_halves_make_a_whole(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Outputs over two halves of the keys, weighted by exp of their logsumexp, average to the output over all keys."""
    q, k, v = draw(rng, 6, 14)
    cut = int(rng.integers(3, 12))
    whole, first, second = s.each(NAME, [[q, k, v, 4], [q, k[:cut], v[:cut], 4], [q, k[cut:], v[cut:], 4]])
    shares = np.exp(np.stack([first[1], second[1]]) - whole[1])  # (2, query_time)
    yield close("the shares of two halves of the keys", shares.sum(axis=0), np.ones(6), magnitude=growth(q, k))
    average = shares[0][:, None] * first[0] + shares[1][:, None] * second[0]
    size = growth(q, k) * float(np.max(np.abs(v)))
    yield close("the output over both halves", average, by_definition(q, k, v)[0], roundings=32, magnitude=size)


@flash_forward.check()
def keeps_the_dtype_in_any_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Both results have the inputs' dtype, float32 or float64, whatever the inputs' memory layout."""
    for dtype in (np.float32, np.float64):
        wide = [np.repeat(array, 2, axis=1) for array in draw(rng, 9, 9, dtype)]
        plain = [array[:, ::2].copy() for array in wide]
        for layout in (plain, [array[:, ::2] for array in wide], [np.asfortranarray(array) for array in plain]):
            got = s.call(NAME, *layout, 4, True)
            yield from compared(f"of {np.dtype(dtype)} inputs", got, plain, visible_to(np.arange(9), 9))
            yield same_type("the output", got[0], np.empty((9, plain[2].shape[1]), dtype))
            yield same_type("the logsumexp", got[1], np.empty(9, dtype))


@flash_forward.check()
def refuses_unequal_lengths_where_causal(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With causal=True, numbers of queries and keys that differ raise ValueError."""
    for query_time, key_time in ((4, 8), (8, 5), (5, 9), (9, 5), (1, 2)):
        arrays = draw(rng, query_time, key_time)
        where = f"causal=True with {query_time} queries and {key_time} keys"
        yield raises(where, partial(s.call, NAME, *arrays, 4, True), "ValueError")


@flash_forward.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """q, k and v are not changed."""
    arrays = draw(rng, 9, 9)
    held = [s.hold(array) for array in arrays]
    for causal in (False, True):
        s.call(NAME, *held, 4, causal)
    for name, remote, array in zip("qkv", held, arrays, strict=True):
        yield identical(name, remote.fetch(), array, f"the input {name} was changed")


@flash_forward.check(weight=4)
def holds_one_tile_at_a_time(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The scores of all queries, or of all keys, are never there at once, whatever the lengths and `causal`."""
    for size in (1.0, 45.0):  # what is wrong needs no measuring
        q, k, v = draw(rng, 11, 11)
        small = [size * q, size * k, v]
        yield from compared("before measuring", s.call(NAME, *small, 4), small)
        yield from compared("before measuring", s.call(NAME, *small, 4, True), small, visible_to(np.arange(11), 11))
    time, calls = long_time(rng), []
    for where, query_time, key_time, head_dim, value_dim, block_size, causal, allowed in (
        ("for one query", 1, ENDLESS, 1, 1, 512, False, 72),
        ("for a causal sequence", time, time, 4, 3, 64, True, 8),
        ("for many keys", WIDE, WIDE * TIMES, 4, 3, WIDE, False, 16),
        ("for many queries", WIDE * TIMES, WIDE, 4, 3, WIDE, False, 16),
    ):
        shapes = ((query_time, head_dim), (key_time, head_dim), (key_time, value_dim))
        q, k, v = (rng.standard_normal(shape) for shape in shapes)
        got, peak = s.measure(NAME, q, k, v, block_size, causal)
        calls.append(Measured(where, peak, allowed, query_time * key_time))
        some = rng.choice(query_time, min(8, query_time), replace=False)
        visible = visible_to(some, key_time) if causal else True
        yield from compared(where, [got[0][some], got[1][some]], [q[some], k, v], visible)
    yield from within(calls)


INIT = "np.full((len(queries), 1), -np.inf)"
MAXIMUM = "np.maximum(maximum, scores.max(axis=1, keepdims=True))"
VISIBLE = "positions[rows, None] >= positions[columns]"
RELATIVE = "positions[: len(scores), None] >= positions[: scores.shape[1]]"
ROOT = " / head_dim**0.5"
KEYS = "range(0, rows.stop if causal else key_time, block_size)"
SUM = "rescale * total + exponentials.sum(axis=1, keepdims=True)"
VALUES = "rescale * weighted + exponentials @ v[columns]"
REFUSE = """    if causal and query_time != key_time:
        raise ValueError(f"causal, but {query_time} queries and {key_time} keys: which of them are at one position?")
"""
START = "    (query_time, head_dim)"
LOGSUMEXP = "(maximum + np.log(total)).ravel()"

flash_forward.misconception(
    "output_not_rescaled",
    edit=(VALUES, VALUES.removeprefix("rescale * ")),
    message="When the maximum moves, the weighted sum of the values so far is not multiplied by exp(old − new).",
    question="Relative to which maximum are the exponentials that are already in the sum?",
)
flash_forward.misconception(
    "sum_not_rescaled",
    edit=(SUM, SUM.removeprefix("rescale * ")),
    message="When the maximum moves, the sum of the exponentials so far is not multiplied by exp(old − new).",
    question="Which two sums hold exponentials relative to the old maximum?",
)
flash_forward.misconception(
    "nothing_rescaled",
    edits=((SUM, SUM.removeprefix("rescale * ")), (VALUES, VALUES.removeprefix("rescale * "))),
    message="The maximum moves from tile to tile, and what was summed so far stays relative to the old one.",
    question="By which factor does exp(score − maximum) change when the maximum grows by 3?",
)
flash_forward.misconception(
    "rescaled_the_wrong_way",
    edit=("np.exp(previous - maximum)", "np.exp(np.where(np.isinf(previous), previous, maximum - previous))"),
    message="The sums so far are multiplied by exp(new − old); that makes them grow when the maximum grows.",
    question="A larger maximum is subtracted: do the terms of the sum grow or shrink?",
)
flash_forward.another_form("rescaled_the_wrong_way", edit=("np.exp(previous - maximum)", "np.exp(maximum - previous)"))
flash_forward.misconception(
    "averages_the_tiles",
    edits=(
        ("np.exp(scores - maximum)", "np.exp(scores - scores.max(axis=1, keepdims=True))"),
        ("np.exp(previous - maximum)", "1.0"),
        (SUM, "total + 1.0"),
        ("exponentials @ v[columns]", "exponentials / exponentials.sum(axis=1, keepdims=True) @ v[columns]"),
    ),
    message="Each tile has a softmax of its own, and the tiles' outputs are averaged as if all tiles weighed the same.",
    question="If all keys of one tile fit badly, how much should that tile's values count?",
)
flash_forward.misconception(
    "adds_up_the_tiles",
    edits=(
        ("np.exp(scores - maximum)", "np.exp(scores - scores.max(axis=1, keepdims=True))"),
        ("np.exp(previous - maximum)", "1.0"),
        ("exponentials @ v[columns]", "exponentials / exponentials.sum(axis=1, keepdims=True) @ v[columns]"),
        ("weighted / total", "weighted"),
    ),
    message="Each tile has a softmax of its own, and the tiles' outputs are added up.",
    question="What do a query's weights over all keys sum to?",
)
flash_forward.misconception(
    "divided_in_every_tile",
    edits=((VALUES, f"({VALUES}) / total"), ("weighted / total", "weighted")),
    message="The output is divided by the running sum in every tile: what came first is divided again and again.",
    question="When is the sum complete?",
)
flash_forward.misconception(
    "not_divided",
    edit=("weighted / total", "weighted"),
    message="The output is not divided by the sum of the exponentials.",
    question="What must the weights of a query sum to?",
)
flash_forward.misconception(
    "overflows",
    edit=(MAXIMUM, "np.zeros_like(maximum)"),
    message="No maximum is subtracted: exp overflows for large scores, and for low ones every exponential is 0.",
    question="What can be subtracted from all scores of a query without changing its weights?",
)
flash_forward.misconception(
    "maximum_starts_at_zero",
    edit=(INIT, INIT.replace("-np.inf", "0.0")),
    message="The running maximum starts at 0, so it never falls below 0: where all scores are low, every exp is 0.",
    question="Which number is below every score?",
)
flash_forward.misconception(
    "maximum_of_the_first_tile",
    edit=(MAXIMUM, MAXIMUM.replace("np.maximum(maximum, ", "np.where(np.isfinite(maximum), maximum, ")),
    message="The maximum of the first tile is kept for all tiles: a later, larger score overflows.",
    question="What is exp(score − maximum) when the score is 2000 above the maximum?",
)
flash_forward.misconception(
    "maximum_of_the_tile",
    edit=(MAXIMUM, "scores.max(axis=1, keepdims=True)"),
    message="Each tile brings a maximum of its own, which may be lower than the last: then exp(old − new) overflows.",
    question="Over which scores must the maximum be taken, for no exponent ever to be positive?",
)
flash_forward.misconception(
    "one_maximum_for_all_queries",
    edit=("scores.max(axis=1, keepdims=True)", "scores.max()"),
    message="One maximum serves all queries of a tile: a query whose scores lie far below it loses all its weights.",
    question="Which number must be subtracted from a query's scores for its largest exponential to be 1?",
)
flash_forward.misconception(
    "leftover_keys_dropped",
    edit=(KEYS, "range(0, (start + len(queries) if causal else key_time) - block_size + 1, block_size)"),
    message="Only full tiles of keys are read: the keys behind the last full tile are left out.",
    question="With 11 keys and tiles of 4, how many tiles are there, and how large is the last?",
)
flash_forward.another_form("leftover_keys_dropped", edit=(KEYS, "range(0, key_time - block_size + 1, block_size)"))
flash_forward.misconception(
    "leftover_queries_dropped",
    edits=(
        ("np.empty((query_time, value_dim)", "np.zeros((query_time, value_dim)"),
        ("np.empty(query_time", "np.zeros(query_time"),
        ("range(0, query_time, block_size)", "range(0, query_time - block_size + 1, block_size)"),
    ),
    message="Only full tiles of queries are computed: the queries behind the last full tile get no output.",
    question="With 11 queries and tiles of 4, how many tiles are there, and how large is the last?",
)
flash_forward.misconception(
    "mask_relative_to_the_tile",
    edit=(VISIBLE, RELATIVE),
    message="The causal mask counts rows and columns within the tile: every tile hides its own upper half.",
    question="In the tile of queries 8 to 11 and keys 0 to 3, which scores are hidden?",
)
flash_forward.another_form(
    "mask_relative_to_the_tile", edits=((VISIBLE, RELATIVE), (KEYS, "range(0, key_time, block_size)"))
)
flash_forward.misconception(
    "diagonal_tile_not_masked",
    edit=(VISIBLE, "scores > -np.inf"),
    message="Tiles are seen or hidden as a whole: within the tile on the diagonal, queries see later keys.",
    question="In the tile of queries 4 to 7 and keys 4 to 7, may query 4 see key 6?",
)
flash_forward.misconception(
    "sees_the_future",
    edits=((KEYS, "range(0, key_time, block_size)"), ("if causal:", "if False:")),
    message="The argument causal has no effect: every query sees every key.",
    question="Which keys may query 0 see when causal is True?",
)
flash_forward.misconception(
    "hides_itself",
    edits=((VISIBLE, VISIBLE.replace(">=", ">")), ("-np.inf)\n            previous", "-1e30)\n            previous")),
    message="A position cannot see itself: the mask is strict where j ≤ i is asked for.",
    question="Which keys are left for the query at position 0?",
)
flash_forward.another_form("hides_itself", edit=(VISIBLE, VISIBLE.replace(">=", ">")))
flash_forward.misconception(
    "mask_reversed",
    edits=((KEYS, "range(start if causal else 0, key_time, block_size)"), (VISIBLE, VISIBLE.replace(">=", "<="))),
    message="The causal mask is the wrong way round: a query sees itself and the future, and not the past.",
    question="In scores[i, j], which index is the query's position, and which j may it see?",
)
flash_forward.misconception(
    "hidden_scores_merely_low",
    edit=("scores, -np.inf)", "scores, -1e3)"),
    message="Hidden scores are set to a number that is low but not below every score.",
    question="What happens where the visible scores are lower still?",
)
flash_forward.another_form("hidden_scores_merely_low", edit=("scores, -np.inf)", "scores, -1e4)"))
flash_forward.another_form("hidden_scores_merely_low", edit=("scores, -np.inf)", "scores, 0.0)"))
flash_forward.misconception(
    "no_scaling",
    edit=(ROOT, ""),
    message="The scores are not divided by the square root of the key width.",
    question="How does the variance of a dot product of two random vectors grow with their length?",
)
flash_forward.misconception(
    "divides_by_head_dim",
    edit=(ROOT, " / head_dim"),
    message="The scores are divided by the key width instead of its square root.",
    question="Which power of the width brings the standard deviation of a dot product back to one?",
)
flash_forward.misconception(
    "scales_by_value_width",
    edit=(ROOT, " / value_dim**0.5"),
    message="The scores are scaled by the width of the values; the dot product runs over the width of the keys.",
    question="Over how many terms does the dot product of a query and a key sum?",
)
flash_forward.misconception(
    "logsumexp_without_the_maximum",
    edit=(LOGSUMEXP, "np.log(total).ravel()"),
    message="The logsumexp lacks the maximum: it is the logarithm of a sum relative to the maximum.",
    question="Σ exp(s) is exp(m) times Σ exp(s − m). What is its logarithm?",
)
flash_forward.misconception(
    "logsumexp_in_bits",
    edit=("np.log(total)", "np.log2(total)"),
    message="The logarithm has base 2; the backward pass takes exp of the logsumexp, so it must have base e.",
    question="Which logarithm does exp undo?",
)
flash_forward.misconception(
    "sum_for_logsumexp",
    edit=(LOGSUMEXP, "total.ravel()"),
    message="The sum of the exponentials is returned in place of the logsumexp.",
    question="Could the backward pass compute the weights from that sum alone?",
)
flash_forward.another_form("sum_for_logsumexp", edit=(LOGSUMEXP, "(np.exp(maximum) * total).ravel()"))
flash_forward.misconception(
    "maximum_for_logsumexp",
    edit=(LOGSUMEXP, "maximum.ravel()"),
    message="The largest score is returned in place of the logsumexp.",
    question="How many keys contribute to Σ exp(score)?",
)
flash_forward.misconception(
    "causal_of_unequal_lengths",
    edit=(REFUSE, ""),
    message="With causal=True, more keys than queries, or fewer, are accepted; it is left open which fit together.",
    question="With 2 queries and 5 keys, is query 0 at position 0, or at position 3?",
)
flash_forward.misconception(
    "always_double_precision",
    edits=(
        ("np.empty((query_time, value_dim), dtype=q.dtype)", "np.empty((query_time, value_dim))"),
        ("np.empty(query_time, dtype=q.dtype)", "np.empty(query_time)"),
    ),
    message="The results are float64 whatever the dtype of the inputs.",
    question="Which dtype has np.zeros(5)?",
)
flash_forward.misconception(
    "holds_all_scores",
    edit=(START, f"    block_size = max(len(q), len(k))\n{START}"),
    message="All scores are there at once. The result is right, but the memory grows with the square of the length.",
    question="How much memory do the scores of 100,000 positions take?",
)
flash_forward.misconception(
    "holds_rows_of_all_keys",
    edits=((KEYS, "range(1)"), ("slice(key_start, key_start + block_size)", "slice(0, key_time)")),
    message="A tile of queries meets all keys at once; the keys must come in tiles too.",
    question="Can a query's output be begun before its last key is known?",
)
flash_forward.misconception(
    "reads_all_keys_of_a_query",
    edits=(
        ("range(0, query_time, block_size)", "range(query_time)"),
        ("slice(start, start + block_size)", "slice(start, start + 1)"),
        (KEYS, "range(1)"),
        ("slice(key_start, key_start + block_size)", "slice(0, rows.stop if causal else key_time)"),
    ),
    message="One query at a time meets all its keys at once: a softmax as ever, and no online one.",
    question="What would you keep of the first half of the keys if the second half did not fit into memory?",
)
flash_forward.misconception(
    "holds_columns_of_all_queries",
    edits=(
        ("range(0, query_time, block_size)", "range(1)"),
        ("slice(start, start + block_size)", "slice(0, query_time)"),
    ),
    message="All queries meet a tile of keys at once; the queries must come in tiles too.",
    question="Does one query's output depend on another query?",
)
flash_forward.misconception(
    "holds_the_whole_mask",
    edits=(
        (START, f"    mask = np.tri(len(q), len(k), dtype=bool)\n{START}"),
        (VISIBLE, "mask[rows, columns]"),
    ),
    message="The causal mask of the whole sequence is built; it has as many entries as there are scores.",
    question="From the positions of a tile's first query and first key alone, which of its scores are hidden?",
)
for mask in ("np.tril(np.ones((len(q), len(k))))", "np.tril(np.ones((len(q), len(k)))) if causal else None"):
    flash_forward.another_form(
        "holds_the_whole_mask", edits=((START, f"    mask = {mask}\n{START}"), (VISIBLE, "mask[rows, columns]"))
    )
