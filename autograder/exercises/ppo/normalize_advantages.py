"""Judgement of `ppo.normalize_advantages`: one mean and one standard deviation for the whole batch.

The oracle sums in plain Python. Equal advantages are multiples of ½, whose mean has no rounding in any order.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, same_type
from autograder.submission import Submission

from .inputs import unchanged

normalize_advantages = Judgement(
    "ppo.normalize_advantages",
    hints=(
        "How many means does a batch of shape (steps, envs) have here? One.",
        "torch's `std()` divides by n − 1 unless it is told otherwise. What does it give for a single number?",
        "`advantages.std(correction=0)` divides by n. The 1e-8 is added to it, not to the variance.",
    ),
)
NAME = "normalize_advantages"


def by_definition(advantages: Tensor) -> np.ndarray:
    """(A − mean) / (root of the mean square about it + 1e-8)."""
    numbers = advantages.double().flatten().tolist()
    mean = math.fsum(numbers) / len(numbers)
    deviation = math.sqrt(math.fsum((number - mean) ** 2 for number in numbers) / len(numbers))
    return np.reshape([(number - mean) / (deviation + 1e-8) for number in numbers], tuple(advantages.shape))


def draw(rng: np.random.Generator, *shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    """Advantages whose rows and columns differ in mean and in spread."""
    lifted = sum(np.expand_dims(rng.normal(0.0, 2.0, size), axis) for size, axis in _other_axes(shape))
    return torch.from_numpy(np.asarray(rng.exponential(1.0, shape) + lifted)).to(dtype)


def _other_axes(shape: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    for axis, size in enumerate(shape):
        yield size, tuple(other for other in range(len(shape)) if other != axis)


def compared(where: str, got: Any, advantages: Tensor) -> Observation:
    expected = by_definition(advantages)
    spread = float(advantages.double().std(correction=0)) or 1.0
    size = 2.0 + float(advantages.abs().max()) / spread
    return close(f"the advantages {where}", got, expected, magnitude=size, precision=advantages.dtype)


@normalize_advantages.check(weight=3)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each advantage has the mean of all taken off, and is divided by the standard deviation of all plus 1e-8."""
    for shape in ((8,), (5, 3), (3, 3), (2, 4, 3), (2,)):
        advantages = draw(rng, *shape)
        yield compared(f"of shape {shape}", s.call(NAME, advantages), advantages)


@normalize_advantages.check(weight=2)
def the_constant_is_added_to_the_deviation(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Small advantages are as large as others afterwards: the 1e-8 stands beside the standard deviation."""
    for scale in (1e-2, 1e-4, 1e-7):
        advantages = scale * draw(rng, 6, 2)
        yield compared(f"of the order of {scale:g}", s.call(NAME, advantages), advantages)


@normalize_advantages.check()
def where_there_is_no_spread(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Equal advantages become 0, and so does a single one."""
    number = float(rng.integers(1, 9)) / 2.0
    for shape in ((1,), (1, 1), (4,), (2, 4)):
        advantages = torch.full(shape, number)
        yield compared(f"all equal, of shape {shape}", s.call(NAME, advantages), advantages)


@normalize_advantages.check()
def keeps_shape_and_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The result has the shape and dtype of the advantages, float32 or float64, whatever their memory layout."""
    for dtype in (torch.float32, torch.float64):
        advantages = draw(rng, 4, 6, dtype=dtype)
        for layout, tensor in (
            ("contiguous", advantages),
            ("transposed", advantages.T),
            ("strided", advantages[:, ::2]),
        ):
            got = s.call(NAME, tensor)
            yield same_type(f"the result for {layout} {dtype}", got, tensor)
            yield compared(f"for {layout} {dtype}", got, tensor)


@normalize_advantages.check()
def leaves_its_input_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The advantages that came are not changed."""
    yield unchanged(s, NAME, {"advantages": draw(rng, 4, 3)})


CENTRED, DEVIATION = "(advantages - advantages.mean())", "advantages.std(correction=0)"
BELOW = f"({DEVIATION} + 1e-8)"


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    normalize_advantages.misconception(identity, edits=edits, message=message, question=question)


mistake(
    "over_time_only",
    "Mean and deviation are taken along the first axis: every column has its own.",
    "One environment did badly from beginning to end. What do its advantages say after this?",
    ("mean()", "mean(dim=0)"),
    ("std(correction=0)", "std(dim=0, correction=0)"),
)
mistake(
    "over_environments_only",
    "Mean and deviation are taken along the last axis: every row has its own.",
    "At one step all environments did badly. What do their advantages say after this?",
    ("mean()", "mean(dim=-1, keepdim=True)"),
    ("std(correction=0)", "std(dim=-1, keepdim=True, correction=0)"),
)
mistake(
    "divides_by_n_minus_1",
    "The standard deviation divides by n − 1, which torch does unless told otherwise: a single advantage gives NaN.",
    "What is 0/0, and which number is asked to stand below the bar?",
    ("correction=0", ""),
)
mistake(
    "not_centred",
    "The mean is not taken off: the advantages are only scaled.",
    "What should the mean be afterwards?",
    (CENTRED, "advantages"),
)
mistake(
    "not_scaled",
    "The mean is taken off, but nothing is divided by the standard deviation.",
    "What should the variance be afterwards?",
    (f" / {BELOW}", ""),
)
mistake(
    "divides_by_the_variance",
    "The variance is what it is divided by, not the standard deviation.",
    "All advantages are doubled. By which factor does the result change?",
    ("std(", "var("),
)
mistake(
    "no_small_constant",
    "Nothing keeps the divisor from 0: equal advantages give 0/0.",
    "What should a batch in which all actions were equally good teach?",
    (BELOW, DEVIATION),
)
mistake(
    "constant_under_the_root",
    "The constant is added to the variance, where it is as large as a deviation of 1e-4.",
    "How large is the root of 1e-8?",
    (BELOW, "(advantages.var(correction=0) + 1e-8).sqrt()"),
)
mistake(
    "another_constant",
    "The constant beside the standard deviation is not 1e-8.",
    "How much smaller do advantages of the order of 1e-4 become?",
    (BELOW, f"({DEVIATION} + 1e-5)"),
)
for constant in ("1e-6", "1e-4", "1e-7", "1e-12"):
    normalize_advantages.another_form("another_constant", edit=(BELOW, f"({DEVIATION} + {constant})"))
mistake(
    "between_minus_1_and_1",
    "The advantages are brought into an interval; their mean and variance are then what they happen to be.",
    "One advantage is an outlier. What is left of all others?",
    (f"{CENTRED} / {BELOW}", f"{CENTRED} / ({CENTRED}.abs().max() + 1e-8)"),
)
normalize_advantages.another_form(
    "between_minus_1_and_1",
    edit=(f"{CENTRED} / {BELOW}", "(advantages - advantages.min()) / (advantages.max() - advantages.min() + 1e-8)"),
)
mistake(
    "works_in_place",
    "The caller's advantages are changed: the returns, A + V, would be computed from what is left.",
    "What is the difference between `x = x - m` and `x -= m` for the caller?",
    (f"return {CENTRED}", "advantages -= advantages.mean()\n    return advantages"),
)
