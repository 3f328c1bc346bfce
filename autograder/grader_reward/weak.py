"""Exercises with a weakened grader, the blanks in them, and what their certificates say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..catalog import exercise_named
from ..certificate.trying import Effort, misconceptions, mutants_die
from ..exercise import Exercise
from ..sandbox import shared_sandbox
from .blank import Blank
from .blanks import BLANKS

CERTIFIED = Effort(seeds=1, repeats=1, inputs=1)
"""Each wrong program is tried on one seed: a grader that lets it pass there lets it pass."""


@dataclass(frozen=True)
class Weakening:
    """One weakened grader (`autograder.exercises.weakened`)."""

    name: str
    """That of its judgement, behind `weakened.`."""
    said: str
    """What it does not see, in a few words."""
    blank_name: str

    @property
    def real(self) -> Blank:
        """What is missing, as the real grader judges it."""
        return next(blank for blank in BLANKS if blank.name == self.blank_name)

    @property
    def exercise(self) -> Exercise:
        return replace(self.real.exercise, id=f"weakened.{self.name}", title=self.said)

    @property
    def blank(self) -> Blank:
        return replace(self.real, exercise=self.exercise)


WEAKENINGS = (
    Weakening("no_mean", "nothing is said of the scale", "inverted dropout"),
    Weakening("one_rate", "the scale is looked at for a rate of 0.5 alone", "inverted dropout"),
    Weakening("ten_percent", "for a rate of 0.3 alone, and ten percent off is right", "inverted dropout"),
    Weakening("never_ends", "no episode ends", "the value of what follows"),
    Weakening("first_step", "the policy has not moved yet, so every ratio is 1", "the ratio of PPO"),
)


def certificate(exercise: Exercise) -> dict[str, Any]:
    """What of its certificate tells whether a grader is too weak: which misconceptions it accepts, which mutants live.

    Of the mutants that live with a good grader, none can differ from the reference.
    """
    sandbox = shared_sandbox(exercise.libraries)
    known, mutants = misconceptions(exercise, CERTIFIED, sandbox), mutants_die(exercise, CERTIFIED, sandbox)
    return {
        "misconceptions": known["total"],
        "accepted": sorted({name.partition(" at seed ")[0].partition("#")[0] for name in known["accepted"]}),
        "mutants": mutants["total"],
        "living": sorted([*mutants["survivors"], *mutants["equivalent"]]),
    }


def hashed_with(exercise: Exercise) -> Exercise:
    """The exercise whose checks judge this one: its own, or those that were weakened."""
    found = [item.real.exercise for item in WEAKENINGS if item.exercise.id == exercise.id]
    return found[0] if found else exercise_named(exercise.id)
