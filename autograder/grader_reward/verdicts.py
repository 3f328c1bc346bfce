"""The judge's verdicts on programs, each program judged once.

It is the judge of `autograder grade`: the whole submission with an expression filled in, in a jailed worker, against
every check of the exercise on hidden inputs. A worker that waits, forked ahead, and one process for each core keep it
busy. What was judged is kept in a file, under a key that changes with the program, the exercise and the grader.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from ..exercise import Exercise
from ..hashes import exercise_hash, grader_hash
from ..judge import grade
from ..pool import follow_parent
from ..reference import sha256
from ..sandbox import shared_sandbox
from .blank import Blank
from .weak import hashed_with

HIDDEN_SEED = 20261
"""Of the inputs that programs are judged on: fixed, so that a run can be made again."""

Asked = tuple[Blank, str]
"""A blank, and the expression that fills it."""


@dataclass(frozen=True)
class Found:
    """What a verdict says that a reward is made of."""

    passed: bool
    fraction: float
    """The score on a scale from 0 to 1."""


def judged(exercise: Exercise, source: str, seed: int = HIDDEN_SEED) -> Found:
    """The judge's verdict on a submission, in this process."""
    verdict = grade(exercise, source, sandbox=shared_sandbox(exercise.libraries), seed=seed, explained=False)
    return Found(verdict.passed, round(verdict.fraction, 4))


@cache
def misconceptions(blank: Blank, expression: str) -> list[str]:
    """What the diagnosis names of a program, for those who read it: that takes as long as a verdict, or longer."""
    exercise = blank.exercise
    verdict = grade(
        exercise, blank.submission(expression), sandbox=shared_sandbox(exercise.libraries), seed=HIDDEN_SEED
    )
    return [item.id for item in verdict.diagnosis]


class Judge:
    """Judges in `jobs` processes of its own, and remembers in a file. Close it, or use it as a context manager."""

    def __init__(self, path: Path, jobs: int = 1) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.known = dict(_kept(path))
        self.pool = ProcessPoolExecutor(
            jobs, mp_context=multiprocessing.get_context("spawn"), initializer=follow_parent
        )
        self.judged = 0
        """How many programs were judged since it was made."""
        self.seconds = 0.0
        """And how long that took."""

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *exception: object) -> None:
        self.pool.shutdown(cancel_futures=True)

    def __call__(self, asked: Sequence[Asked]) -> list[Found]:
        """The verdicts on these programs, in their order."""
        programs = [(blank.exercise, blank.submission(expression)) for blank, expression in asked]
        keys = [_key(exercise, source) for exercise, source in programs]
        new = {key: program for key, program in zip(keys, programs, strict=True) if key not in self.known}
        started = time.perf_counter()
        for key, found in zip(new, self.pool.map(judged, *zip(*new.values(), strict=True)) if new else (), strict=True):
            self._keep(key, found)
        self.judged += len(new)
        self.seconds += time.perf_counter() - started
        return [self.known[key] for key in keys]

    def _keep(self, key: str, found: Found) -> None:
        self.known[key] = found
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, **asdict(found)}) + "\n")


class Verdicts:
    """What one run has asked the judge: repeats cost nothing, so they do not count as verdicts."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.found: dict[Asked, Found] = {}
        self.asked = 0

    def __call__(self, asked: Sequence[Asked]) -> list[Found]:
        new = list(dict.fromkeys(item for item in asked if item not in self.found))
        self.found.update(zip(new, self.judge(new), strict=True))
        self.asked += len(asked)
        return [self.found[item] for item in asked]

    def solved_at(self) -> dict[str, int]:
        """For each blank that was solved, how many verdicts it took until then."""
        first: dict[str, int] = {}
        for number, ((blank, _), found) in enumerate(self.found.items(), start=1):
            if found.passed:
                first.setdefault(blank.name, number)
        return first

    @property
    def count(self) -> int:
        """How many different programs were judged for this run."""
        return len(self.found)


def _key(exercise: Exercise, source: str) -> str:
    return sha256(exercise_hash(exercise), exercise_hash(hashed_with(exercise)), grader_hash(), source)


def _kept(path: Path) -> Iterable[tuple[str, Found]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):  # a line that was torn when a run was stopped
            record = json.loads(line)
            yield record["key"], Found(record["passed"], record["fraction"])
