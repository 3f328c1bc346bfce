"""Judgement of `attention.softmax`.

A softmax turns a slice of numbers into weights: exp(xᵢ) / Σⱼ exp(xⱼ). It depends on differences of the xᵢ only, which
lets it be computed without overflow. The oracle is the definition itself, on inputs moved back to a moderate size.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, identical, same_type
from autograder.submission import Submission

softmax = Judgement(
    "attention.softmax",
    hints=(
        "Take a (3, 5) array and axis=1. How many sums are there, and which entries does each of them divide?",
        "exp overflows above 709 in float64. Compare exp(1000)/(exp(1000) + exp(999)) with exp(0)/(exp(0) + exp(-1)).",
        "Subtract each slice's own maximum along `axis`; with keepdims=True it still broadcasts against x.",
        "In three steps: the shifted x, its exp, and that divided by its sum along `axis`, again with keepdims=True.",
    ),
)
NAME = "softmax"
SHAPES = ((7,), (3, 5), (3, 3), (2, 3, 4), (1,), (4, 1), (2, 1, 3, 2))


def by_definition(x: np.ndarray, axis: int) -> np.ndarray:
    """The formula as it stands, in double precision: for entries of moderate size, and -inf."""
    powers = np.exp(x.astype(np.float64))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


def agrees(name: str, got: object, expected: np.ndarray, x: np.ndarray) -> Observation:
    """Whether weights are right to the rounding of x's dtype.

    exp turns the absolute rounding error of an entry into a relative error of its weight. The floor leaves room for the
    coarse subnormal numbers of float16.
    """
    largest = 1.0 + float(np.max(np.abs(x[np.isfinite(x)]), initial=0.0))
    return close(name, got, expected, roundings=8, magnitude=(expected + 1e-4) * largest, precision=x.dtype)


@softmax.check(weight=4)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The weights are exp(x) over its sum along the axis, for arrays of any shape and every axis."""
    for shape in SHAPES:
        x = 1.5 * rng.standard_normal(shape)
        yield agrees(f"the softmax of shape {shape} without an axis", s.call(NAME, x), by_definition(x, -1), x)
        for axis in range(-len(shape), len(shape)):
            got = s.call(NAME, x, axis) if axis % 2 else s.call(NAME, x, axis=axis)
            yield agrees(f"the softmax of shape {shape} along axis {axis}", got, by_definition(x, axis), x)


@softmax.check(weight=2)
def survives_large_numbers(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Entries of +10,000 and −10,000 in one slice give neither NaN nor infinity, and the right weights."""
    for dtype in (np.float64, np.float32):
        large = rng.choice([-1e4, 1e4], size=(4, 6))
        large[:, rng.permutation(6)[:2]] = 1e4  # at least two entries of a row share the weight
        x = (large + rng.standard_normal((4, 6))).astype(dtype)
        expected = by_definition(x.astype(np.float64) - 1e4, -1)
        yield agrees(f"the softmax of large {x.dtype} numbers", s.call(NAME, x), expected, x)
        got = s.call(NAME, np.asfortranarray(x.T), 0)
        yield agrees(f"the softmax of large {x.dtype} numbers along axis 0", got, expected.T, x)


@softmax.check(weight=2)
def depends_on_differences_only(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Adding a constant to a slice changes nothing, though the constants of two slices lie 20,000 apart."""
    x, constants = rng.standard_normal((5, 4)), np.array([[1e4], [-1e4], [0.0], [300.0], [-800.0]])
    shifted = x + constants
    expected = by_definition(shifted - constants, 1)
    yield agrees("the softmax of shifted rows", s.call(NAME, shifted, 1), expected, shifted)
    yield agrees("the softmax of shifted columns", s.call(NAME, shifted.T, -2), expected.T, shifted)


@softmax.check(weight=2)
def minus_infinity_gets_no_weight(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """An entry of -inf gets weight 0 and the others share the whole, down to a single finite entry."""
    hidden = rng.random((5, 6)) < 0.5
    hidden[0] = True
    hidden[np.arange(5), rng.integers(0, 6, size=5)] = False
    x = np.where(hidden, -np.inf, rng.standard_normal((5, 6)))
    yield agrees("the softmax of rows with -inf", s.call(NAME, x), by_definition(x, 1), x)
    yield agrees("the softmax of columns with -inf", s.call(NAME, x.T, 0), by_definition(x, 1).T, x)
    low = x - 1e4  # -inf lies below any number
    yield agrees("the softmax of low rows with -inf", s.call(NAME, low), by_definition(low + 1e4, 1), low)


@softmax.check()
def keeps_shape_and_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The result has the shape and dtype of x, whatever its memory layout: float16, float32 and float64."""
    for dtype in (np.float64, np.float32, np.float16):
        x = rng.standard_normal((4, 6)).astype(dtype)
        for layout, array in (("contiguous", x), ("strided", x[:, ::2]), ("Fortran", np.asfortranarray(x))):
            got = s.call(NAME, array, 0)
            yield same_type(f"the softmax of a {layout} {x.dtype} array", got, array)
            yield agrees(f"the softmax of a {layout} {x.dtype} array", got, by_definition(array, 0), array)


@softmax.check()
def leaves_its_input_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """x is not changed."""
    for axis in (0, 1):
        x = rng.standard_normal((4, 5))
        held = s.hold(x)
        s.call(NAME, held, axis)
        yield identical("x", held.fetch(), x, "the input x was changed")


MAXIMUM = "x.max(axis=axis, keepdims=True)"
SUM = "exponentials.sum(axis=axis, keepdims=True)"

softmax.misconception(
    "overflows",
    edit=(f"x - {MAXIMUM}", "x"),
    message="exp is taken of the raw numbers: large ones overflow, and a slice of low ones becomes 0/0.",
    question="What can be subtracted from every number of a slice without changing its softmax?",
)
softmax.misconception(
    "maximum_of_the_whole_array",
    edit=(MAXIMUM, "x.max()"),
    message="The maximum of the whole array is subtracted: in a slice far below it every exp becomes 0.",
    question="Which number must be subtracted from a slice for its largest exp to be 1?",
)
softmax.misconception(
    "subtracts_the_mean",
    edit=("x.max(", "x.mean("),
    message="The mean of each slice is subtracted; a number far above it still overflows.",
    question="How large can x − mean(x) become, and how large x − max(x)?",
)
softmax.misconception(
    "clips_large_numbers",
    edit=(f"x - {MAXIMUM}", "np.clip(x, -700, 700)"),
    message="Large numbers are clipped before exp, so two large numbers that differ get the same weight.",
    question="What should the ratio of the weights of 1000 and 999 be?",
)
softmax.misconception(
    "whole_array_sums_to_one",
    edits=((MAXIMUM, "x.max()"), (SUM, "exponentials.sum()")),
    message="The axis is ignored: the whole array sums to one, not each slice.",
    question="How many sums should a (3, 5) array have along axis 1?",
)
softmax.misconception(
    "always_the_last_axis",
    edits=((MAXIMUM, "x.max(axis=-1, keepdims=True)"), (SUM, "exponentials.sum(axis=-1, keepdims=True)")),
    message="The axis is ignored: the softmax always runs along the last one.",
    question="Which slices of a (3, 5) array should sum to one when axis is 0?",
)
softmax.misconception(
    "always_the_first_axis",
    edits=((MAXIMUM, "x.max(axis=0, keepdims=True)"), (SUM, "exponentials.sum(axis=0, keepdims=True)")),
    message="The axis is ignored: the softmax always runs along the first one.",
    question="Which slices of a (3, 5) array should sum to one when axis is −1?",
)
softmax.misconception(
    "axis_dropped",
    edits=((MAXIMUM, "x.max(axis=axis)"), (SUM, "exponentials.sum(axis=axis)")),
    message="The sums have lost their axis, so they broadcast along the wrong one, or not at all.",
    question="Which shape has x.sum(axis=1) of a (3, 5) array, and against which axis of x does it broadcast?",
)
softmax.misconception(
    "not_divided",
    edit=(f" / {SUM}", ""),
    message="The exponentials are not divided by their sum.",
    question="What should the weights of a slice sum to?",
)
softmax.misconception(
    "divides_without_exp",
    edit=(f"np.exp(x - {MAXIMUM})", "x"),
    message="The numbers themselves are divided by their sum; there is no exp.",
    question="Which weight would a negative number get?",
)
softmax.misconception(
    "small_constant_in_the_denominator",
    edit=(f"exponentials / {SUM}", f"exponentials / ({SUM} + 1e-8)"),
    message="A small constant is added to the denominator, so the weights sum to less than one.",
    question="After the maximum is subtracted, how small can the sum of the exponentials become?",
)
for constant in ("1e-6", "1e-9"):
    softmax.another_form(
        "small_constant_in_the_denominator", edit=(f"exponentials / {SUM}", f"exponentials / ({SUM} + {constant})")
    )
softmax.misconception(
    "returns_logarithms",
    edit=(f"exponentials / {SUM}", f"np.log(exponentials / {SUM})"),
    message="The logarithms of the weights are returned.",
    question="Can a weight be negative?",
)
softmax.misconception(
    "works_in_place",
    edit=(f"exponentials = np.exp(x - {MAXIMUM})", f"x -= {MAXIMUM}\n    exponentials = np.exp(x)"),
    message="The maximum is subtracted in place, so the caller's array changes.",
    question="What is the difference between `x = x - m` and `x -= m` for the caller of the function?",
)
softmax.misconception(
    "always_double_precision",
    edit=("np.exp(x -", "np.exp(x.astype(np.float64) -"),
    message="The result is float64 whatever the dtype of x.",
    question="What happens to the memory of a float32 model whose attention weights come back as float64?",
)
