"""Judgement of `attention.causal_mask`: query i may attend to key j exactly where j ≤ i."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, holds, identical, same_type
from autograder.submission import Submission

causal_mask = Judgement(
    "attention.causal_mask",
    hints=(
        "Draw the mask of three words by hand: a row for each query, a column for each key.",
        "In which cells of your drawing is the key no later than the query? Do not forget the diagonal.",
        "np.tril keeps the lower triangle of an array; comparing a column of indices with a row of them does it too.",
        "`np.arange(time)` is a row of key positions; with `[:, None]` it is a column of query positions. Compare.",
    ),
)
NAME = "causal_mask"


def masks(s: Submission, rng: np.random.Generator) -> Iterator[tuple[int, Any]]:
    """Masks of a few sizes, first one in which all mistakes look different."""
    for time in (5, 1, 2, int(rng.integers(6, 20))):
        yield time, s.call(NAME, time)


def compared(name: str, got: Any, part: np.ndarray, value: bool, problem: str) -> Iterator[Observation]:
    """A part of the mask beside the value that it should have there; what lies elsewhere is left out."""
    square = getattr(got, "shape", None) == part.shape
    yield holds("the shape", square, "the mask is not an array of shape (time, time)")
    yield identical(name, np.where(part, got, False), part & value, problem)


@causal_mask.check()
def hides_the_future(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """No query may attend to a later key: False at j > i."""
    for time, got in masks(s, rng):
        future = np.triu(np.ones((time, time), dtype=bool), k=1)
        yield from compared("the future", got, future, False, "the mask is not False at every j > i")


@causal_mask.check()
def shows_the_past(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A query may attend to every earlier key: True at j < i."""
    for time, got in masks(s, rng):
        past = np.tril(np.ones((time, time), dtype=bool), k=-1)
        yield from compared("the past", got, past, True, "the mask is not True at every j < i")


@causal_mask.check()
def shows_itself(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A query may attend to the key at its own position: True on the diagonal, for a single position too."""
    for time, got in masks(s, rng):
        itself = np.eye(time, dtype=bool)
        yield from compared("the diagonal", got, itself, True, "the mask is not True on the diagonal")


@causal_mask.check()
def is_a_square_of_booleans(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The mask is a boolean array of shape (time, time)."""
    for time, got in masks(s, rng):
        yield same_type("the mask", got, np.ones((time, time), dtype=bool))


MASK = "np.tril(np.ones((time, time), dtype=bool))"

causal_mask.misconception(
    "the_wrong_way_round",
    edit=("np.tril", "np.triu"),
    message="The mask is the wrong way round: queries see the future and not the past.",
    question="Rows are queries. Which keys may the query in row 0 attend to?",
)
causal_mask.misconception(
    "true_means_hidden",
    edit=(MASK, f"~{MASK}"),
    message="True marks what is hidden; here True is to mean that a query may attend.",
    question="How many keys may the last query attend to, and how many are True in its row?",
)
causal_mask.misconception(
    "hides_itself",
    edit=("dtype=bool))", "dtype=bool), k=-1)"),
    message="A position cannot see itself: the mask is strict where j ≤ i is asked for.",
    question="Which keys are left for the query at position 0?",
)
causal_mask.misconception(
    "sees_one_ahead",
    edit=("dtype=bool))", "dtype=bool), k=1)"),
    message="Each query sees one position of the future.",
    question="If position i is to predict what stands at i + 1, what should it not see?",
)
causal_mask.misconception(
    "hides_nothing",
    edit=(MASK, "np.ones((time, time), dtype=bool)"),
    message="Nothing is hidden: every query sees the future.",
    question="Which keys may the query in row 0 attend to?",
)
causal_mask.misconception(
    "sees_only_itself",
    edit=(MASK, "np.eye(time, dtype=bool)"),
    message="Each query sees its own position only, and nothing of the past.",
    question="Is position 0 hidden from position 3?",
)
causal_mask.misconception(
    "numbers_for_booleans",
    edit=("dtype=bool", "dtype=float"),
    message="The mask holds the numbers 0 and 1; it is to be boolean.",
    question="What would `~mask`, or `scores[mask]`, do with your mask?",
)
causal_mask.misconception(
    "to_be_added_to_scores",
    edit=(MASK, f"np.where({MASK}, 0.0, -np.inf)"),
    message="The mask holds 0 and -inf, to be added to scores; it is to be boolean, and True where a query may attend.",
    question="What should be True in row 0?",
)
