"""The sample class: five students, each a small patch on the release, to see the whole way to the gradebook.

A student is a file in sample_class/: a docstring that says who it is, then marked sections.

    # %% solve dropout.mask                          what follows is the solution cell
    # %% add before dropout.mask                     what follows is a cell of the student's own
    # %% rewrite check dropout.mask                  what follows takes a cell's place; it may be nothing
    # %% delete check dropout.mask
    # %% solve the rest as the course does           the solutions of `curriculum` in all other solution cells
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..catalog import exercise_named
from ..errors import JudgeError
from ..exercise import Exercise
from ..reference import solution_source
from .folders import RELEASE, SAMPLE, SUBMITTED
from .handing_in import Cell, cell_of, exercises_of, own_cell, text_of, write

FOLDER = Path("sample_class")
MARK = re.compile(r"^# %% (.+)\n", re.MULTILINE)
THE_REST = "solve the rest as the course does"


@dataclass(frozen=True)
class Act:
    """One section of a student's file."""

    verb: str
    role: str
    exercise: Exercise
    source: str


@dataclass(frozen=True)
class Student:
    name: str
    about: str
    acts: tuple[Act, ...]
    solves_the_rest: bool

    @property
    def id(self) -> str:
        return SAMPLE + self.name


def students() -> list[Student]:
    """The sample students, by name. Raises JudgeError: these files are ours."""
    return [student_of(path) for path in sorted(FOLDER.glob("*.py"))]


def student_of(path: Path) -> Student:
    """The student of one file. Raises JudgeError for a section that cannot be read."""
    text = path.read_text(encoding="utf-8")
    head, *sections = MARK.split(text)
    acts = []
    for title, source in zip(sections[::2], sections[1::2], strict=True):
        if title == THE_REST:
            continue
        match = re.fullmatch(r"(solve|add before|rewrite|delete) (?:(\w+) )?([\w.]+)", title)
        if match is None:
            raise JudgeError(f"{path} has a section {title!r}, which says nothing to do")
        acts.append(Act(match[1], match[2] or "solution", exercise_named(match[3]), source.strip("\n")))
    about = ast.get_docstring(ast.parse(head)) or ""
    return Student(path.stem, about, tuple(acts), THE_REST in sections[::2])


def submit() -> None:
    """Write every student's notebooks where nbgrader looks for submissions; those that are the same stay untouched."""
    for student in students():
        for path in sorted(RELEASE.glob("*/*.ipynb")):
            write(text_of(patched(path, student)), SUBMITTED / student.id / path.parent.name / path.name)


def patched(release: Path, student: Student) -> dict[str, Any]:
    """A released notebook as this student hands it in."""
    notebook: dict[str, Any] = json.loads(release.read_text(encoding="utf-8"))
    cells: list[Cell] = notebook["cells"]
    if student.solves_the_rest:
        for exercise in exercises_of(release):
            cell_of(cells, "solution", exercise)["source"] = solution_source(exercise)
    for number, act in enumerate(act for act in student.acts if act.exercise in exercises_of(release)):
        cell = cell_of(cells, act.role, act.exercise)
        if act.verb == "add before":
            cells.insert(cells.index(cell), own_cell(f"own-{number}", act.source))
        elif act.verb == "delete":
            cells.remove(cell)
        else:
            cell["source"] = act.source
    return notebook
