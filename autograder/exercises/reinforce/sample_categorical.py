"""Judgement of `reinforce.sample_categorical`: a draw from softmax(logits), whatever is drawn from to make it.

Symbols: SHARES are the probabilities of the actions, from the likeliest down. Actions are looked at by their rank, so
that each row may have its own order. How often an action is drawn is tested by `frequency` at 1e-9 a time; one that
should be drawn is missed with probability below 1e-30.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, frequency, holds, identical
from autograder.submission import Remote, Submission

sample_categorical = Judgement(
    "reinforce.sample_categorical",
    hints=(
        "Logits are not probabilities. Which function makes probabilities of them, and along which axis?",
        "A uniform number u in [0, 1) lies below p with probability p. Lay the probabilities of a row end to end on "
        "[0, 1]: which action owns the piece that u falls into?",
        "`np.cumsum(probabilities, axis=-1)` are the ends of the pieces. Count those that u has passed. Each row needs "
        "a u of its own: `rng.random((*logits.shape[:-1], 1))`.",
        "There is a way without softmax: add independent Gumbel noise, `rng.gumbel(size=logits.shape)`, to the logits "
        "and take the largest. Its action has exactly the softmax probabilities.",
    ),
)
NAME = "sample_categorical"
SHARES = np.array([0.7, 0.2, 0.07, 0.02, 0.01])
DRAWS = 8000  # a softmax with normal noise for Gumbel noise would do with 1,700: see `another_noise`
ROWS = 4000


def drawn_logits(rng: np.random.Generator, rows: int, shares: np.ndarray = SHARES) -> tuple[np.ndarray, np.ndarray]:
    """Logits (rows, actions) with these probabilities, and the rank of each action; every row has its own order."""
    ranks = rng.permuted(np.tile(np.arange(len(shares)), (rows, 1)), axis=-1)
    return np.log(shares)[ranks] + rng.uniform(-3.0, 3.0, (rows, 1)), ranks


def generator(s: Submission, seed: int) -> Remote:
    """A NumPy generator that lives with the submission."""
    return s.library("numpy.random").build("default_rng", seed)


def a_generator(s: Submission, rng: np.random.Generator) -> Remote:
    return generator(s, int(rng.integers(1 << 40)))


def one_for_each_row(got: Any, ranks: np.ndarray) -> Iterator[Observation]:
    """Whether one action was drawn for each row."""
    ok = isinstance(got, np.ndarray | np.generic) and got.shape == ranks.shape[:-1] and got.dtype == np.int64
    yield holds("the actions", ok, "the actions are not an int64 array with the logits' shape, less the last axis")
    inside = bool(np.all((got >= 0) & (got < ranks.shape[-1])))
    yield holds("the range of the actions", inside, "an action lies outside the last axis of the logits")


def taken(got: Any, ranks: np.ndarray) -> np.ndarray:
    """The rank of each action drawn."""
    return np.take_along_axis(ranks, np.asarray(got)[..., None], axis=-1)[..., 0]


def follows(where: str, got: Any, ranks: np.ndarray, shares: np.ndarray) -> Iterator[Observation]:
    """Whether ranks are drawn in proportion to `shares`, and those of share 0 never."""
    yield from one_for_each_row(got, ranks)
    drawn = taken(got, ranks).ravel()
    for rank, share in enumerate(shares):
        which = "the likeliest action" if rank == 0 else f"the action of rank {rank}"
        yield frequency(f"the share of draws {where} that give {which}", int((drawn == rank).sum()), drawn.size, share)


@sample_categorical.check(weight=2)
def draws_in_proportion(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each action is drawn with its softmax probability."""
    for dtype, rows in ((np.float64, DRAWS), (np.float32, DRAWS // 4)):
        logits, ranks = drawn_logits(rng, rows)
        where = f"from {np.dtype(dtype).name} logits"
        yield from follows(where, s.call(NAME, logits.astype(dtype), a_generator(s, rng)), ranks, SHARES)


@sample_categorical.check()
def rows_are_drawn_independently(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Rows are drawn independently of each other, and calls too."""
    ranks = np.tile(np.arange(5), (ROWS, 1))
    logits, source = np.log(SHARES)[ranks], a_generator(s, rng)
    first, second = s.call(NAME, logits, source), s.call(NAME, logits, source)
    for got in (first, second):
        yield from one_for_each_row(got, ranks)
    alike = float((SHARES**2).sum())
    pairs = int((first[::2] == first[1::2]).sum())
    yield frequency("the share of neighbouring rows with the same action", pairs, ROWS // 2, alike)
    halves = int((first[: ROWS // 2] == first[ROWS // 2 :]).sum())
    yield frequency("the share of rows half a batch apart with the same action", halves, ROWS // 2, alike)
    yield frequency("the share of rows with the same action in two calls", int((first == second).sum()), ROWS, alike)


@sample_categorical.check()
def draws_from_the_generator(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The generator decides the draw: in the same state it gives the same actions, and drawing moves it on."""
    logits, ranks = drawn_logits(rng, ROWS // 2)
    seed = int(rng.integers(1 << 40))
    source = generator(s, seed)
    first, second = s.call(NAME, logits, source), s.call(NAME, logits, source)
    again = s.call(NAME, logits, generator(s, seed))
    for got in (first, second, again):
        yield from one_for_each_row(got, ranks)
    problem = "two calls draw differently, although their generators are in the same state"
    yield holds("the actions drawn from the same state", np.array_equal(again, first), problem)
    alike = int((taken(first, ranks) == taken(second, ranks)).sum())
    name = "the share of rows with the same action in two draws from one generator"
    yield frequency(name, alike, ROWS // 2, float((SHARES**2).sum()))


@sample_categorical.check()
def keeps_the_axes_in_front(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The actions are int64 and have the logits' shape without the last axis, in their order."""
    shares = np.array([1.0, 1e-80, 1e-90, 1e-99])  # no chance for any but the likeliest
    for leading in ((), (1,), (4,), (7,), (2, 3), (4, 1, 3)):
        logits, ranks = drawn_logits(rng, int(np.prod(leading, dtype=int)), shares)
        logits, ranks = logits.reshape(*leading, 4), ranks.reshape(*leading, 4)
        for array in (logits, np.asfortranarray(logits)):
            got = s.call(NAME, array, a_generator(s, rng))
            yield from one_for_each_row(got, ranks)
            ranked = taken(got, ranks)
            yield identical("the ranks drawn where one action has all the probability", ranked, np.zeros_like(ranked))
    got = s.call(NAME, rng.standard_normal((5, 1)), a_generator(s, rng))
    yield from one_for_each_row(got, np.zeros((5, 1)))


@sample_categorical.check(weight=0.5)
def survives_any_logits(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Logits near +5000 and −5000 are drawn from as any others, and an action with logit -inf never."""
    for constant in (5000.0, -5000.0):
        logits, ranks = drawn_logits(rng, ROWS // 2)
        got = s.call(NAME, logits + constant, a_generator(s, rng))
        yield from follows(f"from logits near {constant:+.0f}", got, ranks, SHARES)
    shares = np.array([0.75, 0.25, 0.0, 0.0, 0.0])
    with np.errstate(divide="ignore"):
        logits, ranks = drawn_logits(rng, ROWS // 2, shares)
    yield from follows("from rows with -inf", s.call(NAME, logits, a_generator(s, rng)), ranks, shares)


@sample_categorical.check(weight=0.5)
def leaves_the_logits_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The logits given are not changed."""
    logits, _ = drawn_logits(rng, 3)
    held = s.hold(logits)
    s.call(NAME, held, a_generator(s, rng))
    same = np.array_equal(held.fetch(), logits)
    yield holds("the logits", same, "the logits were changed in place")


DRAW = "np.argmax(logits + rng.gumbel(size=logits.shape), axis=-1)"
NOISE = "rng.gumbel(size=logits.shape)"
# The same by way of a uniform number for each row: other forms of the misconceptions are edits of this.
INVERSE = "(np.cumsum(softmax(logits), axis=-1)[..., :-1] <= rng.random((*logits.shape[:-1], 1))).sum(axis=-1)"

CHOICE = (
    "np.array([rng.choice(len(row), p=WEIGHTS / WEIGHTS.sum()) for row in logits.reshape(-1, logits.shape[-1])])"
    ".reshape(logits.shape[:-1])"
)

sample_categorical.misconception(
    "always_the_likeliest",
    edit=(f" + {NOISE}", ""),
    message="The likeliest action is taken always; nothing is drawn, so nothing else is ever tried.",
    question="What should happen in one of ten draws to an action of probability 0.1?",
)
sample_categorical.misconception(
    "all_actions_alike",
    edit=(f"logits + {NOISE}", NOISE),
    message="All actions are drawn equally often: the logits have no effect.",
    question="Which of two actions with the logits 0 and 3 should come more often?",
)
sample_categorical.misconception(
    "another_noise",
    edit=("rng.gumbel(", "rng.normal("),
    message="The largest of logits plus noise follows the softmax for standard Gumbel noise, and for no other.",
    question="What is −log(−log u) for u near 0, and for u near 1? Is the noise symmetric?",
)
sample_categorical.another_form("another_noise", edit=(f"+ {NOISE}", f"- {NOISE}"))
sample_categorical.another_form("another_noise", edit=(f"+ {NOISE}", "+ rng.random(logits.shape)"))
sample_categorical.misconception(
    "noise_on_probabilities",
    edit=(f"logits + {NOISE}", f"softmax(logits) + {NOISE}"),
    message="Gumbel noise is added to probabilities. It belongs on logits, or on the logarithms of probabilities.",
    question="Two actions have the probabilities 0.98 and 0.02. How large is the difference beside noise of size 1.3?",
)
sample_categorical.misconception(
    "logits_as_probabilities",
    edit=(DRAW, INVERSE.replace("softmax(logits)", "np.abs(logits) / np.abs(logits).sum(axis=-1, keepdims=True)")),
    message="Logits are drawn from as if they were probabilities.",
    question="Which probability has a logit of −2?",
)
sample_categorical.another_form(
    "logits_as_probabilities",
    edit=(
        DRAW,
        INVERSE.replace(
            "softmax(logits)", "np.maximum(logits, 1e-9) / np.maximum(logits, 1e-9).sum(axis=-1, keepdims=True)"
        ),
    ),
)
sample_categorical.another_form("logits_as_probabilities", edit=(DRAW, CHOICE.replace("WEIGHTS", "row")))
sample_categorical.misconception(
    "one_random_number_for_all_rows",
    edit=("size=logits.shape)", "size=logits.shape[-1])"),
    message="All rows share one random draw, and so equal rows get equal actions.",
    question="A batch has eight rows. How many independent draws does it need?",
)
sample_categorical.another_form(
    "one_random_number_for_all_rows", edit=(DRAW, INVERSE.replace("(*logits.shape[:-1], 1)", ""))
)
sample_categorical.misconception(
    "overflows",
    edit=(
        DRAW,
        INVERSE.replace("softmax(logits)", "np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)"),
    ),
    message="exp is taken of the raw logits: large ones overflow, and a row of low ones becomes 0/0.",
    question="What can be subtracted from every logit of a row without changing its softmax?",
)
sample_categorical.another_form(
    "overflows",
    edit=(
        DRAW,
        DRAW.replace("logits + ", "np.log(np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)) + "),
    ),
)
sample_categorical.another_form("overflows", edit=(DRAW, CHOICE.replace("WEIGHTS", "np.exp(row)")))
sample_categorical.misconception(
    "one_piece_too_far",
    edit=(DRAW, INVERSE.replace("[..., :-1]", "").replace(".sum(axis=-1)", ".sum(axis=-1) - 1")),
    message="The index is one too small: the pieces that u has passed are counted from −1.",
    question="If u falls into the very first piece, how many ends has it passed?",
)
sample_categorical.another_form(
    "one_piece_too_far",
    edit=(DRAW, f"np.maximum({INVERSE.replace('[..., :-1]', '').replace('.sum(axis=-1)', '.sum(axis=-1) - 1')}, 0)"),
)
sample_categorical.misconception(
    "softmax_over_the_rows",
    edit=("axis=-1)", "axis=0)"),
    message="The draw runs over the first axis. The actions of a distribution lie along the last.",
    question="Which shape should the actions of logits (batch, actions) have?",
)
sample_categorical.another_form(
    "softmax_over_the_rows", edit=(DRAW, INVERSE.replace("softmax(logits)", "softmax(logits, axis=0)"))
)
sample_categorical.another_form(
    "softmax_over_the_rows", edit=(DRAW, DRAW.replace("logits + ", "np.log(softmax(logits, axis=0)) + "))
)
sample_categorical.misconception(
    "keeps_an_axis_of_length_one",
    edit=("axis=-1)", "axis=-1, keepdims=True)"),
    message="The actions have an axis of length 1 at the end.",
    question="Which shape should the actions of logits (batch, actions) have?",
)
sample_categorical.misconception(
    "one_hot_for_index",
    edit=(DRAW, f"np.eye(logits.shape[-1], dtype=np.int64)[{DRAW}]"),
    message="What is returned is one-hot: a 1 at the place of the action. Asked for is the index.",
    question="How many numbers should come back for a row of five logits?",
)
sample_categorical.misconception(
    "not_an_integer_index",
    edit=(DRAW, f"({DRAW}).astype(np.float64)"),
    message="The actions are floats; an index must be an integer, here int64.",
    question="What does `table[actions]` do when actions are floats?",
)
sample_categorical.another_form("not_an_integer_index", edit=(DRAW, f"({DRAW}).astype(np.int32)"))
sample_categorical.misconception(
    "ignores_the_generator",
    edit=("rng.gumbel(", "np.random.gumbel("),
    message="Random numbers do not come from the generator that is given, so a draw cannot be repeated.",
    question="Someone wants the same actions again tomorrow. What would have to be kept?",
)
sample_categorical.misconception(
    "the_same_draw_at_every_call",
    edit=("rng.gumbel(", "np.random.default_rng(0).gumbel("),
    message="A generator with a fixed seed is made inside the function, so every call draws the same.",
    question="Who should decide where the random numbers start, and how often?",
)
sample_categorical.misconception(
    "changes_its_input",
    edit=(f"    return np.argmax(logits + {NOISE}", f"    logits += {NOISE}\n    return np.argmax(logits"),
    message="The noise is added in place, so the caller's logits change with every draw.",
    question="What is the difference between `x = x + noise` and `x += noise` for the caller of the function?",
)
