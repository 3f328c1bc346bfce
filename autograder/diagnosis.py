"""Names the misunderstanding: which misconception shows the same behaviour as a failed submission.

The misconceptions run on the public seed, on the inputs that the submission failed on, and their observations are
compared with the submission's. One is named when it reproduces every failed check and fails none that the submission
passed.
Otherwise pairs of misconceptions are planted together, since learners make two mistakes at once; and failing that,
those that reproduce some of the failed checks are named for these.
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


def diagnose(exercise: Exercise, failed: Iterable[CheckRun], passed_ids: set[str]) -> tuple[Diagnosis, ...]:
    """The misconceptions that explain the failed runs (all at the public seed), best explanation only."""
    failed = list(failed)
    if not failed:
        return ()
    misconceptions = judgement_of(exercise).misconceptions
    explained = {
        item.id: [run.check.id for run in failed if run.behaves_like(profile(exercise.id, (item.id,))[run.check.id])]
        for item in misconceptions
        if not _fails_any(profile(exercise.id, (item.id,)), passed_ids)
    }
    whole = [item for item in misconceptions if len(explained.get(item.id, ())) == len(failed)]
    if whole:
        return tuple(_named(item, explained[item.id]) for item in whole)
    for pair in itertools.combinations(misconceptions, 2):
        together = profile(exercise.id, tuple(item.id for item in pair))
        if (
            together
            and not _fails_any(together, passed_ids)
            and all(run.behaves_like(together[run.check.id]) for run in failed)
        ):
            return tuple(_named(item, [run.check.id for run in failed]) for item in pair)
    return tuple(_named(item, explained[item.id]) for item in misconceptions if explained.get(item.id))


@functools.cache
def profile(exercise_id: str, misconception_ids: tuple[str, ...]) -> dict[str, CheckRun]:
    """How misconceptions, planted together, behave in each check at the public seed; empty if they do not combine."""
    exercise = exercise_named(exercise_id)
    judgement = judgement_of(exercise)
    known = {item.id: item for item in judgement.misconceptions}
    chosen = [known[identity] for identity in misconception_ids]
    try:
        cells = cells_of(exercise, *chosen)
        with random_state_kept(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # wrong code may well divide by zero
            submission = trusted_submission(cells, exercise.defines)
            return {check.id: run_check(check, submission, PUBLIC_SEED) for check in judgement.checks}
    except ValueError:
        if len(chosen) == 1:
            raise
        return {}


def _fails_any(runs: dict[str, CheckRun], passed_ids: set[str]) -> bool:
    return any(not run.passed for identity, run in runs.items() if identity in passed_ids)


def _named(item: Misconception, explains: list[str]) -> Diagnosis:
    return Diagnosis(item.id, item.message, item.question, tuple(explains))
