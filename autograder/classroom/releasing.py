"""Makes the student notebooks that are out of date, through nbgrader."""

from __future__ import annotations

from ..tutor.folder import TEACHER, furnish
from .folders import (
    GRADEBOOK,
    RELEASE,
    SAMPLE,
    SOURCE,
    Progress,
    api,
    assignments,
    made_from,
    note_made,
    release_digest,
    succeed,
)


def stale_releases() -> list[str]:
    """Assignments whose release is missing or older than what it is made from."""

    def made(name: str) -> bool:
        files = [RELEASE / name / path.name for path in (SOURCE / name).glob("*.ipynb")]
        return made_from(f"release/{name}") == release_digest(name) and all(
            path.exists() for path in [GRADEBOOK, *files]
        )

    return [name for name in assignments() if not made(name)]


def release(progress: Progress = lambda assignment: None) -> list[str]:
    """Make the releases that are out of date; their names. Raises JudgeError with nbgrader's own words."""
    stale = stale_releases()
    for name in stale:
        _forget_samples(name)
        succeed(api().generate_assignment(name, force=True, create=True), f"releasing {name}")
        note_made(f"release/{name}", release_digest(name))
        progress(name)
    RELEASE.mkdir(parents=True, exist_ok=True)
    teacher = RELEASE / "CLAUDE.md"
    if teacher.exists() and teacher.read_bytes() != TEACHER.read_bytes():
        teacher.unlink()  # an older one of ours
    furnish(RELEASE)
    return stale


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
