"""What a changed grader would change in the gradebook, seen before it changes anything.

Submissions that were graded by another grader than today's are judged again, on the cells that nbgrader graded, and the
verdicts are compared with those of that time. Where they agree nothing is done; the others are graded anew, with the
same hidden inputs, so that what was shown is what comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .folders import Progress, Submission
from .gradebook import Verdicts, graded_notebooks, verdicts, verdicts_in
from .grading import grade_class, note_graded, stale_submissions, was_graded_as_it_is
from .processes import each


@dataclass(frozen=True, order=True)
class Change:
    """One exercise of one submission whose verdict would be another."""

    submission: Submission
    exercise: str
    before: float
    after: float
    why: str
    """The problem or the misconceptions that are named now; empty where there are none."""


def candidates(*assignments: str) -> list[Submission]:
    """Submissions that were graded as they lie there, and not by what would grade them today."""
    return [item for item in stale_submissions(*assignments) if graded_notebooks(item) and was_graded_as_it_is(item)]


def changes(
    submissions: Sequence[Submission], seed: int, jobs: int | None = None, progress: Progress = lambda item: None
) -> tuple[list[Change], dict[Submission, str]]:
    """What would change, and the submissions that cannot be judged, with the reason."""
    found: list[Change] = []
    failures = {}
    for submission, judged, failure in each(_judged_again, submissions, jobs, seed):
        if failure:
            failures[submission] = failure
        else:
            found += _differences(submission, verdicts(submission), judged)
        progress(submission)
    return sorted(found), failures


def _judged_again(submission: Submission, seed: int) -> Verdicts:
    """Today's verdicts on the notebooks that nbgrader graded, in a process of the pool."""
    from ..catalog import exercise_named
    from ..judge import grade
    from ..sandbox import shared_sandbox
    from ..sources import cells_from_notebook
    from .judging import summary

    found = {}
    for path in graded_notebooks(submission):
        cells = cells_from_notebook(path.read_text(encoding="utf-8"), path.name)
        for exercise in map(exercise_named, verdicts_in(path)):
            verdict = grade(exercise, cells, sandbox=shared_sandbox(exercise.libraries), seed=seed)
            found[exercise.id] = summary(verdict)
    return found


def _differences(submission: Submission, before: Verdicts, after: Verdicts) -> Iterator[Change]:
    for exercise, now in after.items():
        then = before[exercise]
        if then["score"] != now["score"] or then["misconceptions"] != now["misconceptions"]:
            why = now["problem"] or ", ".join(now["misconceptions"])
            yield Change(submission, exercise, then["score"], now["score"], why)


def apply(
    submissions: Sequence[Submission],
    found: Sequence[Change],
    seed: int,
    jobs: int | None = None,
    progress: Progress = lambda item: None,
) -> dict[Submission, str]:
    """Grade anew what changes, and note that the rest is up to date; what could not be graded, with the reason."""
    changed = sorted({change.submission for change in found})
    failures = grade_class(changed, jobs, seed=seed, progress=progress)
    for submission in set(submissions) - set(changed):
        note_graded(submission)
    return failures
