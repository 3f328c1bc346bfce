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
from .flash_forward_misconceptions import add_misconceptions
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


add_misconceptions(flash_forward)
