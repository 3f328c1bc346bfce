"""An exercise as a task: a prompt, a workspace with starter files, and a grader of what stands in the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from . import notebooks, rendering
from .catalog import exercise_named
from .errors import UsageError
from .exercise import Exercise
from .judge import grade
from .sandbox import Sandbox
from .sources import cells_from_file


class Graded(TypedDict):
    """What `Task.grade_solution` returns."""

    passed: bool
    feedback: str
    """The verdict as text: what failed, the misconception, a question that leads on."""
    output: str
    """The beginning of what the submission printed."""
    score: float
    """0 to 1."""


@dataclass(frozen=True)
class Task:
    """One exercise, offered to a solver who works in a folder."""

    exercise: Exercise

    @property
    def prompt(self) -> str:
        """The statement, and where the solution goes."""
        exercise = self.exercise
        verb = "Repair" if exercise.task == "repair" else "Write your solution in"
        libraries = ", ".join({"numpy": "NumPy", "torch": "PyTorch"}.get(name, name) for name in exercise.libraries)
        given = f", and the given modules {', '.join(exercise.given)}" if exercise.given else ""
        return (
            f"{notebooks.statement(exercise).strip()}\n\n"
            f"{verb} `{exercise.file}`. It must define {' and '.join(f'`{name}`' for name in exercise.defines)}. "
            f"It may import {libraries} and the standard library{given}; nothing else is there. "
            "Only this file is graded, on inputs you have not seen.\n"
        )

    def setup_task_files(self, workspace: str | Path) -> list[Path]:
        """Write the starter into `workspace`, never over a file that is there. Returns what was written."""
        file = Path(workspace) / self.exercise.file
        if file.exists():
            return []
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(notebooks.starter(self.exercise), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{file} cannot be written: {error.strerror}") from None
        return [file]

    def grade_solution(
        self, workspace: str | Path, *, seed: int | None = None, isolation: str = "auto", sandbox: Sandbox | None = None
    ) -> Graded:
        """Grade the submission file in `workspace`. A missing or unreadable file is a failed attempt, not an error."""
        try:
            cells = cells_from_file(str(Path(workspace) / self.exercise.file))
        except UsageError as error:
            return Graded(passed=False, feedback=f"Nothing could be graded: {error}.", output="", score=0.0)
        verdict = grade(self.exercise, cells, seed=seed, isolation=isolation, sandbox=sandbox)
        return Graded(
            passed=verdict.passed,
            feedback=rendering.as_text(verdict),
            output=verdict.output,
            score=verdict.fraction,
        )


def get_task(exercise_id: str) -> Task:
    """The task of an exercise. Raises UsageError for an unknown id."""
    return Task(exercise_named(exercise_id))
