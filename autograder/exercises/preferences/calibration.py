"""Judgement of `preferences.calibration`: how often a reward model is right, and whether it knows how often.

The oracle takes one pair at a time, in double precision. Predictions are drawn away from the edges of the bins, since
there rounding decides; but 0, 1 and ½ are exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, no_coarser
from autograder.submission import Submission

from .inputs import DTYPES, SINGLE, flags, numbers, otherwise_laid_out, unchanged

calibration = Judgement(
    "preferences.calibration",
    hints=(
        "`accuracy`: what should a model get that gives all texts the same score? Write down three pairs, one right, "
        "one wrong, one equal, and count.",
        "`calibration`: the prediction for a pair is σ(first − second). Its bin is the whole part of prediction · "
        "bins, and 1 itself has to go into the last one.",
        "`torch.bincount(place, minlength=bins)` counts; with `weights=` it adds up the predictions, or the answers, "
        "of each bin.",
        "Divide the sums by the counts, in floating point: 0 / 0 is NaN in torch, which is what an empty bin should "
        "have.",
    ),
)
ACCURACY, NAME = "accuracy", "calibration"
PARTS = ("the mean predictions", "the shares preferred", "the counts")
Inputs = tuple[Tensor, Tensor, Tensor, int]


def right_share(chosen: Tensor, rejected: Tensor) -> float:
    found = [1.0 if a > b else 0.5 if a == b else 0.0 for a, b in zip(chosen.tolist(), rejected.tolist(), strict=True)]
    return sum(found) / len(found)


def sigma(difference: float) -> float:
    return 1.0 / (1.0 + math.exp(-difference)) if difference > 0 else 1.0 - 1.0 / (1.0 + math.exp(difference))


def by_definition(first: Tensor, second: Tensor, preferred: Tensor, bins: int) -> tuple[np.ndarray, ...]:
    """Mean prediction, share preferred and count of each bin, one pair at a time."""
    total, yes, count = np.zeros(bins), np.zeros(bins), np.zeros(bins, dtype=np.int64)
    for a, b, answer in zip(first.tolist(), second.tolist(), preferred.tolist(), strict=True):
        predicted = sigma(a - b)
        place = min(math.floor(predicted * bins), bins - 1)
        total[place] += predicted
        yes[place] += answer
        count[place] += 1
    with np.errstate(invalid="ignore"):
        return total / count, yes / count, count


def draw(rng: np.random.Generator, bins: int, dtype: torch.dtype = SINGLE, pairs: int = 40) -> Inputs:
    """Scores whose predictions are in the inner 0.9 of their bins, and answers that follow them in part."""
    places = rng.integers(0, bins, size=pairs)
    predicted = np.clip((places + rng.uniform(0.05, 0.95, size=pairs)) / bins, 0.002, 0.998)
    second = numbers(rng, pairs, dtype=dtype)
    first = second + torch.from_numpy(np.log(predicted) - np.log1p(-predicted)).to(dtype)
    preferred = torch.from_numpy(rng.random(pairs) < 0.25 + 0.4 * predicted)
    return first, second, preferred, bins


def compared(where: str, got: Any, given: Inputs) -> Iterator[Observation]:
    """The three tensors, each of one number for each bin."""
    found: Sequence[Any] = got if isinstance(got, list) else []
    yield identical(f"what is returned {where}: how many tensors", len(found), 3)
    for name, part, right in zip(PARTS[:2], found, by_definition(*given), strict=False):
        shape = tuple(getattr(part, "shape", ()))
        yield identical(f"how many are {name} {where}", shape, (given[3],), f"{name} {where} are not one for each bin")
        yield no_coarser(f"{name} {where}", part, SINGLE)
        yield close(f"{name} {where}", part, right, roundings=64, magnitude=1.0, precision=SINGLE)
    whole = isinstance(found[2], Tensor) and not found[2].is_floating_point()
    yield holds(f"{PARTS[2]} {where} are integers", whole, f"{PARTS[2]} {where} are not a tensor of integers")
    yield identical(f"{PARTS[2]} {where}", found[2], by_definition(*given)[2])


@calibration.check(weight=2)
def counts_what_is_right(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The accuracy is the share of pairs whose chosen text has the higher score: a Python float."""
    for pairs in (9, 1):
        chosen, rejected = numbers(rng, pairs) + 1.0, numbers(rng, pairs) + 0.5
        got = s.call(ACCURACY, chosen, rejected)
        yield holds("the accuracy is a float", type(got) is float, "the accuracy is not a Python float")
        yield close("the accuracy", got, np.float64(right_share(chosen, rejected)), precision=SINGLE)


@calibration.check(weight=2)
def counts_equal_scores_as_half(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Equal scores count one half, so a model that prefers none has an accuracy of ½."""
    chosen, rejected = numbers(rng, 12), numbers(rng, 12)
    equal = flags(rng, 12)
    equal[0], equal[1] = True, False
    rejected = torch.where(equal, chosen, rejected)
    for where, other in (("with some equal scores", rejected), ("with equal scores only", chosen.clone())):
        got = s.call(ACCURACY, chosen, other)
        yield close(f"the accuracy {where}", got, np.float64(right_share(chosen, other)), precision=SINGLE)


@calibration.check(weight=5)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """In each bin: the mean of σ(first − second), the share whose first text was preferred, and the number of pairs."""
    inputs = [draw(rng, bins) for bins in (4, 7, 10)]
    for given, got in zip(inputs, s.each(NAME, inputs), strict=True):
        yield from compared(f"in {given[3]} bins", got, given)


@calibration.check(weight=2)
def knows_empty_bins(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A bin without pairs has the count 0 and is NaN otherwise; with one bin all pairs are in it."""
    few = draw(rng, 20, pairs=3)
    yield from compared("of three pairs in twenty bins", s.call(NAME, *few), few)
    one = draw(rng, 1)
    yield from compared("in one bin", s.call(NAME, *one), one)


@calibration.check(weight=3)
def places_what_is_certain(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A prediction of 0 is in the first bin, 1 in the last, and ½ of an even number of bins above the middle."""
    second = numbers(rng, 9)
    first = second + torch.tensor([200.0] * 3 + [-200.0] * 3 + [0.0] * 3)
    bins = 2 * int(rng.integers(2, 6))
    given = first, second, torch.tensor([True, True, False, False, False, True, True, False, True]), bins
    yield from compared("of certain and equal pairs", s.call(NAME, *given), given)


@calibration.check()
def takes_any_scores(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Scores in float32 or float64, in any memory layout, and a number added to all of them change nothing."""
    for dtype in DTYPES:
        first, second, preferred, bins = draw(rng, 5, dtype)
        shift = float(rng.uniform(4.0, 8.0))
        given = first + shift, second + shift, preferred, bins
        yield from compared(f"in {dtype}", s.call(NAME, *map(otherwise_laid_out, given)), given)
        chosen, rejected = map(otherwise_laid_out, given[:2])
        got = s.call(ACCURACY, chosen, rejected)
        yield close(f"the accuracy in {dtype}", got, np.float64(right_share(chosen, rejected)), precision=SINGLE)


@calibration.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The scores and the answers are not changed."""
    first, second, preferred, bins = draw(rng, 5)
    inputs = {"first_scores": first, "second_scores": second, "first_preferred": preferred}
    yield from unchanged(s, inputs, lambda held: s.call(NAME, *held, bins))
    inputs = {"chosen_scores": first, "rejected_scores": second}
    yield from unchanged(s, inputs, lambda held: s.call(ACCURACY, *held))


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    calibration.misconception(identity, edits=edits, source=source, message=message, question=question)


def also(identity: str, *edits: tuple[str, str], source: str = "") -> None:
    calibration.another_form(identity, edits=edits, source=source)


HALF = "(higher.double() + 0.5 * equal.double()).mean().item()"
PREDICTED = "torch.sigmoid(first_scores.double() - second_scores.double())"
PLACE = "(predicted * bins).long().clamp(max=bins - 1)"
YES = "weights=first_preferred.double()"
RETURN = "return total / count, preferred / count, count"

mistake(
    "accuracy_swapped",
    "The accuracy counts the pairs that the model gets wrong: a has become 1 − a.",
    "Which of the two scores should be the higher one?",
    ("chosen_scores > rejected_scores", "chosen_scores < rejected_scores"),
)
mistake(
    "ties_are_right",
    "Equal scores count as right: a model that gives all texts the same score would be perfect.",
    "How often would someone be right who guesses where the scores are equal?",
    ("0.5 * equal", "1.0 * equal"),
)
mistake(
    "ties_are_wrong",
    "Equal scores count as wrong: a model that prefers none is worse than a guess.",
    "How often would someone be right who guesses where the scores are equal?",
    (HALF, "higher.double().mean().item()"),
)
mistake(
    "ties_left_out",
    "Pairs with equal scores are left out, and with them what the model does not know.",
    "What is the accuracy of a model that gives all texts the same score?",
    (HALF, "higher.double().sum().item() / max(int((~equal).sum()), 1)"),
)
mistake(
    "accuracy_by_sign",
    "The chosen text counts as right if its score is positive; the score of the other text has no say.",
    "If 5 is added to all scores, which preferences change?",
    ("chosen_scores > rejected_scores", "chosen_scores > 0"),
)
mistake(
    "margin_not_share",
    "This is the mean difference of the scores, not the share of pairs that are right.",
    "Is one pair that is right by far worth two that are right?",
    (HALF, "(chosen_scores - rejected_scores).double().mean().item()"),
)
mistake(
    "returns_a_tensor",
    "The accuracy is a tensor; a Python float is asked for.",
    "What does `.item()` do?",
    (HALF, "(higher.double() + 0.5 * equal.double()).mean()"),
)
mistake(
    "prediction_swapped",
    "The prediction is for the second text, σ(second − first), while the answers are about the first.",
    "If the first text has the higher score, should the prediction that it is preferred be above or below ½?",
    (PREDICTED, "torch.sigmoid(second_scores.double() - first_scores.double())"),
)
mistake(
    "prediction_of_one_score",
    "The prediction is made from the first score alone; only differences mean anything.",
    "If 5 is added to all scores, what happens to your predictions?",
    (PREDICTED, "torch.sigmoid(first_scores.double())"),
)
also(
    "prediction_of_one_score",
    (PREDICTED, "torch.sigmoid(first_scores.double()) - torch.sigmoid(second_scores.double())"),
    (PLACE, "(predicted * bins).long().clamp(0, bins - 1)"),
)
mistake(
    "difference_as_probability",
    "The difference of the scores is used as a probability, without σ.",
    "What turns any real number into one between 0 and 1?",
    (PREDICTED, "(first_scores.double() - second_scores.double()).clamp(0.0, 1.0)"),
)
also(
    "difference_as_probability",
    (PREDICTED, "first_scores.double() - second_scores.double()"),
    (PLACE, "(predicted * bins).floor().long().clamp(0, bins - 1)"),
)
mistake(
    "hard_prediction",
    "The prediction is rounded to yes or no, and with that what the model knows of its own doubt is lost.",
    "Which bins can a prediction of 0 or 1 be in?",
    (PREDICTED, "(first_scores > second_scores).double()"),
)
mistake(
    "share_of_right",
    "The share is that of pairs on which the model was right, not of those whose first text was preferred. It is high "
    "where the prediction is near 0.",
    "Of the pairs with a prediction of 0.1, which share should prefer the first text?",
    (YES, "weights=(first_preferred == (first_scores > second_scores)).double()"),
)
mistake(
    "folded",
    "The prediction is folded to the preferred side, max(p, 1 − p): half of the bins stay empty.",
    "What is asked for: how sure the model is, or how probable it finds the first text?",
    (PREDICTED, "torch.sigmoid((first_scores.double() - second_scores.double()).abs())"),
)
also(
    "folded",
    (PREDICTED, "torch.sigmoid((first_scores.double() - second_scores.double()).abs())"),
    (YES, "weights=(first_preferred == (first_scores > second_scores)).double()"),
)
mistake(
    "sorted_by_the_answer",
    "The scores are put in the order of the answer first, so that every pair counts as preferred. The share is 1 in "
    "every bin.",
    "If the chosen text is always the first one, what can the share of preferred first texts be?",
    (
        PREDICTED,
        "torch.sigmoid(torch.where(first_preferred, 1, -1) * (first_scores.double() - second_scores.double()))",
    ),
    (YES, "weights=torch.ones_like(first_preferred).double()"),
)
mistake(
    "middle_of_the_bin",
    "The middle of each bin is returned, not the mean of the predictions that are in it.",
    "Two predictions, 0.01 and 0.02, are in the bin from 0 to 0.1. What was predicted?",
    (RETURN, "middle = (torch.arange(bins).double() + 0.5) / bins\n    return middle, preferred / count, count"),
)
also(
    "middle_of_the_bin",
    (
        RETURN,
        "middle = (torch.arange(bins).double() + 0.5) / bins\n    middle[count == 0] = float('nan')\n"
        "    return middle, preferred / count, count",
    ),
)
mistake(
    "equal_counts",
    "The pairs are split into bins of equal counts; bins of equal width are asked for.",
    "Between which predictions lies the first of ten bins?",
    (PLACE, "predicted.argsort().argsort() * bins // len(predicted)"),
)
mistake(
    "rounded_to_a_bin",
    "The bin is the nearest edge, by rounding: the first and the last bin are half as wide as the others.",
    "In which of ten bins is a prediction of 0.07?",
    (PLACE, "(predicted * (bins - 1)).round().long()"),
)
also("rounded_to_a_bin", (PLACE, "(predicted * bins).round().long().clamp(max=bins - 1)"))
mistake(
    "certain_pairs_fall_out",
    "A prediction of exactly 1 is in no bin, or in one too many.",
    "What is the whole part of 1.0 · bins?",
    (
        PLACE,
        "(predicted * bins).long()\n    inside = place < bins\n"
        "    place, predicted, first_preferred = place[inside], predicted[inside], first_preferred[inside]",
    ),
)
also("certain_pairs_fall_out", (PLACE, "(predicted * bins).long()"))
mistake(
    "edges_on_the_right",
    "Predictions on an edge are put into the bin below it, so ½ of an even number of bins is below the middle.",
    "Is the lower or the upper edge part of a bin?",
    (PLACE, "((predicted * bins).ceil() - 1).long().clamp(min=0)"),
)
mistake(
    "zero_where_nothing_is",
    "An empty bin has the mean 0, as if something had been predicted there and never come true.",
    "What is the mean of no numbers?",
    (RETURN, "return total / count.clamp(min=1), preferred / count.clamp(min=1), count"),
)
mistake(
    "empty_bins_left_out",
    "Bins without pairs are left out, so nobody can tell which of the others is which.",
    "How many numbers should come back for ten bins?",
    (RETURN, "some = count > 0\n    return (total / count)[some], (preferred / count)[some], count[some]"),
)
mistake(
    "sums_not_means",
    "The sums of the predictions and of the answers are returned, not their means.",
    "Can a mean of probabilities be above 1?",
    (RETURN, "return total, preferred, count"),
)
mistake(
    "divides_by_all",
    "Each bin's sum is divided by the number of all pairs, not by that of its own.",
    "If all pairs of a bin prefer the first text, what should its share be?",
    (RETURN, "return total / len(predicted), preferred / len(predicted), count"),
)
mistake(
    "shares_as_counts",
    "The third tensor is the share of all pairs that is in each bin; their number is asked for.",
    "From which can you tell how far a share may be off by chance: from a bin's share or from its number of pairs?",
    (RETURN, "return total / count, preferred / count, count / count.sum()"),
)
