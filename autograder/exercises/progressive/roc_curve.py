"""Judgement of `progressive.roc_curve`: what a falling threshold catches, as counts and as rates.

Symbols as in `.scored`. The oracle counts afresh at each threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, raises, same_type
from autograder.submission import Submission

from .scored import compared, counted, forms, nearly_tied, one_of_each, unchanged, with_ties, without_ties

roc_curve = Judgement(
    "progressive.roc_curve",
    hints=(
        "Give the scores 3, 2, 2, 1 the labels True, True, False, False. Which examples does each threshold catch?",
        "Sort by score, largest first. A running sum of the labels then counts the true positives caught so far.",
        "Of examples with equal scores only the last gives a point: it is the last of all, or the next score differs.",
        "Up to place i there are i + 1 examples; those that are no true positives are false ones. Then divide.",
    ),
)
COUNTS, CURVE = "counts_by_threshold", "roc_curve"
COUNTED = ("true_positives", "false_positives", "thresholds")
PARTS = ("false_positive_rate", "true_positive_rate", "thresholds")


def by_definition(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The rates from the counts, with the point in front where nothing is predicted True."""
    true_positives, false_positives, thresholds = counted(labels, scores)
    return (
        np.array([0, *false_positives]) / np.sum(~labels),
        np.array([0, *true_positives]) / np.sum(labels),
        np.array([np.inf, *thresholds]),
    )


@roc_curve.check(weight=2)
def counts_at_each_score(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """counts_by_threshold counts, for each different score, the True and the False examples that score as much."""
    single = without_ties(rng, 6)[1]
    cases = {
        "without ties": without_ties(rng, int(rng.integers(12, 20))),
        "with ties": with_ties(rng, int(rng.integers(12, 20))),
        "of True examples alone": (np.ones(6, dtype=bool), single),
        "of False examples alone": (np.zeros(6, dtype=bool), single),
        "of one example": (np.array([True]), np.array([0.3])),
    }
    for (where, scored), got in zip(cases.items(), s.each(COUNTS, list(cases.values())), strict=True):
        expected = counted(*scored)
        yield from compared(where, got, expected, COUNTED)
        for part, counts, right in zip(COUNTED[:2], got, expected, strict=False):
            yield same_type(f"{part} {where}", counts, right.astype(np.int64))


@roc_curve.check(weight=2)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Without ties, the curve has a point for each score, after (0, 0) at infinity, and ends at (1, 1)."""
    cases = [without_ties(rng, int(n)) for n in rng.integers(8, 30, size=3)]
    for scored, got in zip(cases, s.each(CURVE, cases), strict=True):
        yield from compared("without ties", got, by_definition(*scored), PARTS)


@roc_curve.check(weight=2)
def ties_cross_together(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Examples with equal scores give one point, and scores that differ by little give two."""
    cases = [*(with_ties(rng, int(n)) for n in rng.integers(8, 20, size=2)), nearly_tied(rng, 9)]
    places = ("with ties", "with ties", "of scores 1e-9 apart")
    for where, scored, got in zip(places, cases, s.each(CURVE, cases), strict=True):
        yield from compared(where, got, by_definition(*scored), PARTS)


@roc_curve.check()
def smallest_cases(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The curve is right for two examples, for one among many, and for perfect, useless and equal scores."""
    cases = one_of_each(rng)
    for scored, got in zip(cases, s.each(CURVE, cases), strict=True):
        where = f"of {scored[0].sum()} True and {(~scored[0]).sum()} False examples"
        yield from compared(where, got, by_definition(*scored), PARTS)


@roc_curve.check()
def only_the_order_of_scores_counts(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Any scores will do, float32 or float64, and the order of the examples does not matter."""
    cases = forms(rng, int(rng.integers(10, 20)))
    labels, scores = with_ties(rng, 10)
    for place in range(2):
        order = np.lexsort((labels if place else ~labels, scores))
        cases[f"where {'False' if place else 'True'} comes first in a tie"] = (labels[order], scores[order])
    for (where, scored), got in zip(cases.items(), s.each(CURVE, list(cases.values())), strict=True):
        yield from compared(where, got, by_definition(*scored), PARTS)


@roc_curve.check()
def both_labels_are_needed(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A ROC curve of examples that are all True, or all False, raises ValueError."""
    for n in (1, 6):
        for label in (True, False):
            labels, scores = np.full(n, label), rng.standard_normal(n)
            yield raises(
                f"a curve of labels that are all {label}", partial(s.call, CURVE, labels, scores), "ValueError"
            )


@roc_curve.check()
def inputs_are_left_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Labels and scores are not changed."""
    for name in (COUNTS, CURVE):
        yield from unchanged(s, name, with_ties(rng, 8))


ORDER = 'np.argsort(-scores, kind="stable")'
LAST = "np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))[: len(ranked)]"
FALSE_RATE = "np.append(0.0, false_positives / (len(labels) - positives))"
TRUE_RATE = "np.append(0.0, true_positives / positives)"
THRESHOLDS = "np.append(np.inf, thresholds)"
RETURNED = f"return (\n        {FALSE_RATE},\n        {TRUE_RATE},\n        {THRESHOLDS},\n    )"
RAISE = (
    '    if not 0 < positives < len(labels):\n        raise ValueError("a ROC curve needs examples of both labels")\n'
)

roc_curve.misconception(
    "ties_walked_through",
    edit=(LAST, "np.arange(len(ranked))"),
    message="Examples with equal scores cross the threshold one by one, so the curve depends on their order.",
    question="Is there a threshold that catches one of two examples with the same score?",
)
roc_curve.misconception(
    "strictly_above",
    source="""def counts_by_threshold(labels, scores):
    thresholds = np.unique(scores)[::-1]
    caught = scores > thresholds[:, None]
    return (caught & labels).sum(axis=1), (caught & ~labels).sum(axis=1), thresholds
""",
    message="A threshold catches scores above it; scores equal to it are to be caught too.",
    question="What should the counts be at the lowest score?",
)
roc_curve.misconception(
    "first_of_a_tie",
    edit=(LAST, "np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))"),
    message="Of examples with one score the first is counted and the others not yet.",
    question="How many examples score at least as much as the second of two equals?",
)
roc_curve.misconception(
    "near_scores_taken_for_equal",
    edit=("ranked, hits = scores[order]", "ranked, hits = np.round(scores[order], 6)"),
    message="Scores that differ by little are taken for equal.",
    question="Is there a threshold between 0.5 and 0.500000001?",
)
roc_curve.another_form(
    "near_scores_taken_for_equal", edit=("ranked[1:] != ranked[:-1]", "~np.isclose(ranked[1:], ranked[:-1])")
)
roc_curve.misconception(
    "a_grid_of_thresholds",
    source="""def counts_by_threshold(labels, scores):
    thresholds = np.linspace(1, 0, 101)
    caught = scores >= thresholds[:, None]
    return (caught & labels).sum(axis=1), (caught & ~labels).sum(axis=1), thresholds
""",
    message="The thresholds are a fixed grid; they are to be the scores themselves.",
    question="At which thresholds do the counts change, and what if all scores lie between two points of the grid?",
)
roc_curve.another_form(
    "a_grid_of_thresholds",
    source="""def counts_by_threshold(labels, scores):
    thresholds = np.linspace(1, 0, 11)
    caught = scores >= thresholds[:, None]
    return (caught & labels).sum(axis=1), (caught & ~labels).sum(axis=1), thresholds
""",
)
roc_curve.misconception(
    "low_scores_first",
    edit=("argsort(-scores", "argsort(scores"),
    message="The threshold rises from the lowest score; the counts are those of scores at most as large.",
    question="Which example should be predicted True first?",
)
roc_curve.misconception(
    "not_cumulative",
    edit=(
        "return true_positives, last_of_its_value + 1 - true_positives,",
        "return np.diff(true_positives, prepend=0), np.diff(last_of_its_value + 1 - true_positives, prepend=0),",
    ),
    message="Each count holds only the examples that have exactly this score; all that score more belong to it too.",
    question="How many examples does the lowest threshold catch?",
)
roc_curve.misconception(
    "all_caught_for_false_positives",
    edit=("last_of_its_value + 1 - true_positives,", "last_of_its_value + 1,"),
    message="All examples caught are taken for false positives.",
    question="Which of the examples caught are false positives?",
)
roc_curve.misconception(
    "counts_one_too_few",
    edit=("last_of_its_value + 1 - true_positives,", "last_of_its_value - true_positives,"),
    message="The place in the sorted list is taken for the number of examples up to it.",
    question="How many examples are caught at place 0?",
)
roc_curve.misconception(
    "no_first_point",
    edits=(
        (FALSE_RATE, "false_positives / (len(labels) - positives)"),
        (TRUE_RATE, "true_positives / positives"),
        (THRESHOLDS, "thresholds"),
    ),
    message="The curve does not begin at (0, 0), where nothing is predicted True.",
    question="Which threshold catches no example at all?",
)
roc_curve.misconception(
    "finite_first_threshold",
    edit=(THRESHOLDS, "np.append(thresholds[0] + 1, thresholds)"),
    message="The first threshold is the largest score plus 1; it is to be infinity.",
    question="Which threshold catches nothing, whatever the scores?",
)
roc_curve.another_form("finite_first_threshold", edit=(THRESHOLDS, "np.append(1.0, thresholds)"))
roc_curve.misconception(
    "rates_of_all_examples",
    edits=(
        (FALSE_RATE, "np.append(0.0, false_positives / len(labels))"),
        (TRUE_RATE, "np.append(0.0, true_positives / len(labels))"),
    ),
    message="The counts are divided by the number of all examples, so the curve does not reach (1, 1).",
    question="Of which examples is the true-positive rate a share?",
)
roc_curve.misconception(
    "denominators_swapped",
    edits=(
        (FALSE_RATE, "np.append(0.0, false_positives / positives)"),
        (TRUE_RATE, "np.append(0.0, true_positives / (len(labels) - positives))"),
    ),
    message="Each count is divided by the number of the other label.",
    question="How many false positives can there be at most?",
)
roc_curve.misconception(
    "share_of_the_caught",
    edit=(FALSE_RATE, "np.append(0.0, false_positives / (true_positives + false_positives))"),
    message="False positives are divided by the number of examples caught; that is 1 − precision.",
    question="What should the false-positive rate be once everything is caught?",
)
roc_curve.misconception(
    "rates_swapped",
    edits=((FALSE_RATE, TRUE_RATE.replace("0.0,", "0,")), (TRUE_RATE, FALSE_RATE.replace("0.0,", "0,"))),
    message="The true-positive rate comes first; the false-positive rate is to.",
    question="In which order does the statement name the three arrays?",
)
roc_curve.misconception(
    "corners_only",
    edit=(
        RETURNED,
        f"""rates = {RETURNED[7:]}
    right, up = np.diff(rates[0]), np.diff(rates[1])
    turns = np.abs(right[:-1] * up[1:] - up[:-1] * right[1:]) > 1e-12
    return tuple(part[np.r_[True, turns, True]] for part in rates)""",
    ),
    message="Points on a straight piece of the curve are dropped; each different score is to have its point.",
    question="How many points has a curve of N different scores?",
)
roc_curve.misconception(
    "missing_label_unnoticed",
    edit=(RAISE, ""),
    message="Where a label does not occur one of the rates is 0/0, and nothing is raised.",
    question="What is the true-positive rate of examples that are all False?",
)
roc_curve.another_form(
    "missing_label_unnoticed",
    edits=(
        (RAISE, ""),
        ("/ positives)", "/ max(positives, 1))"),
        ("/ (len(labels) - positives))", "/ max(len(labels) - positives, 1))"),
    ),
)
roc_curve.misconception(
    "one_missing_label_unnoticed",
    edit=("not 0 < positives < len(labels)", "positives == 0"),
    message="Only missing True labels are noticed; without False ones the false-positive rate is 0/0.",
    question="What is the false-positive rate of examples that are all True?",
)
