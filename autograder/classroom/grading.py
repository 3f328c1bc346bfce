"""Grades a whole class in parallel, through nbgrader itself: what is out of date, and nothing twice.

Each submission is graded in a process of a pool. One that crashes its process or hangs it costs its own row only. A
submission counts as graded once its feedback is written; so after Ctrl-C or kill -9 the next run goes on with what is
left.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from ..catalog import EXERCISES
from ..exercise import Exercise
from ..hashes import exercise_hash, grader_hash
from ..reference import sha256
from . import processes
from .folders import (
    FEEDBACK,
    GRADEBOOK,
    SOURCE,
    SUBMITTED,
    Progress,
    Submission,
    api,
    assignments,
    contents,
    made_from,
    note_made,
    release_digest,
    succeed,
)
from .gradebook import register


def submissions(*chosen: str) -> list[Submission]:
    """What was handed in for these assignments, or for all."""
    found = [
        Submission(folder.parent.name, name) for name in assignments(*chosen) for folder in SUBMITTED.glob(f"*/{name}")
    ]
    return sorted(found)


def stale_submissions(*chosen: str) -> list[Submission]:
    """Submissions that are not graded, or graded from something else than what there is now."""

    def made(submission: Submission) -> bool:
        return made_from(_name(submission)) == submission_digest(submission) and bool(feedback_pages(submission))

    return [item for item in submissions(*chosen) if not (GRADEBOOK.exists() and made(item))]


def grade_class(
    stale: Sequence[Submission],
    jobs: int | None = None,
    isolation: str = "auto",
    seed: int | None = None,
    progress: Progress = lambda submission: None,
) -> dict[Submission, str]:
    """Autograde these and make their feedback, in parallel; those that could not be graded, and why."""
    failures = {}
    if stale:
        graded = {exercise for submission in stale for exercise in exercises_in(submission.assignment)}
        processes.warm(*{library for exercise in graded for library in exercise.libraries})
        register(sorted({submission.student for submission in stale}))
    for submission, _, failure in processes.each(_grade, stale, jobs, isolation, seed):
        if failure:
            failures[submission] = failure
        else:
            note_graded(submission)
        progress(submission)
    return failures


def _grade(submission: Submission, isolation: str, seed: int | None) -> None:
    """Autograde one submission and make its feedback page, in a process of the pool. Raises JudgeError."""
    student, name = submission.student, submission.assignment
    share_engine()
    nbgrader = api(isolation, seed)
    succeed(nbgrader.autograde(name, student, force=True, create=True), "autograding")
    succeed(nbgrader.generate_feedback(name, student, force=True), "making the feedback")


@functools.cache
def share_engine() -> None:
    """Let this process have one database engine, and look for missing tables once.

    nbgrader does both at each step. A new engine compiles all queries anew.
    """
    from nbgrader import api as database

    database.create_engine = functools.cache(database.create_engine)
    tables = database.Base.metadata
    tables.create_all = functools.cache(tables.create_all)


def note_graded(submission: Submission) -> None:
    """Nothing is to be done for this submission until it, or what it is graded with, changes."""
    note_made(_name(submission), submission_digest(submission))


def feedback_pages(submission: Submission) -> list[Path]:
    return sorted((FEEDBACK / submission.student / submission.assignment).glob("*.html"))


@functools.cache
def exercises_in(assignment: str) -> list[Exercise]:
    """Those that an assignment's notebooks name: an instructor's own may have adopted exercises of any chapter."""
    asked = "".join(path.read_text(encoding="utf-8") for path in (SOURCE / assignment).glob("*.ipynb"))
    return [exercise for exercise in EXERCISES if exercise.id in asked]


def submission_digest(submission: Submission) -> str:
    """Two digests: of what grades it, and of what was handed in."""
    judged = [exercise_hash(exercise) for exercise in exercises_in(submission.assignment)]
    graders = sha256(release_digest(submission.assignment), grader_hash(), *judged)
    return f"{graders} {sha256(*contents(submission.folder))}"


def was_graded_as_it_is(submission: Submission) -> bool:
    """Whether what was handed in has not changed since it was graded."""
    return made_from(_name(submission)).endswith(f" {sha256(*contents(submission.folder))}")


def _name(submission: Submission) -> str:
    return f"graded/{submission.student}/{submission.assignment}"
