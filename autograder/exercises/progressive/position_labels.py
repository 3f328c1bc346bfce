"""Judgement of `progressive.position_labels`: labels that depend on where the steps stand.

The oracles are rules for one sequence, a list of T sums, in plain Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, holds, same_type
from autograder.submission import Submission

from .sequences import agrees, agrees_in_any_form, answers, at_random, right, tables, unchanged, with_sums

position_labels = Judgement(
    "progressive.position_labels",
    hints=(
        "Sketch the step sums of a few short examples as points (t, s). Which of the five answers can you see at once?",
        "s[:, 0] and s[:, -1] are the first and the last step of every example; s[:, 1:] and s[:, :-1] its neighbours.",
        "For the line, give each step a weight: far left −(T − 1)/2, far right +(T − 1)/2. For two booleans, ^ is XOR.",
        "argmax and argmin give the place of the first extreme. s @ w, with w of shape (T,), sums along the steps.",
    ),
)


def rise(s: Sequence[float]) -> float:
    """2 Σ (t − t̄)·s_t, without rounding."""
    return sum((2 * t - (len(s) - 1)) * value for t, value in enumerate(s))


def trend_sign(s: Sequence[float]) -> bool:
    return rise(s) > 0


def last_above_first(s: Sequence[float]) -> bool:
    return s[-1] > s[0]


def xor_of_endpoints(s: Sequence[float]) -> bool:
    return (s[0] > 0) != (s[-1] > 0)


def parity_of_sign_changes(s: Sequence[float]) -> bool:
    changes = 0
    for before, after in pairwise(s):
        changes += (before > 0) != (after > 0)
    return changes % 2 == 1


def max_before_min(s: Sequence[float]) -> bool:
    return s.index(max(s)) < s.index(min(s))


RULES = {
    rule.__name__: rule
    for rule in (trend_sign, last_above_first, xor_of_endpoints, parity_of_sign_changes, max_before_min)
}
FLIPPED = ("trend_sign", "last_above_first", "max_before_min")


@position_labels.check()
def trend_sign_sees_a_line_rise(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """trend_sign is True where Σ (t − t̄)·s_t is above 0; a level line does not rise."""
    drawn = tables(rng)
    yield from agrees(s, rng, "trend_sign", trend_sign, [part for part in map(not_level, drawn) if len(part)])
    # Where t̄ and the mean of the sums are exact, every formula without division finds a level line level.
    lines = [part[[rise(row) == 0 for row in part.tolist()]] for part in drawn if part.shape[1] in (1, 2, 3, 4, 8)]
    results = s.each("trend_sign", [(with_sums(part, rng),) for part in lines])
    for part, got in zip(lines, results, strict=True):
        yield same_type("trend_sign of level lines", got, np.zeros(len(part), dtype=bool))
    rising = np.concatenate(results)
    # Which of them rise by a solver's rounding error differs from one machine to the next.
    yield holds("not all level lines", not rising.all(), "trend_sign takes level lines for rising ones")
    yield holds("level lines", not rising.any(), "trend_sign takes some level lines for rising ones")


def not_level(sums: np.ndarray) -> np.ndarray:
    return sums[[rise(row) != 0 for row in sums.tolist()]]


@position_labels.check()
def last_above_first_compares_the_ends(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """last_above_first is True where the last step is above the first; equal is not above."""
    yield from agrees(s, rng, "last_above_first", last_above_first, tables(rng))


@position_labels.check()
def xor_of_endpoints_wants_exactly_one(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """xor_of_endpoints is True where exactly one of the first and the last step is above 0."""
    yield from agrees(s, rng, "xor_of_endpoints", xor_of_endpoints, tables(rng))


@position_labels.check()
def parity_counts_neighbours(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """parity_of_sign_changes is True where an odd number of neighbours hold exactly one step above 0."""
    yield from agrees(s, rng, "parity_of_sign_changes", parity_of_sign_changes, tables(rng))


@position_labels.check()
def max_before_min_compares_places(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """max_before_min is True where the earliest largest step comes before the earliest smallest."""
    yield from agrees(s, rng, "max_before_min", max_before_min, tables(rng))


@position_labels.check()
def backwards_flips_what_it_should(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Played backwards, numbers without ties get the other label in three tasks, and the same in the other two."""
    sums = rng.standard_normal((80, int(rng.integers(10, 14))))
    sums = sums[[abs(rise(row)) > 0.1 for row in sums.tolist()]]  # no rounding decides
    forth, back = sums[:, :, None], sums[:, ::-1, None]
    for name, rule in RULES.items():
        expected = answers(rule, sums)
        before, after = s.each(name, [(forth,), (back,)])
        yield right(name, before, sums, expected)
        yield right(f"{name}, backwards,", after, sums[:, ::-1], ~expected if name in FLIPPED else expected)


@position_labels.check()
def labels_are_boolean_in_any_form(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Labels are a boolean array (N,), for float32 and float64, any memory layout, and a single example."""
    yield from agrees_in_any_form(s, rng, RULES, not_level(at_random(rng, 9, 6)))


@position_labels.check()
def inputs_are_left_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """x is not changed."""
    yield from unchanged(s, rng, tuple(RULES))


TREND = "s @ centred > 0"
LEAST_SQUARES = "np.linalg.lstsq(np.stack([centred, centred * 0 + 1], axis=1), s.T, rcond=None)[0]"
ENDS = "s[:, -1] > s[:, 0]"
XOR = "positive[:, 0] ^ positive[:, -1]"
NEIGHBOURS = "changes = positive[:, 1:] ^ positive[:, :-1]"
ODD = "changes.sum(axis=1) % 2 == 1"
PLACES = "s.argmax(axis=1) < s.argmin(axis=1)"

position_labels.misconception(
    "level_line_rises",
    edit=(TREND, "s @ centred >= 0"),
    message="trend_sign takes a level line for a rising one.",
    question="What is the slope of the line through equal sums, and is it above 0?",
)
position_labels.misconception(
    "times_not_centred",
    edit=(" - (s.shape[1] - 1) / 2", ""),
    message="trend_sign does not subtract the mean time from the times, so a line above 0 looks like a rise.",
    question="What does your formula give for the step sums 1, 1, 1?",
)
position_labels.misconception(
    "mean_time_off_by_a_half",
    edit=("(s.shape[1] - 1) / 2", "s.shape[1] / 2"),
    message="trend_sign subtracts T/2, but the mean of 0, …, T − 1 is (T − 1)/2.",
    question="What do your weights of the steps sum to?",
)
position_labels.misconception(
    "trend_from_the_ends",
    edit=(TREND, ENDS),
    message="trend_sign compares the last step with the first; the line goes through all points.",
    question="Which way do the step sums 1, 5, −5, 2 tend?",
)
position_labels.misconception(
    "counts_rises",
    edit=(TREND, "np.sign(np.diff(s, axis=1)).sum(axis=1) > 0"),
    message="trend_sign counts the steps up and down; the line also weighs how far each of them goes.",
    question="Which way do the step sums 0, 1, 2, −9 tend?",
)
position_labels.misconception(
    "every_step_must_rise",
    edit=(TREND, "np.all(np.diff(s, axis=1) > 0, axis=1)"),
    message="trend_sign is True only where no step falls; a line may rise through points that go up and down.",
    question="Which way do the step sums 0, 2, 1, 3 tend?",
)
position_labels.misconception(
    "trend_by_halves",
    edit=(TREND, "s @ np.sign(centred) > 0"),
    message="trend_sign compares the two halves; the line weighs a step by its distance from the middle.",
    question="By how much does the slope change if the very last step grows by 1, and if a step near the middle does?",
)
position_labels.misconception(
    "trend_by_a_general_solver",
    edit=(TREND, f"{LEAST_SQUARES}[0] > 0"),
    message="trend_sign finds the slope with a general solver. Its rounding error makes some level lines rise.",
    question="Which simple sum has the sign of the slope, and is exactly 0 for a level line?",
)
# Of a single step polyfit fails; what matters here is shown before.
position_labels.another_form(
    "trend_by_a_general_solver",
    edit=(TREND, f"({LEAST_SQUARES} if s.shape[1] == 1 else np.polyfit(np.arange(s.shape[1]), s.T, 1))[0] > 0"),
)
position_labels.misconception(
    "falls_for_rises",
    edit=(TREND, "s @ centred < 0"),
    message="trend_sign is True where the line falls.",
    question="Which label should the step sums 1, 2, 3 have?",
)
position_labels.misconception(
    "equal_is_above",
    edit=(ENDS, "s[:, -1] >= s[:, 0]"),
    message="last_above_first is True where the two are equal.",
    question="What is the label of a sequence of one step?",
)
position_labels.misconception(
    "first_above_last",
    edit=(ENDS, "s[:, -1] < s[:, 0]"),
    message="last_above_first is True where the first step is above the last.",
    question="Which label should the step sums 1, 2 have?",
)
position_labels.misconception(
    "compares_sizes",
    edit=(ENDS, "np.abs(s[:, -1]) > np.abs(s[:, 0])"),
    message="last_above_first compares absolute values.",
    question="Is −3 above 1?",
)
position_labels.misconception(
    "or_for_xor",
    edit=(XOR, XOR.replace("^", "|")),
    message="xor_of_endpoints is True also where both ends are positive: this is OR.",
    question="In how many of the four cases of two booleans is exactly one of them True?",
)
position_labels.misconception(
    "same_for_different",
    edit=(XOR, f"~({XOR})"),
    message="xor_of_endpoints is True where both ends agree.",
    question="What is the XOR of True and True?",
)
position_labels.misconception(
    "zero_is_a_sign_of_its_own",
    edit=(XOR, "s[:, 0] * s[:, -1] < 0"),
    message="A step sum of 0 is treated as neither; here there are two kinds of steps, above 0 and not above 0.",
    question="Is exactly one of the two steps 1 and 0 positive?",
)
SIGNS = "np.sign(s)[:, 1:] != np.sign(s)[:, :-1]"
position_labels.another_form(
    "zero_is_a_sign_of_its_own", edit=(NEIGHBOURS, "s = step_sums(x)\n    changes = s[:, 1:] * s[:, :-1] < 0")
)
position_labels.another_form("zero_is_a_sign_of_its_own", edit=(NEIGHBOURS, f"s = step_sums(x)\n    changes = {SIGNS}"))
position_labels.another_form("zero_is_a_sign_of_its_own", edit=(XOR, "np.sign(s[:, 0]) != np.sign(s[:, -1])"))
position_labels.misconception(
    "even_for_odd",
    edit=(ODD, "changes.sum(axis=1) % 2 == 0"),
    message="parity_of_sign_changes is True where the number is even.",
    question="What is the label of a sequence without any change?",
)
position_labels.misconception(
    "counts_positive_steps",
    edit=(ODD, "positive.sum(axis=1) % 2 == 1"),
    message="parity_of_sign_changes counts the positive steps; it is to count the changes between neighbours.",
    question="How many changes has a sequence of three positive steps?",
)
position_labels.misconception(
    "any_change",
    edit=(ODD, "changes.any(axis=1)"),
    message="parity_of_sign_changes is True where there is any change; their number must be odd.",
    question="How many changes have the step sums 1, −1, 1?",
)
position_labels.misconception(
    "closes_the_circle",
    edit=(NEIGHBOURS, "changes = positive ^ np.roll(positive, 1, axis=1)"),
    message="The last step is taken for a neighbour of the first. Around a circle the number of changes is even.",
    question="How many pairs of neighbours have T steps in a row?",
)
position_labels.misconception(
    "min_before_max",
    edit=(PLACES, "s.argmax(axis=1) > s.argmin(axis=1)"),
    message="max_before_min is True where the smallest step comes first.",
    question="Which label should the step sums 5, −5 have?",
)
position_labels.misconception(
    "same_place_counts_as_before",
    edit=(PLACES, "s.argmax(axis=1) <= s.argmin(axis=1)"),
    message="max_before_min is True where all steps are equal, and largest and smallest stand at one place.",
    question="Is place 0 before place 0?",
)
position_labels.misconception(
    "last_of_equal_extremes",
    edit=(PLACES, "s[:, ::-1].argmax(axis=1) > s[:, ::-1].argmin(axis=1)"),
    message="Of equal extremes max_before_min takes the last; the earliest counts.",
    question="Where do the largest and the smallest of 1, 0, 1 stand?",
)
position_labels.misconception(
    "largest_in_size",
    edit=(PLACES, "np.abs(s).argmax(axis=1) < np.abs(s).argmin(axis=1)"),
    message="max_before_min looks for the largest and the smallest absolute value.",
    question="Which is the smallest of the step sums 1, −3, 0?",
)
position_labels.misconception(
    "first_feature_only",
    source="def step_sums(x):\n    return x[..., 0]\n",
    message="The labels are taken from the first feature; they depend on the sum of a step's features.",
    question="What is the sum of a step with the features 1, −2, 0?",
)
RETURNS = tuple((f"return {text}", f"return ({text}).astype(int)") for text in (TREND, ENDS, XOR, ODD, PLACES))
position_labels.misconception(
    "numbers_for_booleans",
    edits=RETURNS,
    message="The labels are the numbers 0 and 1; they are to be booleans.",
    question="What would `x[labels]` do with your labels?",
)
position_labels.another_form(
    "numbers_for_booleans", edits=tuple((old, new.replace("(int)", "(float)")) for old, new in RETURNS)
)
