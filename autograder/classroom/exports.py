"""The gradebook as CSV, in the shapes that Canvas and Moodle import.

    autograder export --format canvas -o grades.csv
    nbgrader export --exporter=autograder.classroom.export_plugins.CanvasExporter --to=grades.csv

Both give nbgrader's final scores: manual grades and extra credit counted, late penalties taken off, never below 0. A
student who handed nothing in has no score, which is not a score of 0. The sample students stand in while there are no
others.

Canvas (gradebook_importer.rb reads it) finds a student by `ID`, Canvas's own number, then by `SIS User ID`, then by
`SIS Login ID`, then by name; an assignment by `Title (number)` or by its title, and makes a new one where there is
none, with the points of the second row. An empty cell is no score.

Moodle (grade/import/csv) asks which column names the user, and which grade item each other column is. A cell "-" is no
score; an empty one is a score in an item that the import makes. A row whose user is empty is given to the user of the
row above, so one identifying column is written, and one that every student has.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import UsageError

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

Table = list[list[str]]

FORMATS = ("canvas", "moodle")


@dataclass(frozen=True)
class Student:
    """One student of the gradebook."""

    id: str
    first_name: str
    last_name: str
    email: str
    lms_user_id: str
    scores: dict[str, float]
    """By assignment; those without a submission are absent."""
    unfinished: tuple[str, ...]
    """Assignments of which something is still to be graded by hand."""


@dataclass(frozen=True)
class Grades:
    """What is exported."""

    max_scores: dict[str, float]
    """By assignment, in the order of the columns."""
    students: tuple[Student, ...]


def grades_of(gradebook: Gradebook, assignments: Sequence[str] = (), students: Sequence[str] = ()) -> Grades:
    """The final scores of these assignments and students, of all where none is named. Raises UsageError."""
    from .folders import SAMPLE

    known = {assignment.name: assignment for assignment in gradebook.assignments}
    unknown = [name for name in assignments if name not in known]
    if unknown:
        raise UsageError(f"the gradebook has no assignment {unknown[0]!r}; it has {', '.join(known) or 'none'}")
    chosen = [name for name in known if name in assignments or not assignments]
    scores: dict[str, dict[str, float]] = {}
    unfinished: dict[str, list[str]] = {}
    for name in chosen:
        for submission in known[name].submissions:
            score = max(0.0, submission.score - submission.late_submission_penalty)
            scores.setdefault(submission.student.id, {})[name] = score
            if submission.needs_manual_grade:
                unfinished.setdefault(submission.student.id, []).append(name)
    found = [
        Student(
            student.id,
            _one_line(student.first_name),
            _one_line(student.last_name),
            _one_line(student.email),
            _one_line(student.lms_user_id),
            scores.get(student.id, {}),
            tuple(unfinished.get(student.id, ())),
        )
        for student in gradebook.students
        if student.id in students or not students
    ]
    found = [student for student in found if not student.id.startswith(SAMPLE)] or found
    if not found:
        raise UsageError("the gradebook has no student to export; autograde a submission first")
    found.sort(key=lambda student: (student.last_name.casefold(), student.first_name.casefold(), student.id))
    return Grades({name: known[name].max_score for name in chosen}, tuple(found))


def canvas_table(grades: Grades) -> Table:
    """Header, points possible, students."""
    table = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *grades.max_scores]]
    table.append(["    Points Possible", "", "", "", "", *map(_number, grades.max_scores.values())])
    for student in grades.students:
        name = ", ".join(filter(None, (student.last_name, student.first_name))) or student.id
        number = student.lms_user_id
        identity = [number, ""] if number.isdecimal() else ["", number]  # Canvas's own numbers are whole ones
        scores = [_number(student.scores[item]) if item in student.scores else "" for item in grades.max_scores]
        table.append([_harmless(name), *identity, student.id, "", *scores])
    return table


def moodle_table(grades: Grades) -> Table:
    """Header, students."""
    title, identities = _moodle_identity(grades.students)
    table = [["First name", "Last name", title, *grades.max_scores]]
    for student, identity in zip(grades.students, identities, strict=True):
        scores = [_number(student.scores[item]) if item in student.scores else "-" for item in grades.max_scores]
        table.append([_harmless(student.first_name), _harmless(student.last_name), identity, *scores])
    return table


def _moodle_identity(students: Sequence[Student]) -> tuple[str, list[str]]:
    """The first of Moodle's fields for finding a user that is filled in for all students."""
    for title, field in (("Email address", "email"), ("ID number", "lms_user_id")):
        values = [str(getattr(student, field)) for student in students]
        if all(values):
            return title, values
    return "Username", [student.id for student in students]


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _number(score: float) -> str:
    """With a decimal point, and as many digits as matter."""
    return f"{score:.4f}".rstrip("0").rstrip(".")


def _harmless(name: str) -> str:
    """A name that a spreadsheet shows and does not compute."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@")) else name


def write(
    gradebook: Gradebook, kind: str, target: Path, assignments: Sequence[str], students: Sequence[str]
) -> list[str]:
    """Write the file; sentences on what an instructor should know of it. Raises UsageError."""
    grades = grades_of(gradebook, assignments, students)
    table = canvas_table(grades) if kind == "canvas" else moodle_table(grades)
    try:
        with target.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table)
    except OSError as error:
        raise UsageError(f"{target} cannot be written ({error.strerror}); name another file") from None
    return list(_remarks(grades, kind, table))


def _remarks(grades: Grades, kind: str, table: Table) -> Iterable[str]:
    for student in grades.students:
        for name in student.unfinished:
            yield f"{student.id}, {name}: still to be graded by hand; the score is what there is so far"
    if kind == "moodle":
        maxima = ", ".join(f"{name} {_number(points)}" for name, points in grades.max_scores.items())
        yield f"map from {table[0][2]!r} in Moodle, where a new item's maximum is 100; these have: {maxima}"


@click.command("export")
@click.option("--format", "kind", type=click.Choice(FORMATS), required=True, help="Whose import reads it.")
@click.option("--assignment", "assignments", multiple=True, help="Only this one; may be given several times.")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    required=True,
    help="Where it goes; an older file is replaced.",
)
def command(kind: str, assignments: tuple[str, ...], target: Path) -> None:
    """Write the gradebook as CSV for Canvas or Moodle.

    Scores are final: late penalties are taken off. A student who handed nothing in gets an empty cell in Canvas's file
    and "-" in Moodle's. Who still has something to be graded by hand is exported, and named on stderr.

    Canvas knows an assignment by its title: rename a column to `Title (number)` to fill one with another title. In
    Moodle make the grade items first, with their maximum, and map the columns onto them.
    """
    from nbgrader.api import Gradebook

    from . import folders

    folders.assignments()  # says so where this is not the course's folder
    if not folders.GRADEBOOK.exists():
        raise UsageError(f"there is no {folders.GRADEBOOK} yet; `autograder grade-class` makes it")
    with Gradebook(folders.api().coursedir.db_url, folders.api().course_id) as gradebook:
        remarks = write(gradebook, kind, target, assignments, ())
    for sentence in remarks:
        click.echo(sentence, err=True)
    click.echo(f"Gradebook for {kind.capitalize()}: {target}")
