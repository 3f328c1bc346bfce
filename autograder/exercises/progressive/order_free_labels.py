"""Judgement of `progressive.order_free_labels`: labels that depend on the step sums, in any order.

The oracles are rules for one sequence, a list of T sums, in plain Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, no_coarser
from autograder.submission import Submission

from .sequences import agrees, agrees_in_any_form, at_random, right, tables, unchanged, with_sums

order_free_labels = Judgement(
    "progressive.order_free_labels",
    hints=(
        "Take one example with the step sums 2, −3, 0, and answer each question by hand. Which array has these sums?",
        "Start from s = step_sums(x), which is (N, T). Every answer is taken along the steps, axis 1, and is (N,).",
        "argmax returns the first of equal entries. s[np.arange(len(s)), winner] picks one entry from each row.",
        "A boolean array can be summed: that counts. For two conditions at once, join two arrays (N,) with &.",
    ),
)


def any_positive(s: Sequence[float]) -> bool:
    return any(value > 0 for value in s)


def sign_of_winner(s: Sequence[float]) -> bool:
    return max(s, key=abs) > 0  # max, too, returns the first


def majority_positive(s: Sequence[float]) -> bool:
    positive = [value for value in s if value > 0]
    return len(positive) > len(s) - len(positive)


def has_pos_and_neg(s: Sequence[float]) -> bool:
    return any(value > 0 for value in s) and any(value < 0 for value in s)


RULES = {rule.__name__: rule for rule in (any_positive, sign_of_winner, majority_positive, has_pos_and_neg)}


@order_free_labels.check()
def step_sums_add_the_features(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """step_sums is the sum over the features of each step, (N, T), in the precision of x."""
    shapes = ((5, 4, 3), (3, 3, 3), (2, 6, 1), (1, 1, 7))
    inputs = [rng.standard_normal(shape) for shape in shapes]
    inputs.append(inputs[0].astype(np.float32))
    for x, got in zip(inputs, s.each("step_sums", [(x,) for x in inputs]), strict=True):
        name = f"step_sums of a {x.dtype} array of shape {x.shape}"
        yield no_coarser(name, got, x.dtype)
        expected = np.array([[sum(step) for step in example] for example in x.astype(np.float64).tolist()])
        size = np.abs(x).sum(axis=2, dtype=np.float64)
        yield close(name, got, expected, roundings=x.shape[2], magnitude=size, precision=x.dtype)


@order_free_labels.check()
def any_positive_finds_one(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """any_positive is True where at least one step is above 0; a step of exactly 0 is not."""
    yield from agrees(s, rng, "any_positive", any_positive, tables(rng))


@order_free_labels.check()
def sign_of_winner_goes_by_size(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """sign_of_winner is True where the step of the largest absolute sum, the earliest of equals, is above 0."""
    yield from agrees(s, rng, "sign_of_winner", sign_of_winner, tables(rng))


@order_free_labels.check()
def majority_positive_counts(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """majority_positive is True where more than half of the steps are above 0; half is not."""
    yield from agrees(s, rng, "majority_positive", majority_positive, tables(rng))


@order_free_labels.check()
def has_pos_and_neg_needs_both(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """has_pos_and_neg is True where one step is above 0 and another is below 0."""
    yield from agrees(s, rng, "has_pos_and_neg", has_pos_and_neg, tables(rng))


@order_free_labels.check()
def order_and_features_do_not_matter(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """No label changes when the steps are shuffled and their sums are spread anew over the features."""
    time = int(rng.integers(6, 10))
    # All sizes differ: of equal winners the earliest counts, and shuffling would choose another.
    sums = rng.permuted(np.tile(np.arange(1, time + 1) / 4, (50, 1)), axis=1) * rng.choice([-1, 1], size=(50, time))
    shuffled = rng.permuted(sums, axis=1)
    for name, rule in RULES.items():
        expected = np.array([rule(row) for row in sums.tolist()])
        before, after = s.each(name, [(with_sums(sums, rng),), (with_sums(shuffled, rng),)])
        yield right(name, before, sums, expected)
        yield right(f"{name}, shuffled,", after, shuffled, expected)


@order_free_labels.check()
def labels_are_boolean_in_any_form(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Labels are a boolean array (N,), for float32 and float64, any memory layout, and a single example."""
    yield from agrees_in_any_form(s, rng, RULES, at_random(rng, 7, 6))


@order_free_labels.check()
def inputs_are_left_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """x is not changed."""
    yield from unchanged(s, rng, ("step_sums", *RULES))


ANY = "np.any(step_sums(x) > 0, axis=1)"
WINNER = "winner = np.abs(s).argmax(axis=1)"
CHOSEN = "s[np.arange(len(s)), winner] > 0"
MAJORITY = "2 * positive.sum(axis=1) > positive.shape[1]"
BOTH = "(s.max(axis=1) > 0) & (s.min(axis=1) < 0)"

order_free_labels.misconception(
    "sums_over_the_steps",
    edit=("x.sum(axis=-1)", "x.sum(axis=1)"),
    message="step_sums adds up the steps, so that one number is left for each feature.",
    question="Which axis of (N, T, F) should be gone from a result of shape (N, T)?",
)
order_free_labels.misconception(
    "mean_for_sum",
    edit=("x.sum(axis=-1)", "x.mean(axis=-1)"),
    message="step_sums takes the mean over the features. The labels do not notice, but it is not the sum.",
    question="What is the sum of a step with the features 1, 2, 3?",
)
order_free_labels.misconception(
    "first_feature_only",
    edit=("x.sum(axis=-1)", "x[..., 0]"),
    message="step_sums takes the first feature of a step and leaves the others out.",
    question="What is the sum of a step with the features 1, −2, 0?",
)
order_free_labels.misconception(
    "any_feature_positive",
    edit=(ANY, "np.any(x > 0, axis=(1, 2))"),
    message="any_positive looks for a positive feature; a step is positive where the sum of its features is.",
    question="Is a step with the features 1 and −2 positive?",
)
order_free_labels.misconception(
    "all_for_any",
    edit=("np.any(", "np.all("),
    message="any_positive asks that every step be positive; one is enough.",
    question="What should the label of the step sums 1, −2 be?",
)
order_free_labels.misconception(
    "one_answer_for_all_examples",
    edit=(ANY, "np.any(step_sums(x) > 0)"),
    message="any_positive gives one answer for all examples together, because its axis is missing.",
    question="How many answers do N examples have?",
)
order_free_labels.misconception(
    "zero_counts_as_positive",
    edit=(ANY, ANY.replace(">", ">=")),
    message="A step sum of exactly 0 is taken for positive; positive means above 0.",
    question="What is the label where every step sum is 0?",
)
ZERO = (
    (CHOSEN, CHOSEN.replace(">", ">=")),
    ("positive = step_sums(x) > 0", "positive = step_sums(x) >= 0"),
    ("s.max(axis=1) > 0", "s.max(axis=1) >= 0"),
)
for change in ZERO:
    order_free_labels.another_form("zero_counts_as_positive", edit=change)
order_free_labels.another_form("zero_counts_as_positive", edits=((ANY, ANY.replace(">", ">=")), *ZERO))
order_free_labels.misconception(
    "largest_instead_of_largest_in_size",
    edit=(WINNER, "winner = s.argmax(axis=1)"),
    message="sign_of_winner takes the largest sum, not the one that is largest in absolute value.",
    question="Which step wins among the sums 1 and −5?",
)
order_free_labels.misconception(
    "size_of_the_features",
    edit=(WINNER, "winner = np.abs(x).sum(axis=-1).argmax(axis=1)"),
    message="sign_of_winner adds the absolute features; what counts is the absolute value of their sum.",
    question="How large is the sum of a step with the features 3 and −3?",
)
order_free_labels.misconception(
    "last_of_equal_winners",
    edit=(WINNER, "winner = s.shape[1] - 1 - np.abs(s)[:, ::-1].argmax(axis=1)"),
    message="Of equal winners sign_of_winner takes the last; the earliest counts.",
    question="What is the label of the step sums 2, −2?",
)
order_free_labels.misconception(
    "extremes_added",
    edit=(CHOSEN, "s.max(axis=1) + s.min(axis=1) > 0"),
    message="sign_of_winner adds the largest and the smallest sum. That fails where both are of the same size.",
    question="What is the label of the step sums 2, −2, and what does your formula give?",
)
order_free_labels.misconception(
    "sign_of_the_total",
    edit=(CHOSEN, "s.sum(axis=1) > 0"),
    message="sign_of_winner adds up all steps; only the one of the largest absolute sum counts.",
    question="Which step wins among the sums 3, −2, −2?",
)
order_free_labels.misconception(
    "half_is_enough",
    edit=(MAJORITY, MAJORITY.replace(">", ">=")),
    message="majority_positive is True where exactly half of the steps are positive.",
    question="Is one of two more than half?",
)
order_free_labels.misconception(
    "large_steps_outvote_small_ones",
    edit=(MAJORITY, "step_sums(x).sum(axis=1) > 0"),
    message="majority_positive adds up the sums, so a large step outvotes two small ones; each step has one vote.",
    question="What is the majority among the step sums −5, 1, 1?",
)
order_free_labels.misconception(
    "zeros_do_not_vote",
    edit=(MAJORITY, "positive.sum(axis=1) > (step_sums(x) < 0).sum(axis=1)"),
    message="majority_positive compares positive with negative steps; half of *all* steps is what must be exceeded.",
    question="Are more than half of the step sums 1, 0, 0 positive?",
)
order_free_labels.misconception(
    "or_for_and",
    edit=("0) & (", "0) | ("),
    message="has_pos_and_neg is satisfied with one of its two conditions.",
    question="What should the label be where all steps are positive?",
)
order_free_labels.misconception(
    "zero_counts_as_negative",
    edit=("s.min(axis=1) < 0", "s.min(axis=1) <= 0"),
    message="has_pos_and_neg takes a step sum of exactly 0 for negative: whatever is not positive.",
    question="Is a step sum of 0 below 0?",
)
order_free_labels.misconception(
    "signs_of_the_features",
    edit=(BOTH, "(x.max(axis=(1, 2)) > 0) & (x.min(axis=(1, 2)) < 0)"),
    message="has_pos_and_neg looks at single features; what counts are the sums of the steps.",
    question="What should the label be for one step with the features 1 and −2?",
)
RETURNS = tuple((f"return {text}", f"return ({text}).astype(int)") for text in (ANY, CHOSEN, MAJORITY, BOTH))
order_free_labels.misconception(
    "numbers_for_booleans",
    edits=RETURNS,
    message="The labels are the numbers 0 and 1; they are to be booleans.",
    question="What would `x[labels]` do with your labels?",
)
order_free_labels.another_form(
    "numbers_for_booleans", edits=tuple((old, new.replace("(int)", "(float)")) for old, new in RETURNS)
)
order_free_labels.misconception(
    "works_in_place",
    edit=("return x.sum(axis=-1)", "x[..., 0] = x.sum(axis=-1)\n    return x[..., 0]"),
    message="The sums are written into x, so the caller's array changes.",
    question="What does the caller find in x after the call?",
)
