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
from .kernel import one_thread, random_state_kept, trusted_submission
from .reference import cells_of
from .trial import PUBLIC_SEED, CheckRun, run_check
from .verdict import Diagnosis


def diagnose(exercise: Exercise, failed: Iterable[CheckRun], passed_ids: set[str]) -> tuple[Diagnosis, ...]:
    """The misconceptions that explain the failed runs (all at the public seed), best explanation only."""
    failed = list(failed)
    if not failed:
        return ()
    misconceptions = judgement_of(exercise).misconceptions
    alone = {item.key: profile(exercise.id, (item.key,)) for item in misconceptions}
    fitting = [item for item in misconceptions if not _fails_any(alone[item.key], passed_ids)]

    def explained(item: Misconception) -> list[str]:
        return [run.check.id for run in failed if run.behaves_like(alone[item.key][run.check.id])]

    whole = [item for item in fitting if len(explained(item)) == len(failed)]
    if whole:
        return _named((item, explained(item)) for item in whole)
    unexplained = {run.check.id for run in failed} - {identity for item in fitting for identity in explained(item)}
    if unexplained:
        for pair in itertools.combinations(fitting, 2):
            # Two mistakes fail, as a rule, what each of them fails: this spares most pairs their run.
            if not all(any(not alone[item.key][run.check.id].passed for item in pair) for run in failed):
                continue
            both = profile(exercise.id, tuple(item.key for item in pair))
            if (
                both
                and not _fails_any(both, passed_ids)
                and all(run.behaves_like(both[run.check.id]) for run in failed)
            ):
                return _named((item, [run.check.id for run in failed]) for item in pair)
    found = {
        item.key: [identity for identity in explained(item) if item in fitting or identity in unexplained]
        for item in misconceptions
    }
    return _named((item, found[item.key]) for item in misconceptions if found[item.key])


@functools.cache
def profile(exercise_id: str, keys: tuple[str, ...]) -> dict[str, CheckRun]:
    """How misconceptions, planted together, behave in each check at the public seed; empty if they do not combine."""
    exercise = exercise_named(exercise_id)
    judgement = judgement_of(exercise)
    known = {item.key: item for item in judgement.misconceptions}
    chosen = [known[key] for key in keys]
    try:
        cells = cells_of(exercise, *chosen)
        with random_state_kept(), one_thread(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # wrong code may well divide by zero
            submission = trusted_submission(cells, exercise.defines)
            return {check.id: run_check(check, submission, PUBLIC_SEED) for check in judgement.checks}
    except ValueError:
        if len(chosen) == 1:
            raise
        return {}


def _fails_any(runs: dict[str, CheckRun], passed_ids: set[str]) -> bool:
    return any(not run.passed for identity, run in runs.items() if identity in passed_ids)


def _named(found: Iterable[tuple[Misconception, list[str]]]) -> tuple[Diagnosis, ...]:
    """Each misconception once, with the checks that it explains in any of its forms."""
    named: dict[str, Diagnosis] = {}
    for item, explains in found:
        before = named[item.id].explains if item.id in named else ()
        explained = (*before, *(check for check in explains if check not in before))
        named[item.id] = Diagnosis(item.id, item.message, item.question, explained)
    return tuple(named.values())
