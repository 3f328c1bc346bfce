"""A blank: a missing expression of an exercise's reference, with the variables that stand in its reach.

It is made by an edit of the reference as it stands in `curriculum`, so nothing is copied: in `place`, what is missing
stands between ⟦ and ⟧. What the policy is told of it is its goal, in one or two words, and the kinds of the variables.
How they are called, and what the answer is, it is not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..exercise import Exercise
from ..reference import edited_module
from .grammar import python, words_from

OPEN, CLOSE = "⟦", "⟧"
LEARNED, SISTER, STRANGER = "learned from", "sister", "stranger"


@dataclass(frozen=True)
class Blank:
    """One missing expression."""

    name: str
    exercise: Exercise
    place: str
    """Text of the reference that occurs once in the solution."""
    goal: tuple[str, ...]
    scope: tuple[tuple[str, str], ...]
    """The kind of each variable, and its text in the reference."""
    said: str = ""
    """What is missing, in the words that the grammar has, where the reference's own words are not among them."""
    role: str = LEARNED
    """A `sister` of one that is learned from has the same answer in other surroundings; a `stranger` has a new one.
    Neither is ever learned from."""

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(kind for kind, _ in self.scope)

    @property
    def missing(self) -> str:
        """The expression that stands in the reference."""
        return self.place.partition(OPEN)[2].partition(CLOSE)[0]

    @property
    def library(self) -> str:
        return "torch" if "torch" in self.exercise.libraries else "np"

    def answer(self) -> list[str]:
        """One right answer, as words: the reference's own."""
        return words_from(self.said or self.missing, dict(self.scope))

    def expression(self, words: Sequence[str]) -> str:
        """What these words say here, in Python. Raises IllFormed."""
        return python(words, dict(self.scope), self.library)

    def submission(self, expression: str) -> str:
        """The reference's module with an expression in the place of the missing one."""
        before, _, after = self.place.partition(self.missing)
        old = self.place.replace(OPEN, "").replace(CLOSE, "")
        new = f"{before.removesuffix(OPEN)}({expression}){after.removeprefix(CLOSE)}"
        return edited_module(self.exercise, ((old, new),))
