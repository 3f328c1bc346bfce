"""Judgement of `attention.sinusoidal_positions` (Vaswani et al. 2017, section 3.5).

Symbols: column pair i of row t is (sin, cos) of the angle t·ωᵢ with ωᵢ = base^(−2i/d_model). The oracle computes one
number at a time with `math`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, raises, same_type
from autograder.submission import Submission

sinusoidal = Judgement(
    "attention.sinusoidal_positions",
    hints=(
        "Write the table for time = 2, d_model = 4 by hand. How many different angles has row 1?",
        "Columns 2i and 2i + 1 share one angle, so there are d_model / 2 of them: i runs from 0 to d_model / 2 − 1.",
        "A column of positions times a row of frequencies gives all angles at once, of shape (time, d_model / 2).",
        "`table[:, 0::2]` are the even columns and `table[:, 1::2]` the odd ones; `np.arange(0, d_model, 2)` is 2i.",
    ),
)
NAME = "sinusoidal_positions"


def table(time: int, d_model: int, base: float) -> np.ndarray:
    """The table by its definition, one number at a time."""
    rows = np.empty((time, d_model))
    for t in range(time):
        for column in range(d_model):
            angle = t / math.pow(base, (column - column % 2) / d_model)
            rows[t, column] = math.cos(angle) if column % 2 else math.sin(angle)
    return rows


def agrees(name: str, got: object, expected: np.ndarray) -> Observation:
    """Whether a table is right: an angle of t radians is known to a relative rounding, so its sine to t roundings."""
    t = np.arange(len(expected))[:, None]
    return close(name, got, expected, magnitude=np.broadcast_to(1.0 + t, expected.shape))


@sinusoidal.check(weight=2)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Column 2i is the sine, and column 2i + 1 the cosine, of t / 10000^(2i/d_model)."""
    for d_model in (2, 4, 6, 16, 2 * int(rng.integers(9, 20))):
        time = int(rng.integers(5, 40))
        yield agrees(f"the table of width {d_model}", s.call(NAME, time, d_model), table(time, d_model, 10000.0))


@sinusoidal.check()
def knows_other_bases(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Another base than 10,000 changes the frequencies as the formula says."""
    for name, base in (("2", 2.0), ("500,000", 500000.0), ("a random number", float(rng.uniform(20.0, 2000.0)))):
        expected = table(12, 8, base)
        yield agrees(f"the table where base is {name}", s.call(NAME, 12, 8, base), expected)
        yield agrees(f"the table where base={name} by keyword", s.call(NAME, 12, 8, base=base), expected)


@sinusoidal.check()
def turns_every_pair_at_a_steady_speed(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each pair of columns is a point on the unit circle, and row t + 1 is row t turned by the angles of row 1."""
    time, d_model = int(rng.integers(8, 30)), 2 * int(rng.integers(2, 10))
    got = s.call(NAME, time, d_model)
    yield close("the shape of the table", np.array(np.shape(got)), np.array([time, d_model]))
    sines, cosines = got[:, 0::2].astype(np.float64), got[:, 1::2].astype(np.float64)
    yield agrees("sin² + cos² of a pair", sines**2 + cosines**2, np.ones_like(sines))
    turned = sines[:-1] * cosines[1] + cosines[:-1] * sines[1]
    yield close("the sines, one step on", sines[1:], turned, magnitude=1.0 + time)
    turned = cosines[:-1] * cosines[1] - sines[:-1] * sines[1]
    yield close("the cosines, one step on", cosines[1:], turned, magnitude=1.0 + time)


@sinusoidal.check()
def is_float64_of_its_shape(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The table is a float64 array (time, d_model) with row 0 = 0, 1, 0, 1, …; a single position or pair works."""
    for time, d_model in ((1, 2), (1, 8), (6, 2), (3, 10)):
        got = s.call(NAME, time, d_model)
        yield same_type(f"the table of shape {(time, d_model)}", got, np.empty((time, d_model)))
        yield close(f"row 0 of a table of shape {(time, d_model)}", got[0], np.tile([0.0, 1.0], d_model // 2))


@sinusoidal.check()
def refuses_an_odd_width(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """An odd d_model raises ValueError."""
    for d_model in (1, 3, 7, 2 * int(rng.integers(5, 20)) + 1):
        yield raises("an odd d_model", partial(s.call, NAME, 5, d_model), "ValueError")


FREQUENCIES = "base ** (-np.arange(0, d_model, 2) / d_model)"
SINES, COSINES = "table[:, 0::2] = np.sin(angles)", "table[:, 1::2] = np.cos(angles)"
CHECK = """    if d_model % 2:
        raise ValueError(f"d_model = {d_model} is odd; sines and cosines come in pairs")
"""

sinusoidal.misconception(
    "sines_first_then_cosines",
    edits=(
        (SINES, "table[:, : d_model // 2] = np.sin(angles)"),
        (COSINES, "table[:, d_model // 2 :] = np.cos(angles)"),
    ),
    message="All sines come first and all cosines after them; they are to alternate. (Some libraries do it your way.)",
    question="Which column holds the cosine that belongs to the sine in column 0?",
)
sinusoidal.misconception(
    "sine_and_cosine_exchanged",
    edits=((SINES, "table[:, 1::2] = np.sin(angles)"), (COSINES, "table[:, 0::2] = np.cos(angles)")),
    message="The sines are in the odd columns and the cosines in the even ones.",
    question="What are the first two numbers of row 0?",
)
sinusoidal.misconception(
    "odd_columns_have_their_own_angle",
    edits=(
        (FREQUENCIES, "base ** (-np.arange(d_model) / d_model)"),
        (SINES, "table[:, 0::2] = np.sin(angles[:, 0::2])"),
        (COSINES, "table[:, 1::2] = np.cos(angles[:, 1::2])"),
    ),
    message="Every column has an angle of its own; a sine and its cosine are to share one.",
    question="Which angle belongs to column 1, and which to column 0?",
)
sinusoidal.misconception(
    "exponent_not_doubled",
    edit=("np.arange(0, d_model, 2)", "np.arange(d_model // 2)"),
    message="The exponent is i/d_model where 2i/d_model is asked for: the frequencies fall too slowly.",
    question="In the formula, what is the exponent for the columns 2 and 3 when d_model is 4?",
)
sinusoidal.misconception(
    "reaches_the_base",
    edit=("np.arange(0, d_model, 2) / d_model", "np.arange(0, d_model, 2) / max(d_model - 2, 1)"),
    message="The exponents run from 0 to 1; divided by d_model they stop short of 1. (Some libraries do it your way.)",
    question="What is the largest value of 2i/d_model when d_model is 4?",
)
sinusoidal.misconception(
    "frequencies_grow",
    edit=("-np.arange(0, d_model, 2)", "np.arange(0, d_model, 2)"),
    message="The position is multiplied by base^(2i/d_model), where it is to be divided by it.",
    question="Should the last pair of columns turn fast or slowly?",
)
sinusoidal.misconception(
    "frequencies_fall_linearly",
    edit=(FREQUENCIES, "1 / (1 + base * np.arange(0, d_model, 2) / d_model)"),
    message="The frequencies are not powers of the base.",
    question="Which number, times the frequency of one pair, gives the frequency of the next?",
)
for pairs in ("np.linspace(1, 1 / base, d_model // 2)", "np.linspace(1, 1 / base, d_model // 2, endpoint=False)"):
    sinusoidal.another_form("frequencies_fall_linearly", edit=(FREQUENCIES, pairs))
sinusoidal.misconception(
    "counts_from_one",
    edit=("np.arange(time)[:, None]", "np.arange(1, time + 1)[:, None]"),
    message="The positions are counted from 1; the first is position 0.",
    question="What is the sine of the angle of position 0?",
)
sinusoidal.misconception(
    "base_ignored",
    edit=("base **", "10000.0 **"),
    message="The argument base has no effect: 10,000 is used always.",
    question="What happens to the table when someone passes base=500000?",
)
sinusoidal.misconception(
    "odd_width_accepted",
    edits=((CHECK, ""), (COSINES, "table[:, 1::2] = np.cos(angles)[:, : d_model // 2]")),
    message="An odd d_model is accepted, and its last sine stays without a cosine.",
    question="How many pairs fit into 7 columns?",
)
sinusoidal.misconception(
    "single_precision",
    edit=("np.empty((time, d_model))", "np.empty((time, d_model), dtype=np.float32)"),
    message="The table is float32; float64 is asked for.",
    question="Which dtype has np.sin of a float64 array, and where does yours change?",
)
