"""The programs that a drawn student may hand in for an exercise, and which of them can stand in one notebook."""

from __future__ import annotations

import ast
import functools
from collections.abc import Sequence, Set
from dataclasses import dataclass

from ..catalog import EXERCISES, judgement_of
from ..certificate import proofs
from ..exercise import Exercise
from ..notebooks import directory, read
from ..reference import mistaken_source, solution_source
from .handing_in import Cell, cell_of
from .one_namespace import Names, names_of

REFERENCE = "reference"


@dataclass(frozen=True)
class Program:
    """A piece of code for one exercise, and where it comes from."""

    origin: str
    source: str


@functools.cache
def right_programs(exercise: Exercise) -> list[Program]:
    variants = [Program(f"variant {item.name}", _stripped(item.source)) for item in proofs.variants(exercise)]
    return [*variants, Program(REFERENCE, solution_source(exercise))]


@functools.cache
def wrong_programs(exercise: Exercise) -> list[Program]:
    known = judgement_of(exercise).misconceptions
    return [
        *(Program(f"misconception {item.key}", mistaken_source(exercise, item)) for item in known),
        *(Program(f"rewrite {item.name}", _stripped(item.source)) for item in proofs.rewrites(exercise)),
    ]


@functools.cache
def exploits(exercise: Exercise) -> list[Program]:
    """Those that may be turned against this exercise."""
    found = [item for item in proofs.exploits() if item.aims_at(exercise)]
    return [Program(f"exploit {item.name}", _stripped(item.source)) for item in found]


def starters(exercise: Exercise) -> list[Program]:
    cell = cell_of(_course_cells(exercise.notebook), "solution", exercise)
    return [Program("starter", cell["metadata"]["autograder"]["starter"].strip("\n"))]


def broken_programs(exercise: Exercise) -> list[Program]:
    """The reference, made into cells that are no Python."""
    right = solution_source(exercise)
    return [
        Program("syntax error: an open bracket", f"{right}\nprint("),
        Program("syntax error: a merge conflict", f"<<<<<<< HEAD\n{right}\n=======\npass\n>>>>>>> mine"),
        Program("syntax error: a note that is no comment", f"ask about this tomorrow\n{right}"),
    ]


def _stripped(source: str) -> str:
    """Code without the docstring that says what it shows, which a student would not write."""
    try:
        first = ast.parse(source).body[0]
    except SyntaxError:
        return source
    return "\n".join(source.splitlines()[first.end_lineno :]).strip("\n")


@functools.cache
def _course_cells(notebook: str) -> list[Cell]:
    return list(read(directory() / notebook)["cells"])


@functools.cache
def setup_of(notebook: str) -> tuple[list[tuple[str, str]], Names]:
    """The set-up cells of a notebook, and what they bind."""
    cells = [cell for cell in _course_cells(notebook) if cell["metadata"]["autograder"]["role"] == "setup"]
    sources = [(cell["id"], "".join(cell["source"])) for cell in cells]
    return sources, names_of("\n".join(source for _, source in sources))


def fits(exercise: Exercise, program: Program, taken: Sequence[Names], lent: Set[str]) -> bool:
    """Whether a program does here what it does alone, and changes nothing for what is `taken`."""
    names = names_of(program.source).after(taken[0])
    others = [item for item in EXERCISES if item.notebook == exercise.notebook and item != exercise]
    return (
        names.borrowed <= lent
        and not any(name in names.binds for other in others for name in other.defines)
        and all(names.leaves_alone(other, set()) and other.leaves_alone(names, lent) for other in taken)
    )


@functools.cache
def lends(exercise: Exercise, origin: str) -> frozenset[str]:
    """The names of a right part that later parts may use: those of functions, and the reference's own classes."""
    classes = {node.name for node in ast.parse(solution_source(exercise)).body if isinstance(node, ast.ClassDef)}
    return frozenset(exercise.defines) - (set() if origin == REFERENCE else classes)


def grade_id(exercise: Exercise) -> str:
    cell = cell_of(_course_cells(exercise.notebook), "check", exercise)
    return str(cell["metadata"]["nbgrader"]["grade_id"])


def cells_alone(exercise: Exercise, source: str) -> list[tuple[str, str]]:
    """A program with the set-up cells, and with the reference's functions that it uses of earlier exercises."""
    setup, names = setup_of(exercise.notebook)
    together = [item for item in EXERCISES if item.notebook == exercise.notebook]
    earlier = together[: together.index(exercise)]
    needed: set[str] = set()

    def need(source: str) -> None:
        borrowed = names_of(source).after(names).borrowed
        for other in earlier:
            if other.id not in needed and not borrowed.isdisjoint(other.defines):
                needed.add(other.id)
                need(solution_source(other))

    need(source)
    lent = [(other.id, solution_source(other)) for other in earlier if other.id in needed]
    return [*setup, *lent, (exercise.file, source)]
