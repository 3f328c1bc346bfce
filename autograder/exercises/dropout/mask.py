"""Judgement of `dropout.mask`: a boolean array of independent elements, each True with probability 1 − rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, holds, raises
from autograder.submission import Submission

from .law import SHAPES, Draw, anew, counts_vary, independent, rate_is, some_rates, values

mask = Judgement(
    "dropout.mask",
    hints=(
        "How many random numbers does a mask of shape (2, 3) need?",
        "A uniform number in [0, 1) lies below t with probability t. Which t keeps an element with probability keep?",
        "np.random.random(shape) draws an array, and a comparison of it with a number is a boolean array.",
        "Compare with 1 − dropout_rate, so that True means kept; check the rate first and raise ValueError.",
    ),
)
NAME = "dropout_mask"


def drops(s: Submission, rate: float) -> Draw:
    """Which elements a mask of the shape of x drops."""

    def draw(inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        masks = s.each(NAME, [(list(x.shape), rate) for x in inputs])
        return [
            np.asarray(kept == 0) if isinstance(kept, np.ndarray) else np.full(x.shape, not kept)
            for x, kept in zip(inputs, masks, strict=True)
        ]

    return draw


@mask.check()
def is_a_boolean_array_of_the_shape(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The mask is a boolean array of the shape asked for, the empty shapes included."""
    for shape in ((5,), (2, 3, 4), (1,), (0, 3), ()):
        kept = s.call(NAME, list(shape), 0.5)
        # rand(*()) < keep is a plain bool: as good as a NumPy array of shape ().
        right_shape = (isinstance(kept, bool) and shape == ()) or getattr(kept, "shape", None) == shape
        yield holds(
            f"the shape of a mask of shape {shape}", right_shape, f"for shape {shape} the mask has another shape"
        )
        right_dtype = isinstance(kept, bool) or getattr(kept, "dtype", None) == np.bool_
        yield holds(f"the dtype of a mask of shape {shape}", right_dtype, "the mask is not boolean")


@mask.check(weight=2)
def drops_at_the_rate(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """An element is False with probability dropout_rate: False means dropped."""
    for where, rate in [*some_rates(rng), ("a rate near 0", float(rng.uniform(0.0015, 0.0019)))]:
        yield rate_is(f"at {where}", drops(s, rate)([np.ones(20_000)])[0], rate)


@mask.check(weight=2)
def drops_independently(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The elements of a mask are independent of each other."""
    yield from independent(drops(s, 0.5), rng, 0.5, *SHAPES)
    yield from counts_vary(drops(s, 0.5), rng, 0.5)


@mask.check()
def draws_anew_at_each_call(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each call draws a new mask."""
    x = values(rng, 400)
    yield from anew(drops(s, 0.5)([x] * 12), 0.5)


@mask.check()
def keeps_everything_at_rate_zero(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At rate 0 every element is kept."""
    for dropped in drops(s, 0.0)([values(rng, *shape) for shape in ((20_000,), (1,), (3, 4, 5))]):
        yield rate_is("at rate 0", dropped, 0.0)


@mask.check()
def refuses_rates_out_of_range(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A rate below 0, and a rate of 1 or more, raise ValueError."""
    for rate in (1.5, -0.25, 7.0, 1.0):
        yield raises(f"a dropout_rate of {rate}", partial(s.call, NAME, [4], rate), "ValueError")


DRAW = "np.random.random(shape) < 1.0 - dropout_rate"
CHECK = """    if not 0.0 <= dropout_rate < 1.0:
        raise ValueError(f"dropout_rate must be at least 0 and below 1, not {dropout_rate}")
"""

mask.misconception(
    "true_means_dropped",
    edit=("< 1.0 - dropout_rate)", "< dropout_rate)"),
    message="An element is True with probability dropout_rate; True is to mean kept.",
    question="What share of a mask should be True at dropout_rate = 0.1?",
)
mask.misconception(
    "normal_instead_of_uniform",
    edit=("np.random.random(shape)", "np.random.normal(size=shape)"),
    message="Normal random numbers are compared with a probability; only a uniform one is below t with probability t.",
    question="How often is a standard normal number below 0.5?",
)
mask.another_form("normal_instead_of_uniform", edit=(DRAW, "np.random.normal(size=shape) >= dropout_rate"))
mask.misconception(
    "numbers_instead_of_booleans",
    edit=(f"np.asarray({DRAW})", f"({DRAW}).astype(float)"),
    message="The mask holds the numbers 0 and 1; it is to be boolean.",
    question="What dtype has a comparison, and what would ~mask or x[mask] do with yours?",
)
mask.misconception(
    "drops_an_exact_share",
    edit=(
        DRAW,
        "np.random.permutation(int(np.prod(shape))).reshape(shape) < round((1.0 - dropout_rate) * np.prod(shape))",
    ),
    message="Exactly the share dropout_rate of the elements is dropped, so they are not independent.",
    question="Toss ten fair coins again and again: do you always get five heads?",
)
mask.misconception(
    "one_mask_for_all_rows",
    edit=(DRAW, "np.broadcast_to(np.random.random(shape[-1:]) < 1.0 - dropout_rate, shape)"),
    message="One row of the mask is drawn and repeated for all the others.",
    question="How many random numbers does a mask of shape (batch, features) need?",
)
mask.misconception(
    "one_coin_for_a_whole_row",
    edit=(
        DRAW,
        "np.broadcast_to(np.random.random([*shape[:-1], 1] if len(shape) > 1 else shape) < 1.0 - dropout_rate, shape)",
    ),
    message="One coin is tossed for a whole row of the mask.",
    question="How many random numbers does a mask of shape (batch, features) need?",
)
mask.another_form(
    "one_coin_for_a_whole_row",
    edit=(DRAW, "np.broadcast_to(np.random.random([*shape[:-1], 1][: len(shape)]) < 1.0 - dropout_rate, shape)"),
)
mask.misconception(
    "one_mask_for_all_calls",
    edit=(f"np.asarray({DRAW})", f"vars(dropout_mask).setdefault((tuple(shape), dropout_rate), {DRAW})"),
    message="The mask is drawn once for a shape and returned again at every later call.",
    question="Which units would never be trained if the mask stayed the same?",
)
mask.misconception(
    "seeds_every_call",
    edit=("    return np", "    np.random.seed(0)\n    return np"),
    message="The generator is seeded inside the function, so every call draws the same numbers.",
    question="Where does a generator stand right after it has been seeded with the same number?",
)
mask.misconception(
    "rate_not_checked",
    edit=(CHECK, ""),
    message="A rate outside [0, 1) is accepted.",
    question="What does a rate of 1.5 mean, and when would anyone notice?",
)
mask.another_form("rate_not_checked", edit=("not 0.0 <= dropout_rate < 1.0", "dropout_rate >= 1.0"))
mask.misconception(
    "rate_of_one_allowed",
    edit=("<= dropout_rate < 1.0", "<= dropout_rate <= 1.0"),
    message="A rate of exactly 1 is accepted.",
    question="By how much must the survivors be scaled when there are none?",
)
