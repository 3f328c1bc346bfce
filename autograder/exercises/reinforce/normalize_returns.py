"""Judgement of `reinforce.normalize_returns`: mean 0 and deviation 1 over the batch, or 0 where all are equal.

The statement allows up to 1e-8 to be added to a standard deviation, so returns are compared in single precision and
have deviations of at least 0.01. The oracle works on the returns of one time after another.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.submission import Submission

normalize_returns = Judgement(
    "reinforce.normalize_returns",
    hints=(
        "What are the mean and the standard deviation of the returns 1, 1, 4, 6, and what becomes of each of the four?",
        "Every time has a mean and a deviation of its own, over the batch: axis 0.",
        "Print np.full(3, 0.1).std(). Is it 0? What would dividing by it do?",
        "Whether all numbers of a column are equal can be asked exactly: the largest is the smallest. "
        "`np.ptp(returns, axis=0) == 0`.",
    ),
)
NAME = "normalize_returns"


def by_definition(returns: np.ndarray) -> np.ndarray:
    """(x − mean) / deviation, one time after another, and 0 where all are equal."""
    columns = returns.reshape(len(returns), -1).astype(np.float64)
    found = np.zeros(columns.shape)
    for time in range(columns.shape[1]):
        numbers = columns[:, time].tolist()
        if len(set(numbers)) > 1:
            mean = math.fsum(numbers) / len(numbers)
            deviation = math.sqrt(math.fsum((x - mean) ** 2 for x in numbers) / len(numbers))
            found[:, time] = [(x - mean) / deviation for x in numbers]
    return found.reshape(returns.shape)


def agrees(name: str, got: object, returns: np.ndarray) -> Observation:
    return close(name, got, by_definition(returns), magnitude=3.0, precision=np.float32)


def drawn(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Returns whose mean and deviation differ from time to time; no deviation is near 0."""
    columns = shape[1:] and (shape[-1],)
    skewed = np.linspace(0.0, 1.8, shape[0]).reshape(-1, *(1 for _ in columns)) ** 2
    returns = rng.permuted(skewed + rng.uniform(-0.1, 0.1, shape), axis=0)
    return returns * rng.uniform(1.0, 3.0, columns) + rng.uniform(-2.0, 4.0, columns)


@normalize_returns.check()
def mean_0_and_deviation_1(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """From each return the batch's mean is subtracted, and the rest is divided by the batch's standard deviation."""
    for batch in (5, 2, 12):
        returns = drawn(rng, batch)
        yield agrees(f"the normalised returns of {batch} samples", s.call(NAME, returns), returns)


@normalize_returns.check()
def each_time_by_itself(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Returns (batch, time) are normalised over the batch, each time by itself."""
    for shape in ((4, 4), (3, 6), (6, 2), (5, 1)):
        returns = drawn(rng, *shape)
        yield agrees(f"the normalised returns of shape {shape}", s.call(NAME, returns), returns)


@normalize_returns.check(weight=0.5)
def their_scale_does_not_matter(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Returns in another unit, a hundredth or a thousand times as large, give the same."""
    standard = rng.permutation(np.array([-1.5, -1.0, -0.2, 0.3, 0.9, 1.4]))
    for scale in (0.01, 1.0, 1000.0):
        returns = scale * (standard + float(rng.uniform(-1.0, 1.0)))
        yield agrees(f"the normalised returns at scale {scale:g}", s.call(NAME, returns), returns)


@normalize_returns.check(weight=2)
def equal_returns_become_zero(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where all returns of a batch are equal they become 0, whatever number they are; so for a sample alone."""
    values = [0.0, 1.0, 0.1, -0.7, *(round(float(x), 2) for x in rng.uniform(-3.0, 3.0, 2))]
    for dtype in (np.float64, np.float32):
        for value in values:
            for batch in (1, 3, 10, 48):
                returns = np.full(batch, value, dtype)
                yield agrees(f"the normalised returns of {batch} times {value:g}", s.call(NAME, returns), returns)
        mixed = drawn(rng, 7, 3).astype(dtype)
        mixed[:, 1] = values[2]
        yield agrees("normalised returns that are equal at one time", s.call(NAME, mixed), mixed)


@normalize_returns.check()
def keeps_shape_and_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float32 and float64 returns give an array of the same shape and dtype, whatever their memory layout."""
    for dtype in (np.float32, np.float64):
        array = drawn(rng, 6, 4).astype(dtype)
        for layout, returns in (
            ("C-ordered", array),
            ("transposed", array.T),
            ("strided", array[::2]),
            ("flat", array[:, 0]),
        ):
            got = s.call(NAME, returns)
            yield same_type(f"the normalised {layout} {array.dtype} returns", got, returns)
            yield agrees(f"the normalised {layout} {array.dtype} returns", got, returns)


@normalize_returns.check(weight=0.5)
def leaves_the_returns_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The returns given are not changed."""
    for shape in ((5,), (4, 3)):
        returns = drawn(rng, *shape)
        held = s.hold(returns)
        s.call(NAME, held)
        same = np.array_equal(held.fetch(), returns)
        yield holds("the returns", same, "the returns were changed in place")


MEAN = "returns.mean(axis=0)"
STD = "returns.std(axis=0)"
VARIES = "np.ptp(returns, axis=0)"
GUARDED = f"np.where({VARIES}, {STD}, np.inf)"
RESULT = f"(returns - {MEAN}) / deviation"

normalize_returns.misconception(
    "divides_by_zero",
    edit=(GUARDED, STD),
    message="Where all returns of a batch are equal, this divides by a deviation of 0, or of 0 but for rounding.",
    question="All samples earned the same. Which of their actions should become likelier?",
)
normalize_returns.misconception(
    "looks_for_a_deviation_of_exactly_0",
    edit=(VARIES, STD),
    message="Equal numbers can have a deviation of 1e-17 instead of 0, since their mean is rounded. Divided by "
    "that, rounding errors come out at full size.",
    question="What is np.full(3, 0.1).std(), and how else could you find out that all numbers are equal?",
)
normalize_returns.another_form("looks_for_a_deviation_of_exactly_0", edit=(GUARDED, f"{STD} + 1e-8"))
normalize_returns.misconception(
    "adds_too_much_to_the_deviation",
    edit=(STD, f"{STD} + 1e-3"),
    message="So much is added to the standard deviation that small returns come out too small.",
    question="Rewards are given in euros, then in cents. Should the weights of the gradient depend on that?",
)
for added in ("1e-2", "1e-4", "1e-5", "1e-6"):
    normalize_returns.another_form("adds_too_much_to_the_deviation", edit=(STD, f"{STD} + {added}"))
    normalize_returns.another_form("adds_too_much_to_the_deviation", edit=(GUARDED, f"{STD} + {added}"))
for added in ("1e-3", "1e-5", "1e-6"):
    root = f"np.sqrt(returns.var(axis=0) + {added})"
    normalize_returns.another_form("adds_too_much_to_the_deviation", edit=(STD, root))
    normalize_returns.another_form("adds_too_much_to_the_deviation", edit=(GUARDED, root))
normalize_returns.misconception(
    "deviation_of_a_sample",
    edit=(STD, "returns.std(axis=0, ddof=min(1, len(returns) - 1))"),
    message="The sum of squares is divided by n − 1; the statement asks for the population's deviation, divided by n.",
    question="What should two returns, 0 and 2, become?",
)
normalize_returns.misconception(
    "variance_for_deviation",
    edit=(STD, "returns.var(axis=0)"),
    message="The returns are divided by their variance, so their unit does not cancel.",
    question="In which unit is a variance, if returns are in euros?",
)
WHOLE = ((MEAN, "returns.mean()"), (STD, "returns.std()"))
normalize_returns.misconception(
    "one_mean_for_all_times",
    edits=(*WHOLE, (VARIES, "np.ptp(returns)")),
    message="One mean and one deviation are taken over all times and samples.",
    question="Early rewards-to-go are larger than late ones. Is an action better because it came early?",
)
normalize_returns.another_form("one_mean_for_all_times", edits=WHOLE)
OVER_TIME = (
    (MEAN, "returns.mean(axis=-1, keepdims=True)"),
    (STD, "returns.std(axis=-1, keepdims=True)"),
    (VARIES, "np.ptp(returns, axis=-1, keepdims=True)"),
)
normalize_returns.misconception(
    "normalises_over_time",
    edits=OVER_TIME,
    message="Each sample is normalised over its own times. Then a good episode and a bad one weigh the same.",
    question="One sample earned 1, 1, 1 and another 9, 9, 9. What should tell them apart afterwards?",
)
normalize_returns.another_form("normalises_over_time", edits=OVER_TIME[:2])
normalize_returns.misconception(
    "not_centred",
    edit=(f"(returns - {MEAN})", "returns"),
    message="The mean is not subtracted.",
    question="All returns are positive. Which actions would become less likely?",
)
normalize_returns.misconception(
    "not_scaled",
    edit=(" / deviation", ""),
    message="The mean is subtracted, but nothing is divided by the standard deviation.",
    question="What is the standard deviation of your result?",
)
normalize_returns.misconception(
    "median_for_mean",
    edit=(MEAN, "np.median(returns, axis=0)"),
    message="The median is subtracted, not the mean.",
    question="What is the mean of your result for the returns 0, 0, 9?",
)
normalize_returns.misconception(
    "ranges_for_deviations",
    edits=((MEAN, "returns.min(axis=0)"), (STD, VARIES)),
    message="The returns are mapped onto [0, 1] by their smallest and largest. Asked for are mean 0 and deviation 1.",
    question="Can a return that is worse than average have a positive weight?",
)
normalize_returns.another_form("ranges_for_deviations", edits=((MEAN, "returns.min(axis=0)"), (GUARDED, VARIES)))
normalize_returns.misconception(
    "keeps_equal_returns",
    edit=(RESULT, f"np.where({VARIES}, {RESULT}, returns)"),
    message="Where all returns are equal they are left as they are; they should become 0.",
    question="Every sample earned 1. What does that say about one action against another?",
)
normalize_returns.misconception(
    "always_double_precision",
    edit=(RESULT, f"({RESULT}).astype(np.float64)"),
    message="The result is float64 whatever the dtype of the returns.",
    question="Which dtype should the weights of a float32 gradient have?",
)
normalize_returns.misconception(
    "works_in_place",
    edit=(f"    return {RESULT}", f"    returns -= {MEAN}\n    return returns / deviation"),
    message="The mean is subtracted in place, so the caller's array changes.",
    question="What is the difference between `x = x - m` and `x -= m` for the caller of the function?",
)
