"""What passed of so many attempts says about the pass rate: intervals, pass@k, the rule for a band.

For one task the attempts are independent and their number passed is binomial:
    wilson, jeffreys   Brown, Cai, DasGupta 2001, "Interval estimation for a binomial proportion"
    pass_at            Chen et al. 2021, "Evaluating large language models trained on code", equation 1
    Band               a sequential rule under the posterior Beta(½ + passed, ½ + failed)

Attempts of one task resemble each other, so over several tasks each task is a cluster (Miller 2024, "Adding error bars
to evals", arXiv 2411.00640):
    over_tasks         Wilson and Jeffreys at the effective number of attempts, compared for such samples by Franco,
                       Little, Louis, Slud 2019, "Comparative study of confidence intervals for proportions in complex
                       sample surveys"
    difference         of two pass rates on the same tasks, paired
"""

from __future__ import annotations

import functools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scipy import stats

LEVEL = 0.95


class Count(NamedTuple):
    """What came of one task."""

    passed: int
    attempts: int


class Interval(NamedTuple):
    """Where a rate, or a difference of two, may well lie."""

    low: float
    high: float


def wilson(passed: float, attempts: float, level: float = LEVEL) -> Interval:
    """Wilson's score interval; the numbers need not be whole."""
    if not attempts:
        return Interval(0.0, 1.0)
    z2 = float(stats.norm.ppf((1 + level) / 2)) ** 2
    middle = (passed + z2 / 2) / (attempts + z2)
    half = math.sqrt(z2 * passed * (attempts - passed) / attempts + z2**2 / 4) / (attempts + z2)
    # Rounding would leave a trace of the ends 0 and 1, which are exact.
    low = 0.0 if passed <= 0 else middle - half
    high = 1.0 if passed >= attempts else middle + half
    return Interval(low, high)


def jeffreys(passed: float, attempts: float, level: float = LEVEL) -> Interval:
    """The middle of the posterior under Jeffreys' prior; it reaches to 0 where none passed and to 1 where all did."""
    tail = (1 - level) / 2
    posterior = stats.beta(passed + 0.5, attempts - passed + 0.5)
    low = 0.0 if passed <= 0 else float(posterior.ppf(tail))
    high = 1.0 if passed >= attempts else float(posterior.ppf(1 - tail))
    return Interval(low, high)


def pass_at(k: int, passed: int, attempts: int) -> float:
    """The chance that at least one of k attempts passes, without bias; needs k attempts at least."""
    if not 1 <= k <= attempts:
        raise ValueError(f"pass@{k} needs {k} attempts and there are {attempts}")
    return 1.0 - math.comb(attempts - passed, k) / math.comb(attempts, k)


@dataclass(frozen=True)
class Reading:
    """What a band's rule says of one task."""

    decision: str
    """in, out, go on or undecided."""
    probability: float
    """That the pass rate lies in the band."""
    above: float
    """That it lies above the band: the task is too easy."""
    more: int
    """How many attempts to add before looking again; 0 where the rule has come to its end."""


@dataclass(frozen=True)
class Band:
    """The pass rates that make a task worth having, and a rule that says when enough is known.

    The first look is at 10 attempts, the next ones 5 attempts later each. It is `in` once the probability is at least
    .95, `out` once it is at most .05, `undecided` if it is neither at 120 attempts. Looking often, the rule calls
    `in` more than one time in twenty at a rate just outside: 15% at .10, 16% at .40. What it finds is a candidate;
    `calibration` confirms it.
    """

    low: float = 0.10
    high: float = 0.40
    sure: float = 0.95
    first: int = 10
    step: int = 5
    most: int = 120

    def __post_init__(self) -> None:
        if not 0 <= self.low < self.high <= 1:
            raise ValueError(f"a band goes from one rate to a higher one, not from {self.low:g} to {self.high:g}")

    def __str__(self) -> str:
        return f"{100 * self.low:g}–{100 * self.high:g}%"

    def reading(self, passed: int, attempts: int) -> Reading:
        """What is known after so many attempts, whose number need not be one of the rule's."""
        above = 1.0 - _posterior_below(self.high, passed, attempts)
        probability = 1.0 - above - _posterior_below(self.low, passed, attempts)
        more = 0
        if attempts < self.first:
            decision, more = "go on", self.first - attempts
        elif probability >= self.sure:
            decision = "in"
        elif probability <= 1 - self.sure:
            decision = "out"
        elif attempts < self.most:
            decision, more = "go on", self.step - (attempts - self.first) % self.step
        else:
            decision = "undecided"
        return Reading(decision, probability, above, more)


@functools.lru_cache(maxsize=100_000)  # a simulation of the rule asks for the same few thousand again and again
def _posterior_below(rate: float, passed: int, attempts: int) -> float:
    return float(stats.beta.cdf(rate, passed + 0.5, attempts - passed + 0.5))


@dataclass(frozen=True)
class Pooled:
    """The pass rate over several tasks, each of which counts the same."""

    rate: float
    wilson: Interval
    jeffreys: Interval
    tasks: int
    effective: float
    """As many independent attempts would tell as much."""


def over_tasks(counts: Sequence[Count]) -> Pooled:
    """The mean of the tasks' pass rates; its interval is for the mean over all tasks of the kind that these come from.

    The effective number of attempts is the one at which a binomial rate would have the variance that the tasks' spread
    shows, times (t_{attempts−1} / t_{tasks−1})², because a spread among few tasks is itself uncertain. It is never
    more than the attempts there are. Where all attempts passed or none did there is no spread to see, and each task
    counts as one observation. With one task nothing is known of others: it is that task's own interval.
    """
    if not counts or min(count.attempts for count in counts) < 1:
        raise ValueError("a rate over tasks needs an attempt at each of one task at least")
    rates = [count.passed / count.attempts for count in counts]
    rate, attempts = statistics.fmean(rates), sum(count.attempts for count in counts)
    effective = float(attempts)
    if len(counts) > 1:
        spread = statistics.variance(rates) / len(counts)
        if rate in (0.0, 1.0):
            effective = float(len(counts))
        elif spread > 0:
            effective = min(effective, rate * (1 - rate) / spread)
        effective *= (_t(attempts - 1) / _t(len(counts) - 1)) ** 2
    passed = rate * effective
    return Pooled(rate, wilson(passed, effective), jeffreys(passed, effective), len(counts), effective)


@dataclass(frozen=True)
class Difference:
    """How much higher the second pass rate is than the first."""

    estimate: float
    interval: Interval
    tasks: int


def difference(pairs: Sequence[tuple[Count, Count]]) -> Difference:
    """The mean over tasks of second rate − first rate, paired by task.

    The tasks are the clusters: the interval is Student's for the mean of their differences, so that it is for the mean
    over all tasks of the kind that these come from (Miller 2024, sections on clusters and on paired differences).
    A few tasks may by chance all differ by the same, and have no spread: the standard error is never taken to be less
    than what chance gives inside the tasks alone. With one task nothing is known of others: it is that task's own
    interval, by Newcombe 1998, "Interval estimation for the difference between independent proportions", method 10.
    """
    if not pairs or any(count.attempts < 1 for pair in pairs for count in pair):
        raise ValueError("a difference needs an attempt on both sides at each of one task at least")
    differences = [second.passed / second.attempts - first.passed / first.attempts for first, second in pairs]
    estimate = statistics.fmean(differences)
    if len(pairs) == 1:
        return Difference(estimate, _newcombe(*pairs[0]), 1)
    among = math.sqrt(statistics.variance(differences) / len(pairs))
    within = math.sqrt(sum(_variance(count) for pair in pairs for count in pair)) / len(pairs)
    half = _t(len(pairs) - 1) * max(among, within)
    return Difference(estimate, Interval(max(-1.0, estimate - half), min(1.0, estimate + half)), len(pairs))


def _newcombe(first: Count, second: Count) -> Interval:
    """The two Wilson intervals, put together as independent errors are."""
    p, q = first.passed / first.attempts, second.passed / second.attempts
    one, other = wilson(*first), wilson(*second)
    return Interval(
        q - p - math.hypot(one.high - p, q - other.low),
        q - p + math.hypot(p - one.low, other.high - q),
    )


def _variance(count: Count) -> float:
    """Of one task's rate, by its posterior mean under Jeffreys' prior: not 0 where all attempts passed or none did."""
    rate = (count.passed + 0.5) / (count.attempts + 1)
    return rate * (1 - rate) / count.attempts


def _t(freedom: int) -> float:
    return float(stats.t.ppf((1 + LEVEL) / 2, freedom))
