"""How hard a task has to be for its pass rate to lie in a band: a walk over the dial k, then a confirmation.

The dial is the number of misconceptions planted in the code to repair; 0 is the task as it is. The walk tries one k
after another by the band's sequential rule and stops at the first that the rule calls `in`. That one is a candidate,
and no more: the walk looked many times at many k and chose what looked best, so its own numbers flatter.

The confirmation asks for fresh attempts at the candidate, their number fixed beforehand, and declares it in the band
if and only if their exact 90% interval (Clopper, Pearson 1934) lies in the band. Why a task is then declared falsely at
most 5% of the time, whatever the walk did: a task outside lies below the band or above it. If below, a false
declaration needs the interval's lower end to lie above the true rate, which happens in at most 5% of all samples; if
above, the same holds for the upper end. The fresh attempts are independent of the walk, so this is so for each k that
it could have chosen, and therefore also on average over its choices. It no longer holds for someone who repeats the
whole calibration until it says `in`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scipy import stats

from ..errors import UsageError
from . import wording
from .rates import Band, Interval

CONFIRMING_RUNS = 100
"""A task with the rate .25 is then confirmed in the band 10–40% with probability .92."""
LEVEL = 0.90
"""Of the exact interval: each of its ends is wrong at most 5% of the time."""


@dataclass(frozen=True)
class Request:
    """What the procedure asks for: so many attempts that count, none of them used before."""

    k: int
    runs: int
    purpose: str
    """walk or confirmation."""


@dataclass(frozen=True)
class Tried:
    """Where the walk left one k. Its numbers steered the walk; they are no estimate."""

    k: int
    passed: int
    attempts: int
    decision: str
    """in, out or undecided."""
    probability: float
    """That the pass rate lies in the band."""
    above: float


@dataclass(frozen=True)
class Confirmation:
    """What the fresh attempts showed: the result."""

    k: int
    passed: int
    attempts: int
    interval: Interval
    """Exact, 90%."""
    decision: str
    """in: the interval lies in the band; out: it does not touch it; undecided: neither."""


@dataclass(frozen=True)
class Calibration:
    """What a calibration came to."""

    band: Band
    tried: tuple[Tried, ...]
    confirmation: Confirmation | None
    """None where the walk found no candidate."""

    @property
    def found(self) -> bool:
        """Whether a task is declared to lie in the band."""
        return self.confirmation is not None and self.confirmation.decision == "in"

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "found": self.found}


Attempt = Callable[[int, int], int | Awaitable[int]]
"""Makes attempts at k, so many that count, and says how many passed."""


async def calibrate(
    attempt: Attempt, dial: Sequence[int], band: Band | None = None, confirming_runs: int = CONFIRMING_RUNS
) -> Calibration:
    """Walk the dial and confirm what is found. `attempt` may be a plain function or an async one."""
    steps = procedure(dial, band, confirming_runs)
    request = next(steps)
    while True:
        passed = attempt(request.k, request.runs)
        if inspect.isawaitable(passed):
            passed = await passed
        try:
            request = steps.send(passed)
        except StopIteration as end:
            return end.value


def procedure(
    dial: Sequence[int], band: Band | None = None, confirming_runs: int = CONFIRMING_RUNS
) -> Generator[Request, int, Calibration]:
    """The same without anyone who makes attempts: yields requests, is sent how many passed, returns the calibration.

    `dial` goes from easy to hard; k = 0, the task as it is, may stand before the repairs and is compared with none of
    them. Raises UsageError for a dial that is empty or not in order, and for too few runs to confirm anything.
    """
    band = band or Band()
    if not dial or sorted(set(dial)) != list(dial):
        raise UsageError("the dial should name numbers of planted misconceptions, each once and from low to high")
    if not declared(band, confirming_runs):
        raise UsageError(
            f"{confirming_runs} fresh runs are too few to show that a pass rate lies in {band}, whatever they come to"
        )
    tried: list[Tried] = []
    for k in dial:
        step = yield from _walked(k, band)
        tried.append(step)
        if step.decision == "in":
            passed = yield Request(k, confirming_runs, "confirmation")
            return Calibration(band, tuple(tried), confirmed(k, passed, confirming_runs, band))
        too_hard = step.decision == "out" and step.above < 0.5
        if too_hard and k > 0:  # more misconceptions make it no easier; but repairing one may be easier than writing
            break
    return Calibration(band, tuple(tried), None)


def _walked(k: int, band: Band) -> Generator[Request, int, Tried]:
    """One k by the sequential rule."""
    passed = attempts = 0
    reading = band.reading(0, 0)
    while reading.more:
        passed += yield Request(k, reading.more, "walk")
        attempts += reading.more
        reading = band.reading(passed, attempts)
    return Tried(k, passed, attempts, reading.decision, reading.probability, reading.above)


def confirmed(k: int, passed: int, runs: int, band: Band) -> Confirmation:
    """What so many fresh attempts show."""
    exact = stats.binomtest(passed, runs).proportion_ci(LEVEL, "exact")
    interval = Interval(float(exact.low), float(exact.high))
    if band.low <= interval.low and interval.high <= band.high:
        decision = "in"
    elif interval.high < band.low or interval.low > band.high:
        decision = "out"
    else:
        decision = "undecided"
    return Confirmation(k, passed, runs, interval, decision)


@functools.lru_cache(maxsize=100)
def declared(band: Band, runs: int) -> tuple[int, ...]:
    """The numbers passed of so many fresh attempts by which a task is declared to lie in the band."""
    return tuple(passed for passed in range(runs + 1) if confirmed(0, passed, runs, band).decision == "in")


def chance_to_confirm(rate: float, band: Band, runs: int = CONFIRMING_RUNS) -> float:
    """How probable it is that a candidate with this true pass rate is declared to lie in the band; exact."""
    return float(sum(stats.binom.pmf(passed, runs, rate) for passed in declared(band, runs)))


def as_text(calibration: Calibration) -> str:
    """A line for each k that was tried, and the result."""
    lines = [
        f"k = {step.k}: {step.decision} after {step.attempts} attempts "
        f"(P({calibration.band}) = {wording.probability(step.probability)}{_side(step)})"
        for step in calibration.tried
    ]
    last = calibration.confirmation
    if last is None:
        return "\n".join([*lines, f"No task was found whose pass rate may lie in {calibration.band}."])
    shown = f"k = {last.k}: {last.passed} of {last.attempts} fresh attempts passed, {wording.span(last.interval)}"
    said = {
        "in": f"the pass rate lies in {calibration.band}; whoever declares so by this rule errs at most 5% of the time",
        "out": f"the pass rate does not lie in {calibration.band}",
        "undecided": f"this does not confirm that the pass rate lies in {calibration.band}",
    }
    return "\n".join([*lines, f"{shown} (exact 90% interval): {said[last.decision]}."])


def _side(step: Tried) -> str:
    if step.decision != "out":
        return ""
    return ", too easy" if step.above >= 0.5 else ", too hard"
