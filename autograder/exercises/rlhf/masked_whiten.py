"""Judgement of `rlhf.masked_whiten`: a standard deviation of 1 over the kept tokens, with their mean moved or left.

The oracle takes one number at a time, in double precision.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.submission import Submission

from .texts import DTYPES, is_free_of_gradient, numbers, places, some_mask, strange_pads, strided, untouched

masked_whiten = Judgement(
    "rlhf.masked_whiten",
    hints=(
        "Which numbers are to have the mean 0 and the standard deviation 1 in the end? Take them out of the batch "
        "first: `values[mask]` is a vector of them.",
        "Mean and standard deviation come from that vector. Both are then used on the whole of `values`, in its shape.",
        "With `shift_mean=False` only the distances from the mean are scaled: what was at the mean stays where it is. "
        "So add the mean again *after* the division.",
        "Choose at the end: `torch.where(mask, …, 0.0)`. A product with the mask would keep a NaN.",
    ),
)
NAME = "masked_whiten"
SINGLE = torch.float32


def by_definition(values: Tensor, mask: Tensor, shift_mean: bool = True) -> np.ndarray:
    kept = [float(values[place]) for place in places(mask)]
    found = np.zeros(tuple(mask.shape))
    if kept:
        mean = math.fsum(kept) / len(kept)
        deviation = math.sqrt(math.fsum((x - mean) ** 2 for x in kept) / len(kept))
        for place, x in zip(places(mask), kept, strict=True):
            found[place] = (x - mean) / (deviation + 1e-8) + (0.0 if shift_mean else mean)
    return found


def draw(rng: np.random.Generator, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    """Values far from mean 0 and deviation 1, and a mask."""
    mask = some_mask(rng, int(rng.integers(7, 10)))
    scale, shift = rng.uniform(2.5, 4.0), rng.uniform(1.5, 3.0) * rng.choice([-1.0, 1.0])
    return (scale * numbers(rng, *mask.shape, dtype=torch.float64) + shift).to(dtype), mask


@masked_whiten.check(weight=3)
def has_mean_0_and_deviation_1(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The kept entries of the batch have together mean 0 and variance 1; where nothing is kept there is 0."""
    given = [draw(rng) for _ in range(2)]
    given.append((1e-8 * given[0][0], given[0][1]))  # here 1e-8 counts
    for inputs, got in zip(given, s.each(NAME, given), strict=True):
        yield close("the whitened values", got, by_definition(*inputs), magnitude=10.0, precision=SINGLE)


@masked_whiten.check(weight=3)
def leaves_the_mean(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With shift_mean=False the kept entries have variance 1 about the mean that they had."""
    values, mask = draw(rng)
    got = s.call(NAME, values, mask, shift_mean=False)
    yield close("the values with their mean", got, by_definition(values, mask, False), magnitude=10.0, precision=SINGLE)
    got = s.call(NAME, values, mask, False)
    yield close("the values with their mean", got, by_definition(values, mask, False), magnitude=10.0, precision=SINGLE)


@masked_whiten.check(weight=2)
def ignores_what_is_not_kept(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Whatever stands in columns that are not kept, NaN and infinity included, the result is the same, and 0 there."""
    for shift_mean in (True, False):
        values, mask = draw(rng)
        got = s.call(NAME, strange_pads(rng, values, mask), mask, shift_mean)
        expected = by_definition(values, mask, shift_mean)
        lost = isinstance(got, Tensor) and bool(got.isnan().any())
        yield holds("NaN beside strange pads", not lost, "there is NaN in the result")
        yield close("the result beside strange pads", got, expected, magnitude=10.0, precision=SINGLE)


@masked_whiten.check()
def knows_the_smallest_batches(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """One kept token, or only zeros, becomes 0, or keeps its mean; where nothing at all is kept, all is 0."""
    values, mask = draw(rng)
    one, none = torch.zeros_like(mask), torch.zeros_like(mask)
    one[int(rng.integers(len(mask))), int(rng.integers(mask.shape[1]))] = True
    cases = {"of one kept token": (values, one), "of zeros": (0.0 * values, mask), "of nothing kept": (values, none)}
    for where, inputs in cases.items():
        for shift_mean in (True, False):
            expected = by_definition(*inputs, shift_mean)
            yield close(f"the result {where}", s.call(NAME, *inputs, shift_mean), expected, precision=SINGLE)


@masked_whiten.check()
def is_data_of_the_same_kind(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The result has the shape and dtype of the values, in any layout, carries no gradient, and changes no input."""
    for dtype in DTYPES:
        values, mask = draw(rng, dtype)
        got = s.call(NAME, strided(values), strided(mask))
        yield same_type("the result", got, values)
        yield close("the result", got, by_definition(values, mask), magnitude=10.0, precision=dtype)
    values, mask = draw(rng)
    cotangent = numbers(rng, *mask.shape)
    for shift_mean in (True, False):
        inputs = (values, mask, shift_mean)
        yield is_free_of_gradient(s, NAME, inputs, {0: "values"}, "whitened values", cotangent)
    yield from untouched(s, NAME, {"values": values, "mask": mask})


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    masked_whiten.misconception(identity, edits=edits, message=message, question=question)


def also(identity: str, *edits: tuple[str, str]) -> None:
    masked_whiten.another_form(identity, edits=edits)


KEPT, MEAN = "kept = values[mask]", "mean = kept.mean()"
DEVIATION = "deviation = (kept - mean).square().mean().sqrt()"
WHITENED = "whitened = (values - mean) / (deviation + 1e-8)"
RETURN = "return torch.where(mask, whitened if shift_mean else whitened + mean, 0.0)"

mistake(
    "whitened_over_pads",
    "Mean and standard deviation are taken over all columns, prompts and pads included.",
    "What happens to the scale of the advantages if the batch is padded by ten more columns?",
    (KEPT, "kept = values"),
)
mistake(
    "pads_as_zeros",
    "Pads are set to 0 and then counted: the mean is drawn towards 0, and the more padding, the more.",
    "By which number is the sum of the kept entries to be divided?",
    (KEPT, "kept = torch.where(mask, values, 0.0)"),
)
mistake(
    "multiplied_by_the_mask",
    "The result is multiplied by the mask. A pad may hold NaN or infinity, and NaN · 0 is NaN.",
    "Which operation chooses a 0 without computing with what it replaces?",
    (RETURN, "return (whitened if shift_mean else whitened + mean) * mask"),
)
mistake(
    "pads_not_zero",
    "What is not kept comes back too, shifted and scaled like the rest.",
    "What should the advantage of a pad be, if a sum over the row is taken later?",
    (RETURN, "return whitened if shift_mean else whitened + mean"),
)
mistake(
    "each_text_by_itself",
    "Each text is whitened by itself: a good text and a bad one get the same mean, and what tells them apart is lost.",
    "All tokens of one text were worth more than all tokens of another. What is left of that?",
    (
        f"    {KEPT}\n    {MEAN}\n    {DEVIATION}\n",
        "    n = mask.sum(dim=1, keepdim=True)\n"
        "    mean = torch.where(mask, values, 0.0).sum(dim=1, keepdim=True) / n\n"
        "    deviation = (torch.where(mask, values - mean, 0.0).square().sum(dim=1, keepdim=True) / n).sqrt()\n",
    ),
)
mistake(
    "each_column_by_itself",
    "Each column is whitened by itself, over the texts. Asked for is one mean and one deviation for all kept tokens.",
    "How many texts still keep a token in the last column, and what is the deviation of one number?",
    (
        f"    {KEPT}\n    {MEAN}\n    {DEVIATION}\n",
        "    n = mask.sum(dim=0, keepdim=True)\n"
        "    mean = torch.where(mask, values, 0.0).sum(dim=0, keepdim=True) / n\n"
        "    deviation = (torch.where(mask, values - mean, 0.0).square().sum(dim=0, keepdim=True) / n).sqrt()\n",
    ),
)
mistake(
    "variance_for_deviation",
    "The values are divided by their variance: the root is missing.",
    "In which unit is a variance, if the values are in nats?",
    (DEVIATION, "deviation = (kept - mean).square().mean()"),
)
mistake(
    "divided_by_n_less_1",
    "The sum of squares is divided by n − 1. Of a single kept token that is 0/0.",
    "Which of the two deviations is defined for one token?",
    (DEVIATION, "deviation = kept.std()"),
)
mistake(
    "epsilon_under_the_root",
    "1e-8 is added to the variance, under the root, where it counts as much as a deviation of 1e-4.",
    "How large does √(0 + 1e-8) become, and how large 0 + 1e-8?",
    (WHITENED, "whitened = (values - mean) / (deviation.square() + 1e-8).sqrt()"),
)
mistake(
    "no_epsilon",
    "Nothing is added to the deviation, so values that are all equal give 0/0, which is NaN.",
    "What should become of a batch whose advantages are all the same?",
    (WHITENED, "whitened = (values - mean) / deviation"),
)
mistake(
    "mean_scaled_with_the_rest",
    "With shift_mean=False the values are divided as they are: then the mean is divided as well, and does not stay.",
    "Values with mean 6 and deviation 3: where is their mean after x / 3?",
    (RETURN, "return torch.where(mask, whitened if shift_mean else values / (deviation + 1e-8), 0.0)"),
)
mistake(
    "shift_mean_ignored",
    "shift_mean has no effect: the mean is always moved to 0.",
    "What is to be the mean of the result for shift_mean=False?",
    (RETURN, "return torch.where(mask, whitened, 0.0)"),
)
mistake(
    "shift_mean_inverted",
    "shift_mean is read the wrong way round.",
    "What does shift_mean=True say: that the mean is moved, or that it stays?",
    (RETURN, "return torch.where(mask, whitened + mean if shift_mean else whitened, 0.0)"),
)
mistake(
    "mean_put_back_everywhere",
    "With shift_mean=False the mean is added after the choice, so it also stands where nothing is kept.",
    "What should stand at a pad, whatever the mean?",
    (RETURN, "return torch.where(mask, whitened, 0.0) if shift_mean else torch.where(mask, whitened, 0.0) + mean"),
)
mistake(
    "has_a_gradient",
    "A gradient comes from the result to the values, through the mean and the deviation too.",
    "Are advantages a function of the weights to the policy's loss, or numbers?",
    ("@torch.no_grad()\n", ""),
)
