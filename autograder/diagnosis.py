"""Names the misunderstanding: which misconception shows the same behaviour as a failed submission.

The misconceptions run on the public seed, on the inputs that the submission failed on, and their observations are
compared with the submission's. Best is one that reproduces every failed check and fails none that the submission
passed. Next come several that explain the failed checks between them, then two planted together whose mistakes meet in
one check. Failing that, what can be explained is, if need be by a misconception that would fail more: a learner may
have met that case by other means.
"""

from __future__ import annotations

import functools
import itertools
import warnings
from collections.abc import Iterable

from .catalog import exercise_named, judgement_of
from .exercise import Exercise, Misconception
from .kernel import random_state_kept, trusted_submission
from .reference import cells_of
from .trial import PUBLIC_SEED, CheckRun, run_check
from .verdict import Diagnosis


class Planted:
    """A program with misconceptions, and how it behaves in the checks at the public seed.

    The checks run in their order, one after another, and only as far as somebody asks: most pairs of misconceptions
    differ from a submission in an early check.
    """

    def __init__(self, exercise: Exercise, misconceptions: Iterable[Misconception]) -> None:
        """Raises ValueError where the misconceptions do not combine."""
        self.submission = trusted_submission(cells_of(exercise, *misconceptions), exercise.defines)
        self.checks = judgement_of(exercise).checks
        self.runs: dict[str, CheckRun] = {}

    def run(self, check_id: str) -> CheckRun:
        with random_state_kept(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # wrong code may well divide by zero
            while check_id not in self.runs:
                check = self.checks[len(self.runs)]
                self.runs[check.id] = run_check(check, self.submission, PUBLIC_SEED)
        return self.runs[check_id]


def diagnose(exercise: Exercise, failed: Iterable[CheckRun], passed_ids: set[str]) -> tuple[Diagnosis, ...]:
    """The misconceptions that explain the failed runs (all at the public seed), best explanation only."""
    by_check = {run.check.id: run for run in failed}
    if not by_check:
        return ()
    order = [check.id for check in judgement_of(exercise).checks]
    misconceptions = judgement_of(exercise).misconceptions
    programs = {item.key: alone(exercise.id, item.key) for item in misconceptions}

    def fits(program: Planted) -> bool:
        """Whether it fails nothing that the submission passed."""
        return all(program.run(check_id).passed for check_id in order if check_id in passed_ids)

    def reproduces(program: Planted) -> bool:
        """Whether it also shows the same in all that the submission failed."""
        for check_id in order:
            if check_id in by_check and not by_check[check_id].behaves_like(program.run(check_id)):
                return False
            if check_id in passed_ids and not program.run(check_id).passed:
                return False
        return True

    def explained(item: Misconception, check_ids: Iterable[str]) -> list[str]:
        """Those of these failed checks in which it shows the same."""
        program = programs[item.key]
        return [check_id for check_id in check_ids if by_check[check_id].behaves_like(program.run(check_id))]

    whole = [item for item in misconceptions if reproduces(programs[item.key])]
    if whole:
        return _named((item, list(by_check)) for item in whole)
    found = {item.key: explained(item, by_check) for item in misconceptions if fits(programs[item.key])}
    unexplained = [check_id for check_id in by_check if not any(check_id in checks for checks in found.values())]
    if unexplained:
        for pair in itertools.combinations([item for item in misconceptions if item.key in found], 2):
            # Two mistakes fail, as a rule, what each of them fails: this spares most pairs their run.
            if not all(any(not programs[item.key].run(check_id).passed for item in pair) for check_id in by_check):
                continue
            both = together(exercise.id, (pair[0].key, pair[1].key))
            if both and reproduces(both):
                return _named((item, list(by_check)) for item in pair)
        found |= {item.key: explained(item, unexplained) for item in misconceptions if item.key not in found}
    return _named((item, found[item.key]) for item in misconceptions if found.get(item.key))


@functools.cache
def alone(exercise_id: str, key: str) -> Planted:
    """The program with one misconception."""
    return Planted(exercise_named(exercise_id), [_known(exercise_id)[key]])


@functools.cache
def together(exercise_id: str, keys: tuple[str, str]) -> Planted | None:
    """The program with two of them; None where they do not combine."""
    try:
        return Planted(exercise_named(exercise_id), [_known(exercise_id)[key] for key in keys])
    except ValueError:
        return None


def _known(exercise_id: str) -> dict[str, Misconception]:
    return {item.key: item for item in judgement_of(exercise_named(exercise_id)).misconceptions}


def _named(found: Iterable[tuple[Misconception, list[str]]]) -> tuple[Diagnosis, ...]:
    """Each misconception once, with the checks that it explains in any of its forms."""
    named: dict[str, Diagnosis] = {}
    for item, explains in found:
        before = named[item.id].explains if item.id in named else ()
        explained = (*before, *(check for check in explains if check not in before))
        named[item.id] = Diagnosis(item.id, item.message, item.question, explained)
    return tuple(named.values())
