"""Does with a whole class what is out of date, through nbgrader itself: release, autograde, feedback.

What a result was made from is kept as a digest under build/made/, so that a second run has nothing to do. What an
instructor did with `nbgrader` by hand is done once more only if something it depends on changed.
"""

from __future__ import annotations

import functools
import json
import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..catalog import EXERCISES
from ..errors import JudgeError, UsageError
from ..hashes import exercise_hash, grader_hash
from ..pool import follow_parent
from ..reference import sha256

if TYPE_CHECKING:
    from nbgrader.apps.api import NbGraderAPI

SOURCE = Path("notebooks")
BUILD = Path("build")
RELEASE, SUBMITTED, AUTOGRADED, FEEDBACK = (BUILD / name for name in ("release", "submitted", "autograded", "feedback"))
GRADEBOOK = BUILD / "gradebook.db"
MADE = BUILD / "made"
CONFIG = Path("nbgrader_config.py")
SAMPLE = "sample-"  # how the ids of the sample students begin

Progress = Callable[[Any], None]


@dataclass(frozen=True)
class Submission:
    """One student's folder for one assignment."""

    student: str
    assignment: str


@dataclass(frozen=True)
class Score:
    """What the gradebook holds of a submission."""

    score: float
    max_score: float
    by_exercise: dict[str, float]
    """Points by the grade_id of each grade cell."""
    misconceptions: tuple[str, ...]
    """Those that the judge named, as exercise:misconception."""


def assignments() -> list[str]:
    """The folders of notebooks/, in the order of the course. Raises UsageError outside of the repository."""
    if not (CONFIG.exists() and SOURCE.is_dir()):
        raise UsageError(f"there is no {CONFIG} and no {SOURCE}/ here; call this in the root of the repository")
    return sorted(path.name for path in SOURCE.iterdir() if any(path.glob("*.ipynb")))


@functools.cache
def api() -> NbGraderAPI:
    """nbgrader with the configuration that its own commands would read here. Takes seconds to import."""
    from nbgrader.apps.api import NbGraderAPI
    from sqlalchemy.exc import SAWarning
    from traitlets.config.loader import PyFileConfigLoader

    warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader 0.9.6 with SQLAlchemy 2.1: harmless, and many
    config = PyFileConfigLoader(CONFIG.name, path=str(Path.cwd())).load_config()
    return NbGraderAPI(config=config, log_level="CRITICAL")


# --- the release


def stale_releases() -> list[str]:
    """Assignments whose release is missing or older than what it is made from."""

    def made(name: str) -> bool:
        files = [RELEASE / name / path.name for path in (SOURCE / name).glob("*.ipynb")]
        return _is_made(f"release/{name}", _release_digest(name)) and all(map(Path.exists, [GRADEBOOK, *files]))

    return [name for name in assignments() if not made(name)]


def release(progress: Progress = lambda assignment: None) -> list[str]:
    """Make the releases that are out of date; their names. Raises JudgeError with nbgrader's own words."""
    stale = stale_releases()
    for name in stale:
        _forget_samples(name)
        _succeed(api().generate_assignment(name, force=True, create=True), f"releasing {name}")
        _note_made(f"release/{name}", _release_digest(name))
        progress(name)
    return stale


def _release_digest(name: str) -> str:
    return sha256(_code_digest(), *_contents(SOURCE / name))


def _forget_samples(assignment: str) -> None:
    """Take the sample students' grades out: nbgrader lets no cell come or go while there is a submission."""
    from nbgrader.api import Gradebook, MissingEntry

    if not GRADEBOOK.exists():
        return
    with Gradebook(api().coursedir.db_url, api().course_id) as gradebook:
        try:
            submissions = list(gradebook.find_assignment(assignment).submissions)
        except MissingEntry:
            return
        for submission in submissions:
            if submission.student.id.startswith(SAMPLE):
                gradebook.remove_submission(assignment, submission.student.id)


# --- grading


def stale_submissions() -> list[Submission]:
    """Submissions of released assignments that are not graded, or graded from something else than what there is now."""
    found = []
    for name in assignments():
        for folder in sorted(SUBMITTED.glob(f"*/{name}")):
            submission = Submission(folder.parent.name, name)
            made = _is_made(_name(submission), _submission_digest(submission))
            if not (made and GRADEBOOK.exists() and feedback_pages(submission)):
                found.append(submission)
    return found


def grade_class(jobs: int | None = None, progress: Progress = lambda submission: None) -> list[Submission]:
    """Autograde what is out of date and make its feedback, in parallel; what was graded.

    Raises JudgeError where nbgrader could not grade something, after all else was graded.
    """
    stale = stale_submissions()
    failures = []
    for submission, failure in _graded(stale, jobs or os.cpu_count() or 1):
        if failure:
            failures.append(f"{submission.student}, {submission.assignment}: {failure}")
        else:
            _note_made(_name(submission), _submission_digest(submission))
        progress(submission)
    if failures:
        raise JudgeError("; ".join(failures))
    return stale


def _graded(stale: list[Submission], jobs: int) -> Iterator[tuple[Submission, str]]:
    if not stale:
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(jobs, len(stale)), context, initializer=follow_parent)
    waiting: dict[Future[str], Submission] = {pool.submit(_grade, submission): submission for submission in stale}
    try:
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield waiting.pop(future), future.result()
    except BrokenProcessPool:
        raise JudgeError("a grading process was killed; call this again for what is left") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _grade(submission: Submission) -> str:
    """Autograde one submission and make its feedback page, in a process of the pool; why not, or empty."""
    try:
        student, name = submission.student, submission.assignment
        _succeed(api().autograde(name, student, force=True, create=True), "autograding")
        _succeed(api().generate_feedback(name, student, force=True), "making the feedback")
    except JudgeError as error:
        return str(error)
    return ""


def _name(submission: Submission) -> str:
    return f"graded/{submission.student}/{submission.assignment}"


def _submission_digest(submission: Submission) -> str:
    judged = [
        exercise_hash(exercise) for exercise in EXERCISES if Path(exercise.notebook).parts[0] == submission.assignment
    ]
    folder = SUBMITTED / submission.student / submission.assignment
    return sha256(_release_digest(submission.assignment), grader_hash(), *judged, *_contents(folder))


# --- results


def feedback_pages(submission: Submission) -> list[Path]:
    return sorted((FEEDBACK / submission.student / submission.assignment).glob("*.html"))


def scores() -> dict[Submission, Score]:
    """What the gradebook holds of every submission."""
    from nbgrader.api import Gradebook

    found = {}
    with Gradebook(api().coursedir.db_url, api().course_id) as gradebook:
        for assignment in gradebook.assignments:
            for item in assignment.submissions:
                submission = Submission(item.student.id, assignment.name)
                grades = {grade.name: grade.score for notebook in item.notebooks for grade in notebook.grades}
                found[submission] = Score(item.score, item.max_score, grades, _misconceptions(submission))
    return found


def _misconceptions(submission: Submission) -> tuple[str, ...]:
    found: list[str] = []
    for path in sorted((AUTOGRADED / submission.student / submission.assignment).glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            ours = cell["metadata"].get("autograder", {})
            found += [f"{ours['exercise']}: {name}" for name in ours.get("misconceptions", ())]
    return tuple(found)


# --- digests


@functools.cache
def _code_digest() -> str:
    files = [CONFIG, *sorted(Path(__file__).parent.glob("*.py"))]
    return sha256(*(file.read_text(encoding="utf-8") for file in files))


def _contents(folder: Path) -> list[str]:
    """Names and contents of a folder's files."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts)
    return [text for path in files for text in (str(path.relative_to(folder)), path.read_bytes().hex())]


def _is_made(name: str, digest: str) -> bool:
    try:
        return (MADE / name).read_text() == digest
    except OSError:
        return False


def _note_made(name: str, digest: str) -> None:
    (MADE / name).parent.mkdir(parents=True, exist_ok=True)
    (MADE / name).write_text(digest)


def _succeed(result: dict[str, Any], doing: str) -> None:
    """Raises JudgeError with the last line of nbgrader's log where a command of its API did not succeed."""
    if not result["success"]:
        if "KeyboardInterrupt" in result.get("error", ""):
            raise KeyboardInterrupt
        lines = (result.get("log") or result.get("error") or "no reason given").strip().splitlines()
        told = [line for line in lines if "Error" in line or "ERROR" in line] or lines
        raise JudgeError(f"{doing} failed: {told[-1].strip()}")
