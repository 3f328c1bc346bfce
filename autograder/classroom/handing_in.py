"""What made-up students have in common: the cells of a released notebook, and where nbgrader looks for submissions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..catalog import EXERCISES
from ..exercise import Exercise

Cell = dict[str, Any]


def exercises_of(notebook: Path) -> list[Exercise]:
    """The exercises of a released notebook, in the order of the course."""
    name = f"{notebook.parent.name}/{notebook.name}"
    return [exercise for exercise in EXERCISES if exercise.notebook == name]


def cell_of(cells: list[Cell], role: str, exercise: Exercise) -> Cell:
    """The cell that has this role for the exercise."""
    wanted = {"role": role, "exercise": exercise.id}
    return next(cell for cell in cells if wanted.items() <= cell["metadata"].get("autograder", {}).items())


def own_cell(identity: str, source: str) -> Cell:
    """A code cell that a student added."""
    return {
        "cell_type": "code",
        "id": identity,
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": source,
    }


def text_of(notebook: dict[str, Any]) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def write(text: str, target: Path) -> None:
    """Write a submitted file; one that is the same stays untouched, so that it is not graded again."""
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
