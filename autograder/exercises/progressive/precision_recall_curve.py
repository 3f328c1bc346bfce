"""Judgement of `progressive.precision_recall_curve`: of what is caught, how much is right; of what is right, how much
is caught.

Symbols as in `.scored`. The oracle counts afresh at each threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, raises
from autograder.submission import Submission

from .scored import compared, counted, forms, nearly_tied, one_of_each, unchanged, with_ties, without_ties

precision_recall_curve = Judgement(
    "progressive.precision_recall_curve",
    hints=(
        "Give the scores 3, 2, 2, 1 the labels True, True, False, False. Which examples does each threshold catch?",
        "The counts are those of the ROC curve. Only what they are divided by is new, for one of the two rates.",
        "Precision divides by all that is caught, true and false positives; recall by the number of True labels.",
        "Three arrays, each with one number put in front: precision with 1, recall with 0, thresholds with np.inf.",
    ),
)
NAME = "precision_recall_curve"
PARTS = ("precision", "recall", "thresholds")


def by_definition(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Precision and recall from the counts, with the point in front where nothing is predicted True."""
    true_positives, false_positives, thresholds = counted(labels, scores)
    return (
        np.array([1, *(true_positives / (true_positives + false_positives))]),
        np.array([0, *true_positives]) / np.sum(labels),
        np.array([np.inf, *thresholds]),
    )


@precision_recall_curve.check(weight=2)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Without ties, the curve has a point for each score, after precision 1 and recall 0 at infinity."""
    cases = [without_ties(rng, int(n)) for n in rng.integers(8, 30, size=3)]
    for scored, got in zip(cases, s.each(NAME, cases), strict=True):
        yield from compared("without ties", got, by_definition(*scored), PARTS)


@precision_recall_curve.check()
def ties_cross_together(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Examples with equal scores give one point, and scores that differ by little give two."""
    cases = [*(with_ties(rng, int(n)) for n in rng.integers(8, 20, size=2)), nearly_tied(rng, 9)]
    places = ("with ties", "with ties", "of scores 1e-9 apart")
    for where, scored, got in zip(places, cases, s.each(NAME, cases), strict=True):
        yield from compared(where, got, by_definition(*scored), PARTS)


@precision_recall_curve.check()
def only_the_order_of_scores_counts(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Any scores will do, float32 or float64, and the order of the examples does not matter."""
    cases = forms(rng, int(rng.integers(10, 20)))
    labels, scores = with_ties(rng, 10)
    for place in range(2):
        order = np.lexsort((labels if place else ~labels, scores))
        cases[f"where {'False' if place else 'True'} comes first in a tie"] = (labels[order], scores[order])
    for (where, scored), got in zip(cases.items(), s.each(NAME, list(cases.values())), strict=True):
        yield from compared(where, got, by_definition(*scored), PARTS)


@precision_recall_curve.check()
def smallest_cases(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The curve is right for two examples, for one among many, and for perfect, useless and equal scores."""
    cases = one_of_each(rng)
    for scored, got in zip(cases, s.each(NAME, cases), strict=True):
        where = f"of {scored[0].sum()} True and {(~scored[0]).sum()} False examples"
        yield from compared(where, got, by_definition(*scored), PARTS)


@precision_recall_curve.check()
def true_examples_are_enough(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Examples that are all True have a curve, with precision 1 throughout."""
    cases = [(np.ones(n, dtype=bool), rng.standard_normal(n)) for n in (1, 5)]
    for scored, got in zip(cases, s.each(NAME, cases), strict=True):
        yield from compared("of True examples alone", got, by_definition(*scored), PARTS)


@precision_recall_curve.check()
def a_true_example_is_needed(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A curve of examples that are all False raises ValueError."""
    for n in (1, 6):
        labels, scores = np.zeros(n, dtype=bool), rng.standard_normal(n)
        yield raises("a curve of labels that are all False", partial(s.call, NAME, labels, scores), "ValueError")


@precision_recall_curve.check()
def inputs_are_left_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Labels and scores are not changed."""
    yield from unchanged(s, NAME, with_ties(rng, 8))


PRECISION = "np.append(1.0, true_positives / (true_positives + false_positives))"
RECALL = "np.append(0.0, true_positives / labels.sum())"
THRESHOLDS = "np.append(np.inf, thresholds)"
RETURNED = f"return (\n        {PRECISION},\n        {RECALL},\n        {THRESHOLDS},\n    )"
RAISE = (
    "    if not labels.any():\n"
    '        raise ValueError("a precision-recall curve needs an example whose label is True")\n'
)


ONE_FOR_NOTHING = """
def precision_recall_curve(labels, scores):
    if not labels.any():
        raise ValueError("no label is True")
    hits, alarms, thresholds = counts_by_threshold(labels, scores)
    caught = hits + alarms
    precision = np.where(caught > 0, hits / np.maximum(caught, 1), 1.0)
    return np.append(1.0, precision), np.append(0.0, hits / labels.sum()), np.append(np.inf, thresholds)
"""
"""Wherever nothing is caught, precision is 1."""


def counts(body: str) -> str:
    """The helper of the reference with thresholds or comparison of another kind."""
    return (
        f"def counts_by_threshold(labels, scores):\n    {body}\n"
        "    return (caught & labels).sum(axis=1), (caught & ~labels).sum(axis=1), thresholds\n"
    )


precision_recall_curve.misconception(
    "ties_walked_through",
    source="""def counts_by_threshold(labels, scores):
    order = np.argsort(-scores, kind="stable")
    true_positives = np.cumsum(labels[order])
    return true_positives, np.arange(1, len(labels) + 1) - true_positives, scores[order]
""",
    message="Examples with equal scores cross the threshold one by one, so the curve depends on their order.",
    question="Is there a threshold that catches one of two examples with the same score?",
)
precision_recall_curve.misconception(
    "strictly_above",
    source=counts("thresholds = np.unique(scores)[::-1]\n    caught = scores > thresholds[:, None]"),
    message="A threshold catches scores above it; scores equal to it are to be caught too.",
    question="What should the recall be at the lowest score?",
)
precision_recall_curve.another_form(
    "strictly_above",
    source=counts("thresholds = np.unique(scores)[::-1]\n    caught = scores > thresholds[:, None]") + ONE_FOR_NOTHING,
)
precision_recall_curve.misconception(
    "low_scores_first",
    source=counts("thresholds = np.unique(scores)\n    caught = scores <= thresholds[:, None]"),
    message="The threshold rises from the lowest score, and catches scores that are at most as large.",
    question="Which example should be predicted True first?",
)
precision_recall_curve.misconception(
    "near_scores_taken_for_equal",
    source=counts(
        "thresholds = np.unique(np.round(scores, 6))[::-1]\n    caught = np.round(scores, 6) >= thresholds[:, None]"
    ),
    message="Scores that differ by little are taken for equal.",
    question="Is there a threshold between 0.5 and 0.500000001?",
)
precision_recall_curve.misconception(
    "a_grid_of_thresholds",
    source=counts("thresholds = np.linspace(1, 0, 101)\n    caught = scores >= thresholds[:, None]"),
    message="The thresholds are a fixed grid; they are to be the scores themselves.",
    question="At which thresholds do the counts change, and what if all scores lie between two points of the grid?",
)
precision_recall_curve.another_form(
    "a_grid_of_thresholds",
    source=counts("thresholds = np.linspace(1, 0, 11)\n    caught = scores >= thresholds[:, None]") + ONE_FOR_NOTHING,
)
precision_recall_curve.misconception(
    "begins_at_precision_zero",
    edit=("np.append(1.0, ", "np.append(0.0, "),
    message="The first precision, where nothing is caught, is 0; by convention it is to be 1.",
    question="Which convention for 0/0 does the statement name?",
)
precision_recall_curve.misconception(
    "no_first_point",
    edits=(
        (PRECISION, "true_positives / (true_positives + false_positives)"),
        (RECALL, "true_positives / labels.sum()"),
        (THRESHOLDS, "thresholds"),
    ),
    message="The curve does not begin at recall 0, where nothing is predicted True.",
    question="Which threshold catches no example at all?",
)
precision_recall_curve.misconception(
    "finite_first_threshold",
    edit=(THRESHOLDS, "np.append(thresholds[0] + 1, thresholds)"),
    message="The first threshold is the largest score plus 1; it is to be infinity.",
    question="Which threshold catches nothing, whatever the scores?",
)
precision_recall_curve.another_form("finite_first_threshold", edit=(THRESHOLDS, "np.append(1.0, thresholds)"))
precision_recall_curve.misconception(
    "recall_first",
    edits=((PRECISION, "np.append(0, true_positives / labels.sum())"), (RECALL, PRECISION.replace("1.0,", "1,"))),
    message="Recall comes first; precision is to.",
    question="In which order does the statement name the three arrays?",
)
precision_recall_curve.misconception(
    "falling_recall",
    edit=(RETURNED, f"return tuple(part[::-1] for part in {RETURNED[7:]})"),
    message="The points run from high recall to low, as in scikit-learn; recall is to rise.",
    question="Which threshold should be the first: the one that catches nothing, or the one that catches all?",
)
precision_recall_curve.misconception(
    "precision_of_all_examples",
    edit=(PRECISION, "np.append(1.0, true_positives / len(labels))"),
    message="True positives are divided by the number of all examples; precision is a share of those caught.",
    question="What is the precision where three examples are caught and two of them are True?",
)
precision_recall_curve.misconception(
    "accuracy_for_precision",
    edit=(PRECISION, "np.append(1.0, (true_positives + (~labels).sum() - false_positives) / len(labels))"),
    message="This is the accuracy: right answers of both kinds. Precision looks only at what is caught.",
    question="Does a False example that is not caught change the precision?",
)
precision_recall_curve.misconception(
    "recall_of_all_examples",
    edit=(RECALL, "np.append(0.0, true_positives / len(labels))"),
    message="Recall is divided by the number of all examples, so that it does not reach 1.",
    question="Of which examples is recall a share?",
)
precision_recall_curve.misconception(
    "false_positive_rate_for_recall",
    edit=(RECALL, "np.append(0.0, false_positives / (~labels).sum())"),
    message="This is the false-positive rate, the x-axis of a ROC curve; recall is the true-positive rate.",
    question="What should recall be where every True example is caught and no other?",
)
precision_recall_curve.misconception(
    "never_rising_precision",
    edit=(PRECISION, f"np.maximum.accumulate({PRECISION}[::-1])[::-1]"),
    message="Precision is replaced by the best one at this recall or above; the curve is to be left as it is.",
    question="May precision rise when a threshold falls?",
)
precision_recall_curve.another_form(  # points of equal recall are lifted alike
    "never_rising_precision",
    edit=(
        PRECISION,
        f"(lambda p, r: np.array([p[r >= here].max() for here in r]))({PRECISION}, np.append(0, true_positives))",
    ),
)
precision_recall_curve.misconception(
    "stops_at_full_recall",
    edit=(
        RETURNED,
        f"""end = np.searchsorted(true_positives, labels.sum()) + 2
    return tuple(part[:end] for part in {RETURNED[7:]})""",
    ),
    message="The curve stops where recall reaches 1; each different score is to have its point.",
    question="How many points has a curve of N different scores?",
)
precision_recall_curve.misconception(
    "missing_label_unnoticed",
    edit=(RAISE, ""),
    message="Without an example whose label is True recall is 0/0, and nothing is raised.",
    question="What is the recall of examples that are all False?",
)
precision_recall_curve.another_form(
    "missing_label_unnoticed", edits=((RAISE, ""), ("labels.sum()", "max(labels.sum(), 1)"))
)
precision_recall_curve.misconception(
    "false_examples_asked_for",
    edit=("if not labels.any():", "if labels.all() or not labels.any():"),
    message="Examples that are all True are refused; neither precision nor recall is 0/0 for them.",
    question="By what is precision divided, and by what recall?",
)
