"""Notebooks that instructors already have: which of their grade cells an exercise of ours can judge.

A grade cell is judged by asserts that run in the student's own process. Where an exercise of the catalogue asks for the
same names, its judge may take the cell over; whether it asks for the same thing is found out by judging the notebook's
own solution with it. What is judged is what nbgrader would hand the judge later, so the answer holds for a class.
"""

from __future__ import annotations

import ast
import functools
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..catalog import EXERCISES
from ..errors import UsageError
from ..exercise import Exercise
from ..sources import cells_from_notebook

if TYPE_CHECKING:
    from ..sandbox import Sandbox
    from ..verdict import Verdict
    from .instructors import GradeCell, Source

OURS, NOT_OURS, KERNEL = "ours", "not ours, although the names fit", "judged in the kernel"
LONGEST = 240  # characters of a reason


@dataclass(frozen=True)
class Finding:
    """What becomes of one grade cell."""

    cell: int
    """Its number in the notebook, from 1."""
    grade_id: str
    points: float
    verdict: str
    exercise: str
    """The exercise that judges the cell, or whose names fit; else empty."""
    why: str


# --- finding out


def findings(source: Source, progress: Callable[[object], None] = lambda exercise: None) -> list[Finding]:
    """What an exercise of ours can do for each grade cell. Raises JudgeError where there is no sandbox."""
    fitting = {exercise.id: exercise for cell in source.grade_cells if not cell.owner for exercise in cell.fitting}
    whole = {
        cell.index: cell.fitting[0]
        for cell in source.grade_cells
        if not cell.owner and cell.fitting and not cell.beside(cell.fitting[0])
    }
    cells = cells_from_notebook(source.adopted(whole), str(source.path))
    verdicts = {}
    with ExitStack() as stack:
        sandbox = functools.cache(lambda libraries: stack.enter_context(_sandbox(libraries)))
        for exercise in fitting.values():
            verdicts[exercise.id] = _graded(exercise, cells, sandbox(exercise.libraries))
            progress(exercise)
    return [_finding(cell, source, verdicts) for cell in source.grade_cells]


def _sandbox(libraries: tuple[str, ...]) -> Sandbox:
    from ..sandbox import Sandbox

    return Sandbox(libraries)


def _graded(exercise: Exercise, cells: Sequence[tuple[str, str]], sandbox: Sandbox) -> Verdict:
    from ..judge import grade

    return grade(exercise, cells, sandbox=sandbox)


def _finding(cell: GradeCell, source: Source, verdicts: dict[str, Verdict]) -> Finding:
    def found(verdict: str, exercise: Exercise | None, why: str) -> Finding:
        short = why if len(why) <= LONGEST else why[: LONGEST - 1] + "…"
        return Finding(cell.index + 1, cell.grade_id, cell.points, verdict, exercise.id if exercise else "", short)

    if cell.owner:
        return found(OURS, cell.owner, "adopted already")
    passing = [exercise for exercise in cell.fitting if verdicts[exercise.id].passed]
    if not cell.fitting:
        return found(KERNEL, None, _nearly(cell, source))
    if not passing:
        first = cell.fitting[0]
        return found(NOT_OURS, first, _other_parameters(first, source) + _why_not(verdicts[first.id]))
    if beside := cell.beside(passing[0]):
        judged = ", ".join(exercise.id for exercise in passing)
        return found(KERNEL, None, f"it uses {_list(beside)} besides what {judged} would judge: split it to adopt it")
    return found(OURS, passing[0], "the notebook's own solution passes")


def _why_not(verdict: Verdict) -> str:
    """The misconception that the notebook's solution shows, or the first check that it fails."""
    if verdict.problem:
        return " ".join(verdict.problem.split())
    if verdict.diagnosis:
        return verdict.diagnosis[0].message
    failed = next(check for check in verdict.checks if not check.passed)
    return " ".join(f"{failed.claim} {failed.message}".split())


def _nearly(cell: GradeCell, source: Source) -> str:
    """Why no exercise fits, and which one nearly does."""
    for exercise in sorted(EXERCISES, key=lambda exercise: -len(cell.names.intersection(exercise.defines))):
        if cell.names.intersection(exercise.defines):
            return f"nearly {exercise.id}, which asks for {_list(set(exercise.defines) - cell.names)} too"
    for name in sorted(cell.names):
        parameters = _parameters(source.defined[name])
        for exercise in EXERCISES if len(parameters) > 1 else ():
            if _parameters_of(exercise) == parameters:
                wanted = exercise.defines[0]
                return f"nearly {exercise.id}: {name}({', '.join(parameters)}) has the parameters of its {wanted}"
    return f"no exercise asks for {_list(cell.names)}" if cell.names else "it uses no name of a solution cell"


def _other_parameters(exercise: Exercise, source: Source) -> str:
    wanted = _parameters_of(exercise)
    got = _parameters(source.defined[exercise.defines[0]])
    return f"it takes ({', '.join(got)}) and ours ({', '.join(wanted)}); " if wanted and got != wanted else ""


@functools.cache
def _parameters_of(exercise: Exercise) -> tuple[str, ...]:
    """The parameters of an exercise's one function; none for classes, or several names."""
    from ..reference import solution_source
    from .instructors import definitions

    if len(exercise.defines) > 1:
        return ()
    return _parameters(definitions(solution_source(exercise))[exercise.defines[0]])


def _parameters(node: ast.stmt) -> tuple[str, ...]:
    if not isinstance(node, ast.FunctionDef):
        return ()
    return tuple(argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs))


def _list(names: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names))


# --- the command


@click.command("adopt")
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), metavar="FILE", help="Write an adopted copy there."
)
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON on stdout.")
def command(notebook: Path, target: Path | None, as_json: bool) -> None:
    """Find the grade cells of your nbgrader notebook that an exercise of ours can judge.

    NOTEBOOK is the source, with solutions and hidden tests. An exercise is tried on a grade cell that uses all names
    the exercise asks for: it judges the notebook's own solution. NOTEBOOK itself is never changed.

    \b
    ours EXERCISE          the solution passes: the exercise judges what the cell asks
    not ours, although …   the solution fails: either the exercise asks for something else, or the solution is wrong
    judged in the kernel   no exercise fits: nbgrader runs the cell in a jailed kernel and reads the score there

    In the copy that -o writes each cell that is ours reads check("EXERCISE"). It keeps its grade_id and its points, on
    whose scale the verdict's score is given; several cells of one exercise are all adopted so, each with its own
    points. All else stays byte for byte. A cell that tests other names of your solution too stays yours, so that no
    test is lost: split it to have its part adopted. Exits with 1 if no cell is ours.
    """
    from .. import progress
    from .instructors import Source

    source = Source(notebook)
    if target is not None:
        _refuse(source, target)
    tried = {exercise.id for cell in source.grade_cells if not cell.owner for exercise in cell.fitting}
    with progress.bar(len(tried), "judging the notebook's own solution") as advance:
        found = findings(source, advance)
    ours = {item.cell - 1: item.exercise for item in found if item.verdict == OURS}
    if target is not None and ours:
        owned = {cell.index for cell in source.grade_cells if cell.owner}
        known = {exercise.id: exercise for exercise in EXERCISES}
        chosen = {index: known[identity] for index, identity in ours.items() if index not in owned}
        target.write_bytes(source.adopted(chosen).encode("utf-8"))
    click.echo(_as_json(found, target if ours else None) if as_json else _as_text(found, target))
    sys.exit(0 if ours else 1)


def _refuse(source: Source, target: Path) -> None:
    if target.exists():
        raise UsageError(f"{target} exists and would be overwritten; name another file")
    if not target.parent.is_dir():
        raise UsageError(f"there is no folder {target.parent} to write {target.name} into")
    if source.defines_check:
        raise UsageError(f"{source.path} defines a check of its own, which would hide ours; rename it first")


def _as_json(found: list[Finding], written: Path | None) -> str:
    report = {"cells": [asdict(item) for item in found], "written": str(written) if written else None}
    return json.dumps(report, indent=2, ensure_ascii=False)


def _as_text(found: list[Finding], target: Path | None) -> str:
    width = max(len("grade_id"), *(len(item.grade_id) for item in found))
    lines = [f"cell  {'grade_id':{width}}  points  verdict"]
    for item in found:
        name = f" {item.exercise}" if item.verdict == OURS else f" ({item.exercise})" if item.exercise else ""
        lines.append(f"{item.cell:>4}  {item.grade_id:{width}}  {item.points:>6g}  {item.verdict}{name}")
        lines.append(f"{'':{width + 16}}{item.why}")
    judged = [item.exercise for item in found if item.verdict == OURS]
    for exercise in dict.fromkeys(judged):
        if judged.count(exercise) > 1:
            lines.append(f"{exercise} judges {judged.count(exercise)} cells, each on the scale of its own points.")
    if target is not None:
        lines.append(f"Adopted copy: {target}" if judged else f"No cell is ours, so {target} was not written.")
    return "\n".join(lines)
