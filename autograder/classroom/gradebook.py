"""What the gradebook and the graded notebooks hold of a class."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .folders import AUTOGRADED, SOURCE, Submission, api

Verdicts = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Score:
    """What is held of a submission."""

    score: float
    """The final one, after what late work costs."""
    max_score: float
    by_exercise: dict[str, float]
    """Points by the grade_id of each grade cell."""
    misconceptions: tuple[str, ...]
    """Those that the judge named, as exercise: misconception."""
    problems: tuple[str, ...]
    """What an instructor should look at, a sentence each."""


def scores(*assignments: str) -> dict[Submission, Score]:
    """What is held of every submission, or of those for some assignments."""
    from nbgrader.api import Gradebook

    found = {}
    with Gradebook(api().coursedir.db_url, api().course_id) as gradebook:
        for assignment in gradebook.assignments:
            if assignments and assignment.name not in assignments:
                continue
            for item in assignment.submissions:
                submission = Submission(item.student.id, assignment.name)
                grades = {grade.name: grade.score for notebook in item.notebooks for grade in notebook.grades}
                judged = verdicts(submission)
                named = tuple(
                    f"{exercise}: {name}" for exercise in judged for name in judged[exercise]["misconceptions"]
                )
                problems = (*unreadable(submission), *_problems(item, judged))
                score = max(0.0, item.score - (item.late_submission_penalty or 0.0))
                found[submission] = Score(score, item.max_score, grades, named, problems)
    return found


def register(students: Iterable[str]) -> None:
    """Enter those into the gradebook that it does not hold yet.

    nbgrader does it as it grades, but two processes at once that find no such student both make one, and one fails.
    """
    from nbgrader.api import Gradebook

    with Gradebook(api().coursedir.db_url, api().course_id) as gradebook:
        for student in students:
            gradebook.update_or_create_student(student)


def verdicts(submission: Submission) -> Verdicts:
    """What the judge left of its verdicts in the graded notebooks, by exercise: see `judging.summary`."""
    return {name: found for path in graded_notebooks(submission) for name, found in verdicts_in(path).items()}


def verdicts_in(notebook: Path) -> Verdicts:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    judged = [ours for cell in cells if "verdict" in (ours := cell["metadata"].get("autograder", {}))]
    return {ours["exercise"]: ours["verdict"] for ours in judged}


def graded_notebooks(submission: Submission) -> list[Path]:
    return sorted((AUTOGRADED / submission.student / submission.assignment).glob("*.ipynb"))


def _problems(item: Any, judged: Verdicts) -> Iterator[str]:
    for exercise, verdict in judged.items():
        if verdict["problem"]:
            yield f"{exercise}: {verdict['problem']}"
    if any(verdict["isolation"] == "rlimits" for verdict in judged.values()):
        yield "judged without confinement, so the verdicts are advisory"
    if item.needs_manual_grade:
        yield "needs manual grading"
    if item.late_submission_penalty:
        yield f"late: {item.late_submission_penalty:g} points taken off"


def unreadable(submission: Submission) -> list[str]:
    """A sentence for each notebook of the assignment that is missing or cannot be read."""
    from .reading import UNREADABLE, read_notebook, reason

    found = []
    for source in sorted((SOURCE / submission.assignment).glob("*.ipynb")):
        path = submission.folder / source.name
        try:
            read_notebook(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            found.append(f"{path.name} was not handed in")
        except (OSError, *UNREADABLE) as error:
            found.append(f"{path.name} could not be read: {reason(error)}")
    return found
