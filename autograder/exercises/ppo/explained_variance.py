"""Judgement of `ppo.explained_variance`: 1 − Var(returns − values) / Var(returns), as one number.

The oracle sums squares of differences from the mean in plain Python, rounded only once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, raises
from autograder.submission import Submission

from .inputs import unchanged

explained_variance = Judgement(
    "ppo.explained_variance",
    hints=(
        "What is left of the returns after the values are taken off? How much does *that* vary?",
        "A constant added to all values changes the error but not its variance. `np.var` takes the mean off by itself.",
        "`1 - np.var(returns - values) / np.var(returns)`. What stands below the bar if all returns are equal?",
        "Two cases come first: unequal shapes raise ValueError, and equal returns (largest = smallest) give NaN.",
    ),
)
NAME = "explained_variance"


def spread(numbers: Sequence[float]) -> float:
    """The sum of squared differences from the mean."""
    mean = math.fsum(numbers) / len(numbers)
    return math.fsum((number - mean) ** 2 for number in numbers)


def by_definition(values: np.ndarray, returns: np.ndarray) -> float:
    pairs = list(zip(values.ravel().tolist(), returns.ravel().tolist(), strict=True))
    return 1.0 - spread([r - v for v, r in pairs]) / spread([r for _, r in pairs])


def draw(rng: np.random.Generator, shape: tuple[int, ...], noise: float = 0.7) -> tuple[np.ndarray, np.ndarray]:
    """Returns, and values that know them up to noise, a bias, and a scale of their own; no two columns alike."""
    columns = np.arange(shape[-1]) if len(shape) > 1 else 0.0
    returns = rng.normal(0.0, 2.0, shape) + columns
    return 0.8 * returns + noise * rng.standard_normal(shape) + float(rng.uniform(0.5, 2.0)), returns


def is_one_float(value: Any) -> bool:
    """Whether it is Python's float or NumPy's, which arrives as an array without axes."""
    return isinstance(value, float) or (isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind == "f")


def compared(where: str, got: Any, values: np.ndarray, returns: np.ndarray) -> Observation:
    """The number beside its definition, to the rounding of the returns' dtype."""
    expected = by_definition(values, returns)
    offset = max(float(np.abs(x).max()) for x in (values, returns)) / float(np.std(returns))
    size = (2.0 + abs(expected)) * (1.0 + offset)  # a variance loses digits where the mean is large
    return close(f"the explained variance {where}", got, np.float64(expected), magnitude=size, precision=values.dtype)


@explained_variance.check(weight=3)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """It is 1 − Var(returns − values) / Var(returns), over all entries of arrays of any shape."""
    cases = [draw(rng, shape) for shape in ((9,), (4, 3), (2, 3, 2), (5, 1))]
    values, returns = draw(rng, (6, 2))
    cases.append((values.astype(np.float32), returns.astype(np.float32)))
    cases.append((np.asfortranarray(values), np.asfortranarray(returns)))
    for given, got in zip(cases, s.each(NAME, cases), strict=True):
        yield compared(f"of shape {given[0].shape}", got, *given)


@explained_variance.check(weight=2)
def perfect_constant_and_worse(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Perfect values explain 1 with or without a constant error, constant values 0, and bad values less than 0."""
    _, returns = draw(rng, (8, 2))
    cases = {
        "of perfect values": returns.copy(),
        "of perfect values and a constant": returns - 3.0,
        "of constant values": np.full_like(returns, 1.5),
        "of values with the wrong sign": -returns,
        "of values that are twice too large": 2.0 * returns,
    }
    for (where, values), got in zip(cases.items(), s.each(NAME, [(v, returns) for v in cases.values()]), strict=True):
        yield compared(where, got, values, returns)


@explained_variance.check()
def does_not_depend_on_the_unit(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Returns and values a million times smaller or larger, or all shifted, give the same number."""
    values, returns = draw(rng, (7, 2))
    for where, scale, shift in (("of tiny returns", 1e-6, 0.0), ("of huge returns", 1e6, 0.0), ("shifted", 1.0, -40.0)):
        scaled = scale * values + shift, scale * returns + shift
        yield compared(where, s.call(NAME, *scaled), *scaled)


@explained_variance.check()
def nan_where_all_returns_are_equal(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where all returns are equal it is NaN: there was nothing to explain."""
    for n, constant in ((6, 0.1), (1, 0.7), (3, 0.0), (11, -4.3)):
        returns = np.full(n, constant)
        for where, values in (("values that differ", rng.standard_normal(n)), ("perfect values", returns.copy())):
            got = s.call(NAME, values, returns)
            name = f"the explained variance of {n} equal returns and {where}, which should be NaN"
            yield close(name, got, np.float64("nan"))


@explained_variance.check()
def shapes_must_agree(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Shapes that differ raise ValueError, though NumPy could broadcast them."""
    for a, b in (((5,), (5, 1)), ((5, 1), (5,)), ((4, 3), (3,)), ((4, 3), (3, 4)), ((6,), (1,))):
        inputs = rng.standard_normal(a), rng.standard_normal(b)
        yield raises(f"values {a} with returns {b}", partial(s.call, NAME, *inputs), "ValueError")


@explained_variance.check(weight=2)
def is_one_number_and_changes_nothing(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The result is one float, and the inputs are not changed."""
    inputs = draw(rng, (6, 2))
    got = s.call(NAME, *inputs)
    yield holds("the result", is_one_float(got), "the result is not one float")
    yield compared("of one more case", got, *inputs)
    yield unchanged(s, NAME, dict(zip(("values", "returns"), inputs, strict=True)))


RATIO = "np.var(returns - values) / np.var(returns)"
WHOLE = f"float(1.0 - {RATIO})"
SHAPES = (
    "    if values.shape != returns.shape:\n"
    '        raise ValueError(f"values {values.shape} and returns {returns.shape} differ in shape")\n'
)
EQUAL = (
    "    if not np.ptp(returns):  # rounding can leave equal returns a variance just above 0\n"
    '        return float("nan")\n'
)


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    explained_variance.misconception(identity, edits=edits, message=message, question=question)


mistake(
    "mean_squared_error",
    "The mean of the squared error stands in the place of its variance, so a constant error counts too.",
    "Values that are right up to a constant: how much of the variance do they explain?",
    ("np.var(returns - values)", "np.mean((returns - values) ** 2)"),
)
mistake(
    "divides_by_the_values_variance",
    "The variance below the bar is that of the values; it is to be that of the returns.",
    "Whose variance is to be explained: that of the prediction or of what is predicted?",
    ("/ np.var(returns)", "/ np.var(values)"),
)
mistake(
    "variance_of_the_values",
    "This is Var(values) / Var(returns): how much the values vary, not how much of the returns they explain.",
    "What does it give for values that are pure noise?",
    (f"1.0 - {RATIO}", "np.var(values) / np.var(returns)"),
)
mistake(
    "squared_correlation",
    "This is the squared correlation: it does not see that values have a wrong scale, or even a wrong sign.",
    "What should it be for values = −returns?",
    (f"1.0 - {RATIO}", "np.corrcoef(values.ravel(), returns.ravel())[0, 1] ** 2"),
)
mistake(
    "unexplained",
    "This is the share that is left unexplained; 1 minus it is asked for.",
    "What should perfect values give?",
    (f"1.0 - {RATIO}", RATIO),
)
mistake(
    "standard_deviations",
    "The ratio is one of standard deviations, not of variances.",
    "Is the variance of 2x twice that of x?",
    (RATIO, "np.std(returns - values) / np.std(returns)"),
)
mistake(
    "per_environment",
    "The variances are taken in each column and averaged; what differs between columns is not counted.",
    "Over how many numbers does one mean run here, and over how many should it?",
    (WHOLE, f"float(np.mean(1.0 - {RATIO.replace('s)', 's, axis=-1)')}))"),
)
explained_variance.another_form(
    "per_environment", edit=(WHOLE, f"float(np.mean(1.0 - {RATIO.replace('s)', 's, axis=0)')}))")
)
mistake(
    "small_constant_below",
    "A constant is added below the bar, so the number depends on the unit of the rewards.",
    "Rewards are paid in cents and not in euros. Does the value function explain less then?",
    ("/ np.var(returns)", "/ (np.var(returns) + 1e-8)"),
    (EQUAL, ""),
)
explained_variance.another_form("small_constant_below", edit=("/ np.var(returns)", "/ (np.var(returns) + 1e-8)"))
for constant in ("1e-6", "1e-10"):
    explained_variance.another_form(
        "small_constant_below", edits=(("/ np.var(returns)", f"/ (np.var(returns) + {constant})"), (EQUAL, ""))
    )
mistake(
    "equal_returns_unnoticed",
    "Equal returns have no variance to explain, and what comes out is infinite, huge or left to rounding.",
    "What is the computed variance of three times 0.1? Is it exactly 0?",
    (EQUAL, ""),
)
explained_variance.another_form("equal_returns_unnoticed", edit=("np.ptp(returns)", "np.var(returns)"))
mistake(
    "zero_for_equal_returns",
    "Equal returns give a number; where nothing was to be explained there is none, and NaN says so.",
    "A plot shows 0 for one update. Were the values bad, or was there nothing to see?",
    ('float("nan")', "0.0"),
)
explained_variance.another_form("zero_for_equal_returns", edit=('float("nan")', "1.0"))
mistake(
    "shapes_unchecked",
    "Shapes that differ are let through: NumPy broadcasts them to all pairs, or they are laid flat.",
    "Which shape has returns − values for (5,) and (5, 1), and what does its variance mean?",
    (SHAPES, ""),
)
explained_variance.another_form(
    "shapes_unchecked",
    edit=(SHAPES, "    values, returns = values.ravel(), returns.ravel()\n"),
)
mistake(
    "writes_to_its_inputs",
    "The returns are written to: the loss that comes next would train on what is left of them.",
    "What does `returns -= values` do to the caller's array?",
    (
        f"return {WHOLE}",
        "variance = np.var(returns)\n    returns -= values\n    return float(1.0 - np.var(returns) / variance)",
    ),
)
