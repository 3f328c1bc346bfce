"""Judgement of `dropout.write_the_test`: the learner's own test of a layer is tested on right layers and on wrong ones.

The layers live with the judge. A trial shows the submission one fresh layer and takes its verdict; right and wrong layers come
in an order that nothing gives away. The statement promises that a test which rejects a right layer at most 1 time in 100, and a
wrong one of each kind at least 9 times in 10, passes: `Ledger` decides that by Wald's sequential test (1945). The likelihood
ratio of a worse test against the promised one is a martingale for the latter, so it ever reaches 10⁹ with a probability of at
most 10⁻⁹ (Ville's inequality), and a test that keeps the promise fails with no more than that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, holds
from autograder.submission import Submission, SubmissionRaised

write_the_test = Judgement(
    "dropout.write_the_test",
    hints=(
        "List what inverted dropout promises. Each promise needs an observation that a layer which breaks it would fail.",
        "Most promises are exact: a survivor is x/keep to rounding, and evaluation returns x. Only rates need statistics.",
        "Independence: how often should two neighbours, or one element in two calls, be dropped together? How much may a count stray?",
        "Allow 4 or 5 standard deviations, √(q(1 − q)/n), for each frequency: with a handful of them false alarms stay far below 1 in 100.",
    ),
)
MAX_CALLS, MAX_ELEMENTS = 64, 100_000


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
        return generator.random(x.shape[::-1]).T >= self.rate


class SinglePrecision(Layer):
    """Right: draws and computes in float32."""

    def mask(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.rng.random(x.shape, dtype=np.float32) >= np.float32(self.rate))

    def trained(self, x: np.ndarray) -> np.ndarray:
        return x.astype(np.float32) * (self.mask(x).astype(np.float32) / np.float32(self.keep))


class NoScale(Layer):
    def trained(self, x: np.ndarray) -> np.ndarray:
        return np.where(self.mask(x), x, 0.0)


class SquareRootScale(Layer):
    def trained(self, x: np.ndarray) -> np.ndarray:
        return np.where(self.mask(x), x / math.sqrt(self.keep), 0.0)


class SlightlyWrongScale(Layer):
    def trained(self, x: np.ndarray) -> np.ndarray:
        return np.where(self.mask(x), 1.05 * x / self.keep, 0.0)


class RateReadAsKeep(Layer):
    def trained(self, x: np.ndarray) -> np.ndarray:
        return np.where(self.rng.random(x.shape) < self.rate, x / self.rate, 0.0)


class WrongShareDropped(Layer):
    def mask(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.rng.random(x.shape) < self.rate)


class ActiveInEvaluation(Layer):
    def evaluated(self, x: np.ndarray) -> np.ndarray:
        return self.trained(x)


class ScaledInEvaluation(Layer):
    def evaluated(self, x: np.ndarray) -> np.ndarray:
        return x * self.keep


class OneMaskForTheBatch(Layer):
    def mask(self, x: np.ndarray) -> np.ndarray:
        return np.broadcast_to(self.rng.random(x.shape[1:] if x.ndim > 1 else x.shape) < self.keep, x.shape)


class OneCoinForARow(Layer):
    def mask(self, x: np.ndarray) -> np.ndarray:
        return np.broadcast_to(self.rng.random((*x.shape[:-1], 1) if x.ndim > 1 else x.shape) < self.keep, x.shape)


class OneMaskForAllCalls(Layer):
    def mask(self, x: np.ndarray) -> np.ndarray:
        self.masks: dict[tuple[int, ...], np.ndarray] = getattr(self, "masks", {})
        return self.masks.setdefault(x.shape, super().mask(x))


class FittedToTheBatch(Layer):
    def trained(self, x: np.ndarray) -> np.ndarray:
        kept = np.where(self.mask(x), x, 0.0)
        return kept * (np.sum(np.abs(x)) / max(float(np.sum(np.abs(kept))), 1e-300))


class Noisy(Layer):
    def trained(self, x: np.ndarray) -> np.ndarray:
        return super().trained(x) * self.rng.normal(1.0, 0.1, size=x.shape)


class ExactShareDropped(Layer):
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
        return self.errors * math.log(self.bad / self.promised) + right * math.log((1.0 - self.bad) / (1.0 - self.promised))

    @property
    def broken(self) -> bool:
        return self.log_ratio >= math.log(1e9)

    def settled(self, enough: float) -> bool:
        """Whether no more trials are needed: the promise is broken, or kept well enough."""
        return self.broken or self.log_ratio <= -enough or self.trials >= 60


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


def tried(s: Submission, rng: np.random.Generator, *wrong: type[Layer], right: float = 0.0) -> Iterator[Observation]:
    """Right layers and those of the `wrong` kinds in turns of chance, until every kind is settled.

    A right layer comes with probability ½ at every turn, so that no count of turns tells what the next one is. `right` says how
    well right layers must be settled before the end.
    """
    accepting = Ledger(0.01, 0.2)
    rejecting = {kind: Ledger(0.1, 0.5) for kind in wrong}
    while True:
        open_kinds = [kind for kind in wrong if not rejecting[kind].settled(3.5)]
        if not open_kinds and accepting.settled(right):
            break
        is_right = rng.random() < 0.5
        kinds = RIGHT if is_right else open_kinds or wrong
        rate = float(rng.uniform(0.2, 0.4) if rng.random() < 0.5 else rng.uniform(0.6, 0.8))
        layer = kinds[int(rng.integers(len(kinds)))](np.random.default_rng(int(rng.integers(1 << 62))), rate)
        said = verdict(s, layer)
        yield holds("the budget", said is not None, f"one verdict takes more than {MAX_CALLS} calls or {MAX_ELEMENTS:,} elements")
        ledger = accepting if is_right else rejecting[type(layer)]
        ledger.record(said is not is_right)
        if ledger.broken:
            break
    yield from summed_up(accepting, rejecting)
