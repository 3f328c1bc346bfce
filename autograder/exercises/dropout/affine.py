"""Judgement of `dropout.affine_corrected`: y = a · mask · x + b keeps mean and variance both.

Symbols: `mean` and `variance` are those of the distribution that x is drawn from, not those of the batch. Each input
here takes two values u and v only, so each output shows a, b and the mask: the value that both groups share is b, the
others are a·u + b and a·v + b.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.submission import Submission

from .law import SHAPES, Draw, anew, counts_vary, independent, rate_is, same_shape, values

affine_corrected = Judgement(
    "dropout.affine_corrected",
    hints=(
        "Two constants, two conditions: one for the mean, one for the variance. A shift b changes only one of the two.",
        "Find the mean and the variance of mask · x first; `dropout_moments` with scale 1 gives them.",
        "a² · Var(mask · x) = variance fixes a. Then a · E[mask · x] + b = mean fixes b.",
        "Var(mask · x) = keep · variance + keep · p · mean². Drop first, then shift: a dropped element becomes b.",
    ),
)
NAME = "affine_corrected_dropout"


@dataclass(frozen=True)
class Case:
    """An input of two values, and what belongs to it."""

    x: np.ndarray
    u: float
    v: float
    rate: float
    mean: float
    variance: float

    @property
    def constants(self) -> tuple[float, float]:
        """The right a and b, from E[M] and E[M²] of M = mask · x."""
        keep = 1.0 - self.rate
        first, second = keep * self.mean, keep * (self.variance + self.mean**2)
        a = float(np.sqrt(self.variance / (second - first**2)))
        return a, self.mean - a * first


def case(
    rng: np.random.Generator,
    rate: float,
    shape: tuple[int, ...] = (500,),
    mean: float | None = None,
    dtype: type = np.float64,
) -> Case:
    """An input whose own mean and variance are far from those it is said to come from."""
    mean = float(rng.choice([-1.0, 1.0]) * rng.uniform(1.0, 3.0)) if mean is None else mean
    sigma = float(rng.uniform(0.5, 2.0))
    side = float(np.sign(mean)) or 1.0
    u, v = mean + side * sigma * float(rng.uniform(0.3, 0.8)), mean + side * sigma * float(rng.uniform(1.5, 2.5))
    x: np.ndarray = rng.permuted(np.resize([u, v], shape).ravel()).reshape(shape).astype(dtype)
    return Case(x, float(dtype(u)), float(dtype(v)), rate, mean, sigma**2)


@dataclass(frozen=True)
class Seen:
    """What an output shows of the constants: a dropped element is `at_zero`, a kept one a·x + `shift`."""

    dropped: np.ndarray
    a: float
    at_zero: float
    shift: float
    stray: float
    """How far any element lies from both values of its group."""


def seen(case: Case, y: np.ndarray) -> Seen:
    """The constants and the mask that y shows."""
    groups = [case.x == case.u, case.x == case.v]
    ends = [(float(np.min(y[group])), float(np.max(y[group]))) for group in groups]
    # A dropped element has the same value in both groups: of the four pairs of ends, the nearest.
    i, j = min(((i, j) for i in (0, 1) for j in (0, 1)), key=lambda at: abs(ends[0][at[0]] - ends[1][at[1]]))
    at_zero, kept = ends[0][i], (ends[0][1 - i], ends[1][1 - j])
    a = (kept[1] - kept[0]) / (case.v - case.u)
    from_zero, from_kept = np.abs(y - at_zero), np.abs(y - np.where(groups[0], *kept))
    return Seen(
        from_zero < from_kept, a, at_zero, kept[0] - a * case.u, float(np.max(np.minimum(from_zero, from_kept)))
    )


def called(s: Submission, *cases: Case) -> list[np.ndarray]:
    outputs = s.each(NAME, [(case.x, case.rate, case.mean, case.variance) for case in cases])
    for case, y in zip(cases, outputs, strict=True):
        if not isinstance(y, np.ndarray) or y.shape != case.x.shape:
            raise TypeError("not an array of the input's shape")
    return [y.astype(np.float64) for y in outputs]


def dropped(s: Submission, cases: Sequence[Case]) -> list[np.ndarray]:
    return [seen(case, y).dropped for case, y in zip(cases, called(s, *cases), strict=True)]


def right_constants(where: str, case: Case, y: np.ndarray) -> Iterator[Observation]:
    """Whether y shows the right a and b, and nothing else."""
    a, b = case.constants
    fitted = abs(np.mean(y) - case.mean) + abs(np.var(y) - case.variance) < 1e-6
    problem = "the output is fitted to the batch: its own mean and variance are exactly those asked for"
    yield holds(f"the output's own moments {where}", not fitted, problem)
    shown = seen(case, y)
    size = max(abs(b), abs(a * case.u + b), abs(a * case.v + b))
    problem = "the elements take more values than a·u + b, a·v + b and b: a and b are not the same for all of them"
    allowed = (8e-3 if case.x.dtype == np.float16 else 1e-5) * max(size, abs(shown.at_zero))
    yield holds(f"one a and b {where}", shown.stray <= allowed, problem)
    magnitude = size * np.array([1.0, abs(case.u), abs(case.v - case.u)]) / abs(case.v - case.u)
    yield close(
        f"a, the shift of a kept element, and the value of a dropped one {where}",
        np.array([shown.a, shown.shift, shown.at_zero]),
        np.array([a, b, b]),
        magnitude=magnitude,
        # Constants kept in float32 are right to rounding, whatever the dtype of x.
        precision=case.x.dtype if case.x.dtype == np.float16 else np.float32,
    )


@affine_corrected.check(weight=7)
def keeps_mean_and_variance(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A dropped element becomes b and a kept one a·x + b, with the a and b that keep mean and variance both."""
    for name, rate in (("rate 0.3", 0.3), ("rate 0.7", 0.7), ("a random rate", float(rng.uniform(0.15, 0.85)))):
        for _ in range(2):
            drawn = case(rng, rate)
            yield from right_constants(f"at {name}", drawn, *called(s, drawn))


@affine_corrected.check()
def works_for_zero_mean(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """For mean 0 nothing is shifted and a is 1/√keep."""
    for rate in (0.3, 0.7):
        drawn = case(rng, rate, mean=0.0)
        yield from right_constants("for mean 0", drawn, *called(s, drawn))


@affine_corrected.check()
def works_for_every_dtype_and_shape(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """a and b are the same for every float dtype and for inputs of any shape."""
    for dtype, shape in ((np.float32, (500,)), (np.float16, (500,)), (np.float64, (20, 25)), (np.float64, (5, 10, 10))):
        drawn = case(rng, 0.4, shape, dtype=dtype)
        yield from right_constants(f"for {dtype.__name__} of shape {shape}", drawn, *called(s, drawn))


@affine_corrected.check()
def drops_at_the_rate(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """An element is dropped with probability dropout_rate."""
    for name, rate in (("rate 0.3", 0.3), ("rate 0.7", 0.7), ("a random rate", float(rng.uniform(0.15, 0.85)))):
        yield rate_is(f"at {name}", dropped(s, [case(rng, rate, (10_000,))])[0], rate)


def drops(s: Submission, rng: np.random.Generator) -> Draw:
    """Which elements are dropped, at rate 0.5, of an array that is u where x is negative and v elsewhere."""

    def draw(inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        cases = [case(rng, 0.5, x.shape) for x in inputs]
        cases = [replace(drawn, x=np.where(x < 0, drawn.u, drawn.v)) for x, drawn in zip(inputs, cases, strict=True)]
        return dropped(s, cases)

    return draw


@affine_corrected.check(weight=2)
def drops_independently(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Elements are dropped independently of each other."""
    yield from independent(drops(s, rng), rng, 0.5, *SHAPES)
    yield from counts_vary(drops(s, rng), rng, 0.5)


@affine_corrected.check()
def draws_a_new_mask_for_each_call(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each call draws a new mask."""
    yield from anew(dropped(s, [case(rng, 0.5)] * 12), 0.5)


@affine_corrected.check()
def changes_nothing_at_rate_zero(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At rate 0 the output equals the input."""
    for shape in ((40,), (1,), (3, 4)):
        x, mean, variance = values(rng, *shape), float(rng.uniform(-2.0, 2.0)), float(rng.uniform(0.5, 2.0))
        y = s.call(NAME, x, 0.0, mean, variance)
        yield same_shape(x, y)
        yield close("the output at rate 0", y, x, magnitude=np.max(np.abs(x)) + abs(mean))


@affine_corrected.check()
def keeps_shape_and_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The output has the shape and dtype of the input, whatever the input's memory layout."""
    inputs = [values(rng, 4, 6, dtype=dtype) for dtype in (np.float64, np.float32, np.float16)]
    inputs += [values(rng, *shape, dtype=np.float32) for shape in ((), (1,), (0, 3), (2, 3, 4))]
    inputs += [np.asfortranarray(inputs[0]), values(rng, 5, 8)[:, ::2]]
    for x in inputs:
        yield same_type(f"the output for {x.dtype} of shape {x.shape}", s.call(NAME, x, 0.3, 0.5, 2.0), x)


@affine_corrected.check()
def returns_a_new_array(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The input is not changed, and the output shares no memory with it."""
    for rate in (0.5, 0.0):
        x = values(rng, 30)
        held = s.hold(x)
        y = s.build(NAME, held, rate, 0.5, 2.0)
        before = y.fetch()
        unchanged = np.array_equal(held.fetch(), x)
        yield holds(f"the input at rate {rate}", unchanged, "the function changes its input")
        held.assign(values(rng, 30))
        apart = np.array_equal(y.fetch(), before, equal_nan=True)
        yield holds(f"the output at rate {rate}", apart, "the output changes when the input is overwritten")


MASK = "mask = np.random.random(x.shape) < keep"
A = "np.sqrt(variance / (keep * variance + keep * dropout_rate * mean**2))"
B = "mean * (1.0 - a * keep)"

affine_corrected.misconception(
    "keeps_the_mean_only",
    edits=((A, "1.0 / keep"), (B, "0.0")),
    message="This is inverted dropout: it keeps the mean, and the variance grows.",
    question="How many constants do you need to meet two conditions?",
)
affine_corrected.misconception(
    "keeps_the_second_moment_only",
    edits=((A, "1.0 / np.sqrt(keep)"), (B, "0.0")),
    message="This keeps the second moment; the mean shrinks and the variance grows by p·mean².",
    question="What is the mean of the output, and which constant could correct it?",
)
affine_corrected.misconception(
    "no_shift",
    edit=(B, "0.0"),
    message="The variance is right, but nothing shifts the mean back.",
    question="What is the mean of a · mask · x?",
)
affine_corrected.misconception(
    "variance_as_if_the_mean_were_zero",
    edit=(A, "1.0 / np.sqrt(keep)"),
    message="a is chosen as if the mean were 0: the mask makes a constant part vary too.",
    question="Take variance near 0. Does mask · x still vary?",
)
affine_corrected.misconception(
    "wrong_variance_of_the_product",
    edit=("keep * dropout_rate * mean**2", "keep * mean**2"),
    message="E[(mask·x)²] is used for the variance of mask·x: the square of its mean was not subtracted.",
    question="At rate 0, mask · x is x. Does your a become 1?",
)
affine_corrected.misconception(
    "shift_ignores_the_mask",
    edit=(B, "mean * (1.0 - a)"),
    message="b restores the mean of a·x, but the mean of a·mask·x is smaller by the factor keep.",
    question="What is E[mask · x]?",
)
affine_corrected.misconception(
    "drops_after_the_shift",
    edit=("a * mask * x + b", "mask * (a * x + b)"),
    message="The mask is applied after the shift, so a dropped element becomes 0 instead of b.",
    question="What value should a dropped element have for the mean to be right?",
)
affine_corrected.misconception(
    "uses_the_batch",
    edit=("    a = np", "    mean, variance = float(np.mean(x)), float(np.var(x)) or 1.0\n    a = np"),
    message="The mean and variance are taken from the batch instead of the arguments.",
    question="Should one example's output depend on the other examples in its batch?",
)
affine_corrected.misconception(
    "normalises_the_output",
    edit=(
        "(a * mask * x + b)",
        "((mask * x - np.mean(mask * x)) / (np.std(mask * x) or 1.0) * np.sqrt(variance) + mean"
        " if dropout_rate else x.copy())",
    ),
    message="The output is normalised to the mean and variance asked for, so a and b depend on the batch and the draw.",
    question="The moments are to be kept in expectation. What should b be for a batch of one element?",
)
affine_corrected.misconception(
    "variance_read_as_deviation",
    edit=("    a = np", "    variance = variance**2\n    a = np"),
    message="The argument `variance` is squared, as if it were a standard deviation.",
    question="In which unit is a variance, if x is in metres?",
)
affine_corrected.misconception(
    "rate_read_as_keep",
    edit=("keep = 1.0 - dropout_rate", "keep, dropout_rate = dropout_rate, 1.0 - dropout_rate"),
    message="dropout_rate is read as the probability of keeping an element.",
    question="What should the output be at dropout_rate = 0?",
)
affine_corrected.misconception(
    "one_mask_for_all_calls",
    edit=(
        MASK,
        f"mask = vars(affine_corrected_dropout).setdefault((x.shape, dropout_rate), {MASK.removeprefix('mask = ')})",
    ),
    message="The mask is drawn once for a shape and used at every later call.",
    question="Which units would never be trained if the mask stayed the same?",
)
affine_corrected.misconception(
    "drops_an_exact_share",
    edit=(MASK, "mask = np.random.permutation(x.size).reshape(x.shape) < round(keep * x.size)"),
    message="Exactly the share dropout_rate of the elements is dropped, so they are not dropped independently.",
    question="Toss ten fair coins again and again: do you always get five heads?",
)
affine_corrected.misconception(
    "returns_its_input_at_rate_zero",
    edit=(f"    {MASK}", f"    if dropout_rate == 0.0:\n        return x\n    {MASK}"),
    message="At rate 0 the function returns the very array it was given, not a new one.",
    question="What happens to the output when the caller later overwrites the input?",
)
affine_corrected.misconception(
    "seeds_every_call",
    edit=(MASK, f"np.random.seed(0)\n    {MASK}"),
    message="The generator is seeded inside the function, so every call draws the same mask.",
    question="Where does a generator stand right after it has been seeded with the same number?",
)
affine_corrected.misconception(
    "one_mask_for_all_rows",
    edit=(MASK, MASK.replace("x.shape", "x.shape[-1:]")),
    message="One mask is drawn for a row and shared by all rows.",
    question="How many random numbers does an input of shape (batch, features) need?",
)
affine_corrected.misconception(
    "works_in_place",
    edit=("return (a * mask * x + b).astype(x.dtype)", "x *= a * mask\n    x += b\n    return x"),
    message="The function works in place: the caller's array is changed.",
    question="What is the difference between `x = a * x` and `x *= a` for the caller?",
)
affine_corrected.misconception(
    "upcasts",
    edit=("(a * mask * x + b).astype(x.dtype)", "a * mask * x + b"),
    message="The output is float64 whatever the input's dtype.",
    question="Which dtype has np.sqrt of a Python float, and its product with a float32 array?",
)
