"""Programs with misconceptions planted in them, and how they behave in the checks at the public seed."""

from __future__ import annotations

import functools
import gc
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from .catalog import judgement_of
from .exercise import Exercise, Misconception
from .kernel import random_state_kept, trusted_submission
from .reference import cells_of
from .remembered import Memory, unpacked
from .submission import Submission
from .trial import PUBLIC_SEED, CheckRun, run_check


@contextmanager
def old_objects_left_alone() -> Iterator[None]:
    """Spare the garbage collector all objects that are there already.

    A check that looks at memory has each rank collect garbage first. Among all the judge's objects that takes a second.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class Planted:
    """One program. The checks run in their order, one after another, and only as far as somebody asks."""

    def __init__(self, exercise: Exercise, misconceptions: Sequence[Misconception], known: bytes = b"") -> None:
        """`known`: what is remembered of its runs. Raises ValueError where the misconceptions do not combine."""
        self.exercise = exercise
        self.misconceptions = misconceptions
        self.checks = judgement_of(exercise).checks
        self.runs = unpacked(known, self.checks)
        self.remembered = len(self.runs)
        self.ran = 0
        self.submission: Submission | None = None
        if not self.runs:
            self._load()

    def run(self, check_id: str) -> CheckRun:
        """What it shows in a check."""
        if check_id not in self.runs:
            with random_state_kept(), old_objects_left_alone(), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # wrong code may well divide by zero
                self._run_until(check_id)
        return self.runs[check_id]

    def _run_until(self, check_id: str) -> None:
        # From the first check on, even if that is remembered: a program may behave by what it went through.
        submission = self.submission or self._load()
        while check_id not in self.runs:
            check = self.checks[self.ran]
            run = run_check(check, submission, PUBLIC_SEED)
            self.runs.setdefault(check.id, run)
            self.ran += 1

    def _load(self) -> Submission:
        self.submission = trusted_submission(cells_of(self.exercise, *self.misconceptions), self.exercise.defines)
        return self.submission


class Programs:
    """All programs of an exercise that have one misconception or two."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.memory = Memory(exercise)
        self.made: dict[str, Planted | None] = {}

    def alone(self, misconception: Misconception) -> Planted:
        """The program with one misconception."""
        program = self._made(misconception)
        assert program is not None, "a misconception that cannot be planted is a fault of ours"
        return program

    def together(self, one: Misconception, other: Misconception) -> Planted | None:
        """The program with two of them; None where they do not combine."""
        return self._made(one, other)

    def remember(self) -> None:
        """Keep for other processes what was found out."""
        grown = {name: item for name, item in self.made.items() if item and len(item.runs) > item.remembered}
        if grown:
            self.memory.keep({name: list(item.runs.values()) for name, item in grown.items()})
        for item in grown.values():
            item.remembered = len(item.runs)

    def _made(self, *misconceptions: Misconception) -> Planted | None:
        name = " ".join(item.key for item in misconceptions)
        if name not in self.made:
            try:
                self.made[name] = Planted(self.exercise, misconceptions, self.memory.recall(name))
            except ValueError:
                if len(misconceptions) == 1:
                    raise
                self.made[name] = None
        return self.made[name]


@functools.cache
def programs_of(exercise: Exercise) -> Programs:
    """The same ones for as long as this process lives."""
    return Programs(exercise)
