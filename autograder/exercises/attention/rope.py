"""Judgement of `attention.rope` (Su et al. 2021, section 3.2.2).

Symbols: columns 2i and 2i + 1 of row t of x are a point in the plane; it is turned by the angle
positions[t] / base^(2i/head_dim). The oracle turns one point at a time, as a complex number.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import UNIT, Observation, close, identical, raises, same_type
from autograder.submission import Submission

rope = Judgement(
    "attention.rope",
    hints=(
        "Take head_dim = 4 and position 1. Which two columns turn together, and by which angle does each pair turn?",
        "There are head_dim / 2 angles for each position: a column of positions times a row of frequencies gives them "
        "all, of shape (time, head_dim / 2).",
        "`x[..., 0::2]` holds the first coordinate of every pair and `x[..., 1::2]` the second. A turn by θ takes the "
        "point (a, b) to (a cos θ − b sin θ, a sin θ + b cos θ).",
        "Fill a new array: `rotated = np.empty_like(x)`, then `rotated[..., 0::2] = even * cos - odd * sin`, and the "
        "odd columns likewise. Its dtype is that of x, whatever the dtype of the angles.",
    ),
)
NAME = "apply_rope"


def turned(x: np.ndarray, positions: Sequence[float] | np.ndarray, base: float = 10000.0) -> np.ndarray:
    """The result by its definition, one pair at a time, in double precision."""
    result = np.empty(x.shape)
    for index in np.ndindex(*x.shape[:-1]):
        for column in range(0, x.shape[-1], 2):
            a, b = (float(value) for value in x[index][column : column + 2])
            angle = float(positions[index[-1]]) / math.pow(base, column / x.shape[-1])
            point = complex(a, b) * cmath.exp(1j * angle)
            result[index][column : column + 2] = point.real, point.imag
    return result


def allowed(x: np.ndarray, positions: Any) -> np.ndarray:
    """How large rounding can be: a relative error of the angle, in double precision, beside one of the pair."""
    pairs = x.astype(np.float64).reshape(*x.shape[:-1], -1, 2)
    norms = np.repeat(np.linalg.norm(pairs, axis=-1), 2, axis=-1)
    angles = np.abs(np.asarray(positions, dtype=np.float64))[:, None]
    return np.asarray(norms * (1.0 + angles * UNIT["float64"] / UNIT[x.dtype.name]))


def agrees(where: str, got: Any, x: np.ndarray, positions: Any, base: float = 10000.0) -> Observation:
    expected = turned(x, positions, base).astype(x.dtype)
    return close(f"the result {where}", got, expected, magnitude=allowed(x, positions))


def draw(rng: np.random.Generator, *leading: int) -> np.ndarray:
    """x of some leading axes, with sizes of which no two agree."""
    time, pairs = (int(n) for n in rng.permutation([3, 4, 5, 7])[:2])
    return rng.standard_normal((*leading, time, 2 * pairs))


@rope.check(weight=3)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Columns 2i and 2i + 1 are turned by position / 10000^(2i/head_dim), with any axes in front."""
    for leading in ((), (2,), (2, 3), (2, 1, 3)):
        x = draw(rng, *leading)
        positions = np.arange(x.shape[-2])
        yield agrees(f"with {len(leading)} axes in front", s.call(NAME, x, positions), x, positions)
    square = rng.standard_normal((4, 4, 4, 4))  # equal sizes: a mix-up of axes shows in the values
    positions = np.arange(4)
    yield agrees("where all axes are of one size", s.call(NAME, square, positions), square, positions)


@rope.check()
def takes_positions_as_they_are(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Positions that start late, leave gaps, repeat, run backwards, are negative or lie between integers are taken."""
    x = draw(rng, 2)
    time = x.shape[-2]
    start = int(rng.integers(5, 50))
    for where, positions in (
        ("of positions that start late", np.arange(start, start + time)),
        ("of positions in any order", rng.choice(60, size=time)),
        ("of equal positions", np.full(time, start)),
        ("of negative positions", -np.arange(1, time + 1)),
        ("of positions between integers", rng.uniform(-9.0, 9.0, size=time)),
        ("of positions in float64", np.arange(float(time))),
    ):
        yield agrees(where, s.call(NAME, x, positions), x, positions)


@rope.check()
def knows_other_bases(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Another base than 10,000 changes the angles as the formula says."""
    x = draw(rng, 2)
    positions = rng.integers(0, 40, size=x.shape[-2])
    for where, base in (("2", 2.0), ("500,000", 500000.0), ("a random number", float(rng.uniform(20.0, 2000.0)))):
        yield agrees(f"where base is {where}", s.call(NAME, x, positions, base), x, positions, base)
        yield agrees(f"where base={where} by keyword", s.call(NAME, x, positions, base=base), x, positions, base)


@rope.check()
def dot_products_depend_on_the_distance(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Moving queries and keys along by the same distance changes no dot product; moving the keys alone does."""
    x, other = draw(rng), int(rng.integers(2, 40))
    q, k = rng.standard_normal((2, *x.shape))
    places = rng.integers(0, 20, size=(2, x.shape[-2]))
    moved, largest = places + other, float(np.sum(q**2) + np.sum(k**2))
    products = []
    for at_q, at_k in ((places[0], places[1]), (moved[0], moved[1]), (places[0], moved[1])):
        rotated_q, rotated_k = s.each(NAME, ((q, at_q), (k, at_k)))
        products.append(rotated_q @ rotated_k.T)
        yield close("a dot product", products[-1], turned(q, at_q) @ turned(k, at_k).T, magnitude=60.0 * largest)
    yield close("a dot product after both moved", products[1], products[0], magnitude=60.0 * largest)


@rope.check()
def turns_and_does_not_stretch(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Every pair keeps its length, position 0 changes nothing, and the opposite positions turn back."""
    x = draw(rng, 2)
    positions = rng.uniform(1.0, 30.0, size=x.shape[-2])
    forth = s.call(NAME, x, positions)
    yield close("the shape of the result", np.array(np.shape(forth)), np.array(x.shape))
    lengths, expected = (np.hypot(array[..., 0::2], array[..., 1::2]) for array in (forth, x))
    yield close("the length of a pair", lengths, expected)
    yield agrees("at position 0", s.call(NAME, x, 0 * positions), x, 0 * positions)
    back = s.call(NAME, forth, -positions)
    yield close("x, turned forth and back", back, x, magnitude=allowed(x, positions))


@rope.check()
def works_in_any_precision_and_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The dtype of x stays, whatever that of the positions, and so does its precision at position 100,000."""
    for dtype in (np.float64, np.float32, np.float16):
        x = draw(rng, 2, 3).astype(dtype)
        for positions in (np.arange(x.shape[-2]), 100_000.0 + rng.uniform(0.0, 900.0, size=x.shape[-2])):
            for layout in (x, x[..., : 2 * (x.shape[-1] // 4)], np.asfortranarray(x)):
                got = s.call(NAME, layout, positions)
                yield same_type(f"the result of {x.dtype} inputs", got, layout)
                yield agrees(f"of {x.dtype} inputs", got, layout, positions)
    for shape in ((1, 2), (1, 8), (5, 2), (1, 1, 1, 4)):
        x, positions = rng.standard_normal(shape), rng.integers(1, 50, size=shape[-2])
        yield agrees(f"of shape {shape}", s.call(NAME, x, positions), x, positions)


@rope.check()
def refuses_an_odd_width(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """An odd head_dim raises ValueError."""
    for head_dim in (1, 3, 7, 2 * int(rng.integers(5, 20)) + 1):
        arguments = rng.standard_normal((2, 5, head_dim)), np.arange(5)
        yield raises("an odd head_dim", partial(s.call, NAME, *arguments), "ValueError")


@rope.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Neither x nor the positions are changed."""
    x = draw(rng, 2)
    positions = rng.uniform(1.0, 9.0, size=x.shape[-2])
    held = s.hold(x), s.hold(positions)
    s.call(NAME, *held)
    yield identical("the input x", held[0].fetch(), x, "the input x was changed")
    yield identical("the input positions", held[1].fetch(), positions, "the input positions was changed")


FREQUENCIES = "base ** (-np.arange(0, head_dim, 2) / head_dim)"
ANGLES = "positions[:, None] * frequencies"
PARTS = "even, odd = x[..., 0::2], x[..., 1::2]"
FIRST, SECOND = "rotated[..., 0::2]", "rotated[..., 1::2]"
TURN, OTHER_TURN = "even * cos - odd * sin", "even * sin + odd * cos"
CHECK = """    if head_dim % 2:
        raise ValueError(f"head_dim = {head_dim} is odd; a rotation takes pairs of columns")
"""
LEFT, RIGHT = "[..., : head_dim // 2]", "[..., head_dim // 2 :]"

rope.misconception(
    "pairs_across_the_halves",
    edits=(
        (PARTS, f"even, odd = x{LEFT}, x{RIGHT}"),
        (FIRST, f"rotated{LEFT}"),
        (SECOND, f"rotated{RIGHT}"),
    ),
    message="Column i turns with column i + head_dim/2; neighbours are to be paired. (Llama's code does it your way.)",
    question="Which column turns together with column 0?",
)
rope.misconception(
    "halves_put_side_by_side",
    edits=((FIRST, f"rotated{LEFT}"), (SECOND, f"rotated{RIGHT}")),
    message="Neighbours are turned together, but then all first coordinates come before all second ones.",
    question="At position 0 nothing turns. Does your result equal x there?",
)
rope.misconception(
    "turns_the_other_way",
    edits=((TURN, "even * cos + odd * sin"), (OTHER_TURN, "odd * cos - even * sin")),
    message="The pairs turn clockwise, by the negative angle.",
    question="Where does a turn by 90 degrees take the point (1, 0)?",
)
rope.misconception(
    "reflects",
    edit=(TURN, "even * cos + odd * sin"),
    message="A minus sign is missing: this matrix is no rotation, so pairs change their length.",
    question="What is the determinant of [[cos, sin], [sin, cos]]?",
)
rope.another_form("reflects", edit=(OTHER_TURN, "odd * cos - even * sin"))
rope.misconception(
    "first_coordinate_overwritten",
    edits=(
        ("np.empty_like(x)", "x.copy()"),
        (OTHER_TURN, "rotated[..., 0::2] * sin + odd * cos"),
    ),
    message="The second coordinate is computed from the first one after that was overwritten.",
    question="When you write the odd columns, what stands in the even ones?",
)
rope.misconception(
    "ignores_the_positions",
    edit=(ANGLES, "np.arange(x.shape[-2])[:, None] * frequencies"),
    message="Rows are counted 0, 1, 2, … and the argument positions has no effect.",
    question="One new token comes in at position 57. By which angle should its row be turned?",
)
rope.misconception(
    "counts_from_one",
    edit=(ANGLES, "(positions[:, None] + 1) * frequencies"),
    message="Every position is one too large. Dot products cannot tell, but position 0 should change nothing.",
    question="By which angle does position 0 turn?",
)
rope.misconception(
    "positions_cut_to_integers",
    edit=(ANGLES, "positions.astype(int)[:, None] * frequencies"),
    message="Positions are cut to integers; positions between them are asked for too.",
    question="To stretch a context of 2,048 to 4,096, positions may be halved. What becomes of position 1?",
)
rope.misconception(
    "every_column_has_its_own_angle",
    edits=(
        (FREQUENCIES, "base ** (-np.arange(head_dim) / head_dim)"),
        (TURN, "even * cos[:, 0::2] - odd * sin[:, 0::2]"),
        (OTHER_TURN, "even * sin[:, 1::2] + odd * cos[:, 1::2]"),
    ),
    message="The two columns of a pair have different angles, so the pair is not turned but distorted.",
    question="How many angles does a turn of one point have?",
)
rope.misconception(
    "exponent_not_doubled",
    edit=("np.arange(0, head_dim, 2) / head_dim", "np.arange(head_dim // 2) / head_dim"),
    message="The exponent is i/head_dim where 2i/head_dim is asked for: the frequencies fall too slowly.",
    question="In the formula, what is the exponent for the columns 2 and 3 when head_dim is 4?",
)
rope.misconception(
    "frequencies_grow",
    edit=("-np.arange(0, head_dim, 2)", "np.arange(0, head_dim, 2)"),
    message="The position is multiplied by base^(2i/head_dim), where it is to be divided by it.",
    question="Should the last pair of columns turn fast or slowly?",
)
rope.misconception(
    "angles_in_degrees",
    edit=(ANGLES, "np.deg2rad(positions[:, None] * frequencies)"),
    message="The angles are taken for degrees; they are radians.",
    question="By how many degrees does position 1 turn the first pair?",
)
rope.misconception(
    "base_ignored",
    edit=("base **", "10000.0 **"),
    message="The argument base has no effect: 10,000 is used always.",
    question="What happens when someone passes base=500000?",
)
rope.misconception(
    "coarse_angles",
    edit=(ANGLES, "positions[:, None].astype(x.dtype) * frequencies.astype(x.dtype)"),
    message="The angles are computed in the dtype of x, and in float32 position 100,000 is turned by a wrong angle.",
    question="How far apart are two neighbouring float16 numbers near 2,048?",
)
rope.misconception(
    "dtype_widened",
    edit=("np.empty_like(x)", "np.empty(x.shape)"),
    message="The result is float64 whatever the dtype of x.",
    question="What is the dtype of a float32 array times a float64 array?",
)
rope.misconception(
    "odd_width_accepted",
    edits=((CHECK, ""), (PARTS, "x = x[..., : head_dim // 2 * 2]\n    even, odd = x[..., 0::2], x[..., 1::2]")),
    message="An odd head_dim is accepted, and its last column is lost.",
    question="How many pairs fit into 7 columns?",
)
rope.misconception(
    "changes_its_input",
    edits=(("np.empty_like(x)", "x"), (PARTS, "even, odd = x[..., 0::2].copy(), x[..., 1::2].copy()")),
    message="The result is written into x, so the caller's array changes.",
    question="What does the caller find in x afterwards?",
)
