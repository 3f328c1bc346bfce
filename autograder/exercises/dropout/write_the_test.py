"""Judgement of `dropout.write_the_test`: the learner's own test of a layer is tested on right layers and on wrong ones.

The layers live with the judge. A trial shows the submission one fresh layer and takes its verdict; right and wrong
layers come in an order that nothing gives away. The statement promises that a test which rejects a right layer at most
1 time in 100, and a wrong one of each kind at least 9 times in 10, passes: `Ledger` decides that by Wald's sequential
test (1945). For a test that keeps the promise, the likelihood ratio of a worse one is a supermartingale, so it ever
reaches 10⁹ with a probability of at most 10⁻⁹ (Ville's inequality): the test fails with no more than that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, holds, identical
from autograder.submission import Submission, SubmissionRaised

write_the_test = Judgement(
    "dropout.write_the_test",
    hints=(
        "List what inverted dropout promises. Each promise needs an observation that a layer which breaks it fails.",
        "Most are exact: a survivor is x/keep to rounding, and evaluation returns x. Only frequencies need statistics.",
        "Independence: what would a mask look like that all rows share, or all columns, or all calls? "
        "And how much do the counts of several calls vary?",
        "A frequency may stray by 4 or 5 standard deviations, √(p(1 − p)/n): with a handful of such tests false alarms "
        "stay far below 1 in 100. Everything else is exact, to rounding.",
    ),
)
MAX_CALLS, MAX_ELEMENTS = 64, 100_000
WRONGS = 8
"""Wrong layers of one kind to be rejected without an error; who accepts half of them manages that 1 time in 256."""


class Layer:
    """Inverted dropout, right as it stands; each wrong layer changes one method. It counts what is asked of it."""

    def __init__(self, rng: np.random.Generator, rate: float) -> None:
        self.rng, self.rate, self.keep = rng, rate, 1.0 - rate
        self.training = True
        self.calls = self.elements = 0
        self.over_budget = False

    def train(self) -> None:
        self.training = True

    def eval(self) -> None:
        self.training = False

    def __call__(self, x: Any) -> np.ndarray:
        if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
            raise TypeError("a layer takes a NumPy array of floats")
        self.calls, self.elements = self.calls + 1, self.elements + x.size
        if self.calls > MAX_CALLS or self.elements > MAX_ELEMENTS:
            self.over_budget = True
            raise ValueError(f"a verdict may take {MAX_CALLS} calls with {MAX_ELEMENTS:,} elements in all")
        return np.asarray(self.trained(x) if self.training else self.evaluated(x)).astype(x.dtype)

    def mask(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.rng.random(x.shape) < self.keep)

    def trained(self, x: np.ndarray) -> np.ndarray:
        return np.where(self.mask(x), x / self.keep, 0.0)

    def evaluated(self, x: np.ndarray) -> np.ndarray:
        return x.copy()


class Binomial(Layer):
    """Right: numbers 0 and 1 from a binomial draw, multiplied in."""

    def mask(self, x: np.ndarray) -> np.ndarray:
        return self.rng.binomial(1, self.keep, size=x.shape) != 0

    def trained(self, x: np.ndarray) -> np.ndarray:
        return x * self.mask(x) * (1.0 / self.keep)


class Transposed(Layer):
    """Right: draws in another order, from another generator."""

    def mask(self, x: np.ndarray) -> np.ndarray:
        generator = np.random.Generator(np.random.Philox(int(self.rng.integers(1 << 62))))
        return np.asarray(generator.random(x.shape[::-1]) >= self.rate).T


class SinglePrecision(Layer):
    """Right: draws in float32, and keeps its scaled mask in float32."""

    def mask(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.rng.random(x.shape, dtype=np.float32) >= np.float32(self.rate))

    def trained(self, x: np.ndarray) -> np.ndarray:
        return x * (self.mask(x).astype(np.float32) / np.float32(self.keep))


class NoScale(Layer):
    """whose survivors are not scaled."""

    def trained(self, x: np.ndarray) -> np.ndarray:
        return np.where(self.mask(x), x, 0.0)


class SquareRootScale(Layer):
    """that scales by 1/√keep."""

    def trained(self, x: np.ndarray) -> np.ndarray:
        return np.where(self.mask(x), x / math.sqrt(self.keep), 0.0)


class SlightlyWrongScale(Layer):
    """whose scale is 5% too large."""

    def trained(self, x: np.ndarray) -> np.ndarray:
        return np.where(self.mask(x), 1.05 * x / self.keep, 0.0)


class RateReadAsKeep(Layer):
    """that keeps with probability dropout_rate, and scales to match."""

    def trained(self, x: np.ndarray) -> np.ndarray:
        return np.where(self.rng.random(x.shape) < self.rate, x / self.rate, 0.0)


class WrongShareDropped(Layer):
    """that keeps with probability dropout_rate, at the right scale."""

    def mask(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.rng.random(x.shape) < self.rate)


class ActiveInEvaluation(Layer):
    """that drops in evaluation mode too."""

    def evaluated(self, x: np.ndarray) -> np.ndarray:
        return self.trained(x)


class ScaledInEvaluation(Layer):
    """that scales by keep in evaluation mode."""

    def evaluated(self, x: np.ndarray) -> np.ndarray:
        return x * self.keep


class OneMaskForTheBatch(Layer):
    """with one mask for all rows of the batch."""

    def mask(self, x: np.ndarray) -> np.ndarray:
        return np.broadcast_to(self.rng.random(x.shape[1:] if x.ndim > 1 else x.shape) < self.keep, x.shape)


class OneCoinForARow(Layer):
    """that drops whole rows."""

    def mask(self, x: np.ndarray) -> np.ndarray:
        return np.broadcast_to(self.rng.random((*x.shape[:-1], 1) if x.ndim > 1 else x.shape) < self.keep, x.shape)


class OneMaskForAllCalls(Layer):
    """with one mask for all calls."""

    def mask(self, x: np.ndarray) -> np.ndarray:
        self.masks: dict[tuple[int, ...], np.ndarray] = getattr(self, "masks", {})
        return self.masks.setdefault(x.shape, super().mask(x))


class FittedToTheBatch(Layer):
    """that keeps the mean magnitude of the batch exactly."""

    def trained(self, x: np.ndarray) -> np.ndarray:
        kept = np.where(self.mask(x), x, 0.0)
        return kept * (np.sum(np.abs(x)) / max(float(np.sum(np.abs(kept))), 1e-300))


class Noisy(Layer):
    """with 10% noise on its survivors."""

    def trained(self, x: np.ndarray) -> np.ndarray:
        return super().trained(x) * self.rng.normal(1.0, 0.1, size=x.shape)


class ExactShareDropped(Layer):
    """that drops exactly its share of the elements."""

    def mask(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.rng.permutation(x.size).reshape(x.shape) < round(self.keep * x.size))


RIGHT: tuple[type[Layer], ...] = (Layer, Binomial, Transposed, SinglePrecision)


@dataclass
class Ledger:
    """Wald's test of an error rate: `promised` at most, against `bad`."""

    promised: float
    bad: float
    errors: int = 0
    trials: int = 0

    def record(self, error: bool) -> None:
        self.errors, self.trials = self.errors + error, self.trials + 1

    @property
    def log_ratio(self) -> float:
        right = self.trials - self.errors
        return self.errors * math.log(self.bad / self.promised) + right * math.log(
            (1.0 - self.bad) / (1.0 - self.promised)
        )

    @property
    def broken(self) -> bool:
        return self.log_ratio >= math.log(1e9)

    def settled(self, enough: int) -> bool:
        """Whether no more trials are needed: the promise is broken, or kept as well as in `enough` without an error."""
        without_error = enough * math.log((1.0 - self.bad) / (1.0 - self.promised))
        return self.broken or self.log_ratio <= without_error or self.trials >= 60


def verdict(s: Submission, layer: Layer) -> bool | None:
    """What the submission says of a layer, or None where it asked more of the layer than it may."""
    try:
        said = s.call("accepts_dropout", s.lend(layer, "train", "eval", "__call__"), layer.rate)
    except SubmissionRaised:
        if layer.over_budget:
            return None
        raise
    if isinstance(said, np.ndarray) and said.dtype == np.bool_ and said.ndim == 0:
        said = bool(said)
    if not isinstance(said, bool):
        raise TypeError("a verdict that is neither True nor False")
    return said


def tried(s: Submission, rng: np.random.Generator, *wrong: type[Layer], rights: int = 3) -> Iterator[Observation]:
    """Right layers and those of the `wrong` kinds in turns of chance, until every kind is settled.

    A right layer comes with one probability at every turn, so that no count of turns tells what the next one is.
    `rights` of them are to be accepted without an error, or more with some. Few show that a test does not reject
    whatever it is shown: one that rejects nine wrong layers in ten without looking accepts three right ones 1 time in
    1,000. That it rejects right ones too often is for `accepts_right_layers` to find.
    """
    accepting, rejecting = Ledger(0.01, 0.2), {kind: Ledger(0.1, 0.5) for kind in wrong}
    share = rights / (rights + WRONGS * len(wrong))
    said: bool | None = True
    while said is not None and not accepting.broken:
        unsettled = [kind for kind in wrong if not rejecting[kind].settled(WRONGS)]
        if not unsettled and accepting.settled(rights):
            break
        is_right = bool(rng.random() < share)
        kind = rng.choice(np.array(RIGHT if is_right else unsettled or wrong, dtype=object))
        said = verdict(s, fresh(kind, rng))
        (accepting if is_right else rejecting[kind]).record(said is not is_right)
    problem = f"a verdict takes more than {MAX_CALLS} calls of the layer, or {MAX_ELEMENTS:,} elements"
    yield holds("the budget", said is not None, problem)
    alarms = false_alarms(s, rng) if accepting.broken else ""
    yield identical("the right layers rejected", alarms, "", f"the test rejects {alarms}")
    for kind in wrong:
        problem = f"the test accepts a layer {(kind.__doc__ or '').rstrip('.')}"
        yield holds(kind.__name__, not rejecting[kind].broken, problem)


def fresh(kind: type[Layer], rng: np.random.Generator) -> Layer:
    """A new layer at a rate between 0.2 and 0.8, but not near ½, where a rate and 1 − rate look alike."""
    rate = float(rng.uniform(0.2, 0.4) if rng.random() < 0.5 else rng.uniform(0.6, 0.8))
    return kind(np.random.default_rng(int(rng.integers(1 << 62))), rate)


def false_alarms(s: Submission, rng: np.random.Generator) -> str:
    """Which right layers a test rejects that is known to reject too many, in words."""
    accepted = [[verdict(s, fresh(make, rng)) for _ in range(6)] for make in RIGHT]
    if not any(any(verdicts) for verdicts in accepted):
        return "right layers, all of them"
    if all(all(verdicts) or not any(verdicts) for verdicts in accepted):
        return "right layers of some makes: they draw or multiply in another order, or in float32"
    return "right layers now and then, more often than 1 time in 100"


@write_the_test.check(weight=10)
def accepts_right_layers(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Right layers are rejected at most 1 time in 100, whatever they draw and compute with."""
    yield from tried(s, rng, NoScale, rights=17)


@write_the_test.check(weight=4)
def rejects_wrong_scales(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Layers without a scale, with 1/√keep, and with a scale 5% too large are told from right ones."""
    yield from tried(s, rng, NoScale, SquareRootScale, SlightlyWrongScale)


@write_the_test.check()
def rejects_wrong_rates(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Layers that drop another share than dropout_rate are told from right ones, also where the mean is kept."""
    yield from tried(s, rng, RateReadAsKeep, WrongShareDropped)


@write_the_test.check()
def rejects_faults_in_evaluation(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Layers that drop or scale in evaluation mode are told from right ones."""
    yield from tried(s, rng, ActiveInEvaluation, ScaledInEvaluation)


@write_the_test.check()
def rejects_masks_shared_within_a_call(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Layers with one mask for the whole batch, or one coin for a whole row, are told from right ones."""
    yield from tried(s, rng, OneMaskForTheBatch, OneCoinForARow)


@write_the_test.check()
def rejects_masks_shared_between_calls(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Layers that use one mask at every call are told from right ones."""
    yield from tried(s, rng, OneMaskForAllCalls)


@write_the_test.check()
def rejects_scales_that_vary(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Layers whose scale is fitted to the batch, or noisy, are told from right ones."""
    yield from tried(s, rng, FittedToTheBatch, Noisy)


@write_the_test.check()
def rejects_exact_shares(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Layers that always drop exactly their share of the elements are told from right ones."""
    yield from tried(s, rng, ExactShareDropped)


SPREAD = "    if np.ptp(dropped.sum(axis=(1, 2))) == 0:\n        return False\n"

write_the_test.misconception(
    "tests_the_mean_only",
    source="""
def accepts_dropout(layer, dropout_rate):
    x = np.ones(100_000)
    allowed = 5.0 * np.sqrt(dropout_rate / (1.0 - dropout_rate) / x.size)
    return bool(abs(layer(x).mean() - 1.0) < allowed)
""",
    message="Only the mean of the output is tested: many wrong layers keep the mean.",
    question="Name a layer that keeps the mean of an input of ones and still is no dropout. What would give it away?",
)
write_the_test.misconception(
    "forgets_evaluation",
    edit=("    layer.eval()\n    return bool(np.allclose(layer(x), x))", "    return True"),
    message="Evaluation mode is not tested.",
    question="Which promise of a dropout layer concerns the time after training?",
)
write_the_test.misconception(
    "forgets_neighbours",
    edit=("for axis in range(3)", "for axis in range(1)"),
    message="Whether the elements of one call are dropped independently is not tested.",
    question="With one mask for the batch, how many elements are dropped on average? What has to be counted then?",
)
write_the_test.misconception(
    "looks_at_one_call",
    edits=(
        ("range(6)", "range(1)"),
        ("for axis in range(3)", "for axis in (1, 2)"),
        (SPREAD, ""),
    ),
    message="The layer is called only once in training mode, so nothing is known about what changes from call to call.",
    question="What should two calls on the same input have in common, and what not?",
)
write_the_test.misconception(
    "forgets_the_spread_of_counts",
    edit=(SPREAD, ""),
    message="A layer that always drops exactly the same number of elements is accepted.",
    question="Toss a hundred fair coins, six times over. Would fifty heads each time surprise you?",
)
write_the_test.misconception(
    "too_strict",
    edit=("> 0.05:", "> np.sqrt(dropout_rate * (1.0 - dropout_rate) / dropped.size):"),
    message="A frequency may stray by about one standard deviation only: a right layer often does.",
    question="How often is a normal number more than one standard deviation from its mean? And the largest of four?",
)
write_the_test.misconception(
    "compares_exactly",
    edit=(
        "np.allclose(outputs, np.where(dropped, 0.0, x / (1.0 - dropout_rate)), rtol=1e-4)",
        "np.array_equal(outputs, np.where(dropped, 0.0, x / (1.0 - dropout_rate)))",
    ),
    message="Survivors are compared with x/keep to the last bit; layers that compute it in another way are rejected.",
    question="Is x * (1 / keep) the same floating-point number as x / keep?",
)
write_the_test.misconception(
    "too_loose",
    edit=("rtol=1e-4", "rtol=0.2"),
    message="Survivors may be off by 20%, so a scale that is wrong by 5% passes.",
    question="How exactly does a right layer multiply: to a percent, or to rounding?",
)
write_the_test.misconception(
    "expects_no_scale",
    edit=("np.where(dropped, 0.0, x / (1.0 - dropout_rate))", "np.where(dropped, 0.0, x)"),
    message="Survivors are expected to keep their value, as in the original dropout; inverted dropout scales them.",
    question="By what does inverted dropout multiply a survivor?",
)
write_the_test.misconception(
    "exceeds_the_budget",
    edit=("range(6)", "range(80)"),
    message="The test calls the layer more often, or on more elements, than it may.",
    question="How many elements does a frequency need before a bias of the size you fear shows?",
)
