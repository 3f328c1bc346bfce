"""Judgement of `attention.split_and_merge_heads`: `split_heads` and `merge_heads` move numbers and change none.

Symbols: x (batch, time, d_model); head h owns the columns h·head_dim to (h + 1)·head_dim of x.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, identical, raises, same_type
from autograder.submission import Submission

heads = Judgement(
    "attention.split_and_merge_heads",
    hints=(
        "Write the four sizes down: how wide is a head, and what do the axes of the result stand for?",
        "A reshape alone keeps the order of the numbers in memory. Which numbers are neighbours in x: those of one "
        "position, or those of one head at all positions?",
        "First cut the last axis in two, (batch, time, n_head, head_dim). Only then move an axis.",
        "`x.reshape(batch, time, n_head, head_dim).transpose(0, 2, 1, 3)`; merging does the same two steps backwards.",
    ),
)
SPLIT, MERGE = "split_heads", "merge_heads"
# batch, time, n_head, head_dim: sizes that differ, so that no two axes can be taken for each other, and equal ones, so
# that a mix-up shows in the values and not in the shape.
SIZES = ((2, 5, 3, 4), (3, 4, 2, 7), (2, 3, 3, 3), (2, 4, 4, 2))
EDGES = ((1, 1, 1, 1), (2, 3, 1, 4), (2, 3, 4, 1), (1, 5, 2, 3), (3, 1, 2, 4))


def split_up(x: np.ndarray, n_head: int) -> np.ndarray:
    """The heads cut out of x one by one: (batch, n_head, time, head_dim)."""
    width = x.shape[-1] // n_head
    return np.stack([x[:, :, head * width : (head + 1) * width] for head in range(n_head)], axis=1)


def joined(y: np.ndarray) -> np.ndarray:
    """The heads laid side by side one by one: (batch, time, d_model)."""
    return np.concatenate([y[:, head] for head in range(y.shape[1])], axis=-1)


@heads.check(weight=3)
def head_h_gets_its_columns(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """split_heads gives head h, at every position, the columns from h·head_dim to (h + 1)·head_dim."""
    for batch, time, n_head, head_dim in SIZES:
        x = rng.standard_normal((batch, time, n_head * head_dim))
        yield close(f"{n_head} heads of width {head_dim}", s.call(SPLIT, x, n_head), split_up(x, n_head))


@heads.check(weight=3)
def merging_lays_heads_side_by_side(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """merge_heads puts the heads of each position side by side, in their order."""
    for size in SIZES:
        batch, time, n_head, head_dim = size
        y = rng.standard_normal((batch, n_head, time, head_dim))
        yield close(f"{n_head} merged heads of width {head_dim}", s.call(MERGE, y), joined(y))


@heads.check(weight=2)
def merging_undoes_splitting(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """merge_heads(split_heads(x, n_head)) is x, in the submission's own hands."""
    for batch, time, n_head, head_dim in SIZES:
        x = rng.standard_normal((batch, time, n_head * head_dim))
        whole = s.build(SPLIT, x, n_head)
        yield close(f"x, split into {n_head} heads and merged", s.call(MERGE, whole), x)


@heads.check(weight=2)
def works_at_the_edges(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """One head, heads of width one, one position, and any float dtype and memory layout work, and the dtype stays."""
    for batch, time, n_head, head_dim in EDGES:
        x = rng.standard_normal((batch, time, n_head * head_dim))
        yield close(f"{n_head} heads of width {head_dim}", s.call(SPLIT, x, n_head), split_up(x, n_head))
        y = split_up(x, n_head)
        yield close(f"{n_head} merged heads of width {head_dim}", s.call(MERGE, y), joined(y))
    for dtype in (np.float64, np.float32, np.float16):
        x = rng.standard_normal((2, 5, 12)).astype(dtype)
        for layout in (x[:, :, ::2], np.asfortranarray(x), x.transpose(1, 0, 2)):
            got = s.call(SPLIT, layout, 3)
            yield same_type(f"heads of {x.dtype}", got, split_up(layout, 3))
            yield close(f"heads of {x.dtype}", got, split_up(layout, 3))
            y = split_up(layout, 3)[:, :, :, ::2]
            got = s.call(MERGE, y)
            yield same_type(f"merged heads of {x.dtype}", got, joined(y))
            yield close(f"merged heads of {x.dtype}", got, joined(y))


@heads.check()
def refuses_widths_that_do_not_divide(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """split_heads raises ValueError where d_model is not divisible by n_head."""
    for d_model, n_head in ((10, 4), (7, 2), (9, 6), (3, 4)):
        x = rng.standard_normal((2, 3, d_model))
        yield raises(f"d_model = {d_model} with n_head = {n_head}", partial(s.call, SPLIT, x, n_head), "ValueError")


@heads.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Neither function changes its input."""
    x, y = rng.standard_normal((2, 5, 6)), rng.standard_normal((2, 3, 5, 4))
    held = s.hold(x), s.hold(y)
    s.call(SPLIT, held[0], 3)
    s.call(MERGE, held[1])
    yield identical("the input of split_heads", held[0].fetch(), x, "the input of split_heads was changed")
    yield identical("the input of merge_heads", held[1].fetch(), y, "the input of merge_heads was changed")


CUT = "x.reshape(batch, time, n_head, d_model // n_head)"
MOVED = "heads.transpose(0, 2, 1, 3)"
SIDE = "x.transpose(0, 2, 1, 3)"
CHECK = """    if d_model % n_head:
        raise ValueError(f"d_model = {d_model} is not divisible by n_head = {n_head}")
"""
SPLIT_BY_RESHAPE = ((CUT, "x.reshape(batch, n_head, time, d_model // n_head)"), (f"return {MOVED}", "return heads"))
MERGE_BY_RESHAPE = (SIDE, "x")

heads.misconception(
    "splits_by_reshape_alone",
    edits=SPLIT_BY_RESHAPE,
    message="split_heads only reshapes: a head then holds some positions with all their columns, and sees no others.",
    question="In memory, what follows the last column of position 0: the next head, or position 1?",
)
heads.misconception(
    "merges_by_reshape_alone",
    edit=MERGE_BY_RESHAPE,
    message="merge_heads only reshapes: a row of the result holds several positions of one head.",
    question="Which axis must stand next to head_dim before the two become one?",
)
heads.misconception(
    "reshapes_alone_both_ways",
    edits=(*SPLIT_BY_RESHAPE, MERGE_BY_RESHAPE),
    message="Both functions only reshape. They undo each other, but a head holds positions and not columns.",
    question="Does a round trip that comes back show that the way out was right?",
)
heads.misconception(
    "head_takes_every_nth_column",
    edits=(
        (CUT, "x.reshape(batch, time, d_model // n_head, n_head)"),
        (MOVED, "heads.transpose(0, 3, 1, 2)"),
    ),
    message="Head h gets the columns h, h + n_head, h + 2·n_head, …; it is to get neighbouring ones.",
    question="When the last axis is cut in two, which of the two parts varies fastest?",
)
heads.misconception(
    "merges_columns_alternately",
    edit=(SIDE, "x.transpose(0, 2, 3, 1)"),
    message="merge_heads lays the columns of the heads alternately: one of head 0, one of head 1, and so on.",
    question="Which columns of the result belong to head 0?",
)
heads.misconception(
    "heads_stay_behind_time",
    edits=(
        (f"return {MOVED}", "return heads"),
        ("batch, n_head, time, head_dim = x.shape", "batch, time, n_head, head_dim = x.shape"),
        MERGE_BY_RESHAPE,
    ),
    message="The axes of the heads and of time are not exchanged: (batch, time, n_head, head_dim).",
    question="Over which axis must attention's matrix product run, and where does it expect that axis?",
)
heads.misconception(
    "heads_before_batch",
    edits=(
        (MOVED, "heads.transpose(2, 0, 1, 3)"),
        ("batch, n_head, time, head_dim = x", "n_head, batch, time, head_dim = x"),
        (SIDE, "x.transpose(1, 2, 0, 3)"),
    ),
    message="The heads come before the batch: (n_head, batch, time, head_dim).",
    question="Which axis does the statement put first?",
)
heads.misconception(
    "n_head_read_as_head_dim",
    edit=(CUT, "x.reshape(batch, time, d_model // n_head, n_head)"),
    message="n_head is taken for the width of a head.",
    question="With d_model = 12 and n_head = 3, how many heads are there, and how wide is one?",
)
heads.misconception(
    "leftover_columns_dropped",
    edits=((CHECK, ""), (CUT, "x[:, :, : d_model // n_head * n_head].reshape(batch, time, n_head, d_model // n_head)")),
    message="Where d_model is not divisible by n_head, the columns left over are dropped without a word.",
    question="What would a reader of your heads have to know to notice that columns are missing?",
)
heads.misconception(
    "adds_the_heads",
    edits=(
        (f"side_by_side = {SIDE}", "side_by_side = x.sum(axis=1)"),
        ("side_by_side.reshape(batch, time, n_head * head_dim)", "side_by_side"),
    ),
    message="merge_heads adds the heads up, where they are to lie side by side.",
    question="How wide is the result to be?",
)
heads.misconception(
    "heads_in_reverse",
    edit=(MOVED, "heads.transpose(0, 2, 1, 3)[:, ::-1]"),
    message="The heads come in reverse order: head 0 has the last columns.",
    question="Which columns belong to head 0?",
)
