"""The course's own cells, from its source notebook: which is which, and which exercise owns a grade cell.

A submitted notebook is compared with these. Its own metadata says nothing: a student can edit it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..catalog import EXERCISES
from ..exercise import Exercise
from ..notebooks import read
from ..sources import SHOWN_ONLY

Cell = dict[str, Any]


@dataclass(frozen=True)
class Lesson:
    """One source notebook."""

    roles: dict[str, dict[str, str]]
    """The metadata {"role": …, "exercise": …} of each cell, by its id, in the order of the notebook."""
    shown: dict[str, dict[str, str]]
    """The same of each code cell that is shown and not judged, by its text: for copies, and tools that give new ids."""

    def identity(self, cell: Cell) -> str:
        """The id of the course's cell that a submitted cell claims to be, or an empty string."""
        metadata = cell.get("metadata")
        nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        claimed = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
        for identity in (claimed, cell.get("id")):
            if isinstance(identity, str) and identity in self.roles:
                return identity
        return ""


def lesson(path: Path) -> Lesson:
    """The lesson of a source notebook. Raises JudgeError where it cannot be read."""
    roles: dict[str, dict[str, str]] = {}
    shown: dict[str, dict[str, str]] = {}
    for cell in read(path)["cells"]:
        metadata = cell["metadata"]
        identity = metadata.get("nbgrader", {}).get("grade_id") or cell.get("id", "")
        roles[identity] = kept_metadata(metadata)
        if roles[identity].get("role") in SHOWN_ONLY and cell["cell_type"] == "code":
            shown[text(cell)] = roles[identity]
    return Lesson(roles, shown)


def kept_metadata(metadata: dict[str, Any]) -> dict[str, str]:
    """What a released cell keeps of our metadata: the role and the exercise."""
    ours = metadata.get("autograder", {})
    return {name: ours[name] for name in ("role", "exercise") if name in ours}


def owner(source: str) -> Exercise | None:
    """The exercise that owns a grade cell with this released source: `check("its.id")` and nothing else."""
    try:
        (statement,) = ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    match statement:
        case ast.Expr(ast.Call(ast.Name("check"), [ast.Constant(str(identity))], [])):
            return next((exercise for exercise in EXERCISES if exercise.id == identity), None)
    return None


def text(cell: Cell) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)
