"""Judgement of `progressive.confusion_matrix`: counts of label and prediction, the row for the label, False first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, identical, same_type
from autograder.submission import Submission

confusion_matrix = Judgement(
    "progressive.confusion_matrix",
    hints=(
        "Draw a square. Write beside its rows what is true, and above its columns what was predicted.",
        "How many examples have the label True and the prediction False? That is one of four such counts.",
        "`labels & ~predictions` is True for exactly those examples, and the sum of a boolean array counts them.",
        "Or give each example the number 2·label + prediction of its cell, 0 to 3, and count with np.bincount.",
    ),
)
NAME = "confusion_matrix"
PAIRS = ((False, False), (False, True), (True, False), (True, True))


def counted(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """One example after the other."""
    matrix = np.zeros((2, 2), dtype=np.int64)
    for label, prediction in zip(labels.tolist(), predictions.tolist(), strict=True):
        matrix[int(label), int(prediction)] += 1
    return matrix


def examples(rng: np.random.Generator, counts: Any) -> list[np.ndarray]:
    """Labels and predictions with so many examples of each of PAIRS, in random order."""
    pairs = rng.permutation(np.repeat(PAIRS, counts, axis=0))
    return [pairs[:, 0].copy(), pairs[:, 1].copy()]


def different(rng: np.random.Generator) -> np.ndarray:
    """Four counts, of which no two are equal."""
    return rng.permutation(np.cumsum(rng.integers(1, 7, size=4)))


@confusion_matrix.check()
def counts_each_pair(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Row i and column j count the examples with label i and prediction j, False before True."""
    drawn = [examples(rng, different(rng)) for _ in range(4)]
    for arguments, got in zip(drawn, s.each(NAME, drawn), strict=True):
        yield identical("the matrix", got, counted(*arguments))


@confusion_matrix.check()
def counts_what_does_not_occur_as_zero(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The matrix is (2, 2) for any labels and predictions: a pair that does not occur has the count 0."""
    occurring = [np.array([number >> bit & 1 for bit in range(4)]) for number in range(1, 16)]
    drawn = [examples(rng, different(rng) * which) for which in occurring]
    drawn += [examples(rng, which) for which in np.eye(4, dtype=int)]  # a single example
    for arguments, got in zip(drawn, s.each(NAME, drawn), strict=True):
        expected = counted(*arguments)
        absent = "; ".join(f"label {a}, prediction {b}" for a, b in PAIRS if not expected[int(a), int(b)])
        yield identical(f"the matrix where these do not occur: {absent or 'none'}", got, expected)


@confusion_matrix.check()
def holds_whole_numbers(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The matrix is an int64 array of shape (2, 2)."""
    for counts in (different(rng), (3, 0, 0, 2)):
        yield same_type("the matrix", s.call(NAME, *examples(rng, counts)), np.zeros((2, 2), dtype=np.int64))


@confusion_matrix.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Labels and predictions are not changed, and need not lie side by side in memory."""
    labels, predictions = examples(rng, different(rng))
    held = [s.hold(labels), s.hold(predictions)]
    strided = [np.repeat(array, 2)[::2] for array in (labels, predictions)]
    yield identical("the matrix of strided arrays", s.call(NAME, *strided), counted(labels, predictions))
    s.call(NAME, *held)
    for name, remote, array in zip(("labels", "predictions"), held, (labels, predictions), strict=True):
        yield identical(name, remote.fetch(), array, f"the input {name} was changed")


COUNTS = "np.bincount(2 * labels + predictions, minlength=4).reshape(2, 2)"

confusion_matrix.misconception(
    "transposed",
    edit=(COUNTS, f"{COUNTS}.T"),
    message="Rows and columns are swapped: a row is to belong to a label, a column to a prediction.",
    question="What do the two numbers of the lower row have in common?",
)
confusion_matrix.misconception(
    "true_before_false",
    edit=(COUNTS, f"{COUNTS}[::-1, ::-1]"),
    message="True stands before False, as in many textbooks; here False comes first.",
    question="Which count should stand at [0, 0]?",
)
confusion_matrix.misconception(
    "true_before_false_and_transposed",
    edit=(COUNTS, f"{COUNTS}[::-1, ::-1].T"),
    message="True stands before False, and rows and columns are swapped.",
    question="Which count should stand at [0, 1]: false positives or false negatives?",
)
confusion_matrix.misconception(
    "right_answers_first",
    edit=(COUNTS, f"np.where([[True], [False]], {COUNTS}, {COUNTS}[:, ::-1])"),
    message="The first column holds the right answers and the second the wrong ones; a column is to be one prediction.",
    question="Which prediction did the examples of the first column get?",
)
confusion_matrix.misconception(
    "shares_of_all",
    edit=(COUNTS, f"{COUNTS} / len(labels)"),
    message="The counts are divided by the number of examples.",
    question="What should the four numbers sum to?",
)
confusion_matrix.misconception(
    "shares_of_the_row",
    edit=(COUNTS, f"{COUNTS} / {COUNTS}.sum(axis=1, keepdims=True)"),
    message="Each row is divided by its sum; counts are asked for.",
    question="What should the lower row sum to?",
)
confusion_matrix.misconception(
    "counts_as_floats",
    edit=(COUNTS, f"{COUNTS}.astype(float)"),
    message="The counts are floats; they are to be int64.",
    question="Can there be half an example?",
)
confusion_matrix.misconception(
    "only_what_occurs",
    edit=(
        "np.bincount(2 * labels + predictions, minlength=4)",
        "np.unique(2 * labels + predictions, return_counts=True)[1]",
    ),
    message="A pair that does not occur is left out, so there are fewer than four counts.",
    question="How many counts do you get for a classifier that is always right?",
)
confusion_matrix.another_form("only_what_occurs", edit=(", minlength=4", ""))
for whole, rows in ("c.size == 4", 2), ("c.size % 2 == 0", -1):  # a row of counts where they make no matrix
    confusion_matrix.another_form(
        "only_what_occurs",
        edit=(
            COUNTS,
            f"(lambda c: c.reshape({rows}, 2) if {whole} else c)"
            "(np.unique(2 * labels + predictions, return_counts=True)[1])",
        ),
    )
confusion_matrix.misconception(
    "flat",
    edit=(".reshape(2, 2)", ""),
    message="The four counts stand in one row; they are to be a matrix (2, 2).",
    question="Which shape should the result have?",
)
confusion_matrix.another_form("flat", edit=(".reshape(2, 2)", ".reshape(1, 4)"))
confusion_matrix.misconception(
    "totals_of_rows_and_columns",
    edit=(
        COUNTS,
        "np.array([np.bincount(labels * 1, minlength=2), np.bincount(predictions * 1, minlength=2)])",
    ),
    message="Labels and predictions are counted apart, so it is lost which went together.",
    question="How many examples with the label True got the prediction True?",
)
confusion_matrix.misconception(
    "positives_only",
    edit=(COUNTS, "np.diag([np.sum(~labels & ~predictions), np.sum(labels & predictions)])"),
    message="The right answers are counted, and the wrong ones are not.",
    question="Where do the false positives stand?",
)
