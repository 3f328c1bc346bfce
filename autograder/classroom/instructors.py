"""An instructor's nbgrader source notebook: what its cells define, use and ask for, and its adopted copy."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..catalog import EXERCISES
from ..errors import UsageError
from ..exercise import Exercise
from ..sources import as_python, cells_from_file
from .lessons import Cell, owner, text
from .notebook_text import NotebookText

IMPORT = "from autograder import check"
AUTOTEST = re.compile(r"^\s*#+\s*(HASHED\s+)?AUTOTEST\s+", re.MULTILINE)  # nbgrader makes tests of such lines
STUB = re.compile(r"YOUR CODE HERE|raise NotImplementedError")


@dataclass(frozen=True)
class GradeCell:
    """An autograded cell, and which exercises might judge it."""

    index: int
    grade_id: str
    points: float
    owner: Exercise | None
    """The exercise that owns it already."""
    names: frozenset[str]
    """Of the names that the notebook's solution cells define, those it uses."""

    @property
    def fitting(self) -> list[Exercise]:
        """Exercises all of whose names it uses; those come first that leave none of its names out."""
        found = [exercise for exercise in EXERCISES if self.names.issuperset(exercise.defines)]
        return sorted(found, key=lambda exercise: bool(self.beside(exercise)))

    def beside(self, exercise: Exercise) -> set[str]:
        """The names it uses that the exercise does not judge."""
        return set(self.names.difference(exercise.defines))


class Source:
    """An instructor's source notebook. Raises UsageError, one sentence, for what cannot be used as one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.suffix != ".ipynb":
            raise UsageError(f"{path} is not a notebook (.ipynb)")
        cells_from_file(str(path))  # says what is wrong with a file that is no notebook
        self.text = path.read_bytes().decode("utf-8")  # read_text would change the ends of its lines
        self.cells: list[Cell] = json.loads(self.text)["cells"]
        solutions = [cell for cell in self.cells if is_code(cell) and _nbgrader(cell).get("solution")]
        stubs = [cell for cell in solutions if STUB.search(text(cell)) and "BEGIN SOLUTION" not in text(cell)]
        if stubs and (len(stubs) == len(solutions) or any("checksum" in _nbgrader(cell) for cell in stubs)):
            raise UsageError(f"{path} is without its solutions, as a release is; name the source notebook, with them")
        codes = [text(cell) for cell in self.cells if is_code(cell)]
        self.imports_check = any(map(_imports_check, codes))
        self.defines_check = any("check" in definitions(code) for code in codes)
        self.defined = {name: node for cell in solutions for name, node in definitions(text(cell)).items()}
        self.grade_cells = [
            GradeCell(index, *_identity(cell), owner(text(cell)), frozenset(_used(text(cell)) & self.defined.keys()))
            for index, cell in enumerate(self.cells)
            if _is_grade(cell)
        ]
        if not self.grade_cells:
            raise UsageError(f"{path} has no autograded cell: no code cell that nbgrader would grade by running it")

    def adopted(self, chosen: dict[int, Exercise]) -> str:
        """The notebook's text in which these cells, by index, are judged by these exercises."""
        draft = NotebookText(self.text)
        for index, exercise in chosen.items():
            draft.replace_source(index, f'check("{exercise.id}")')
            draft.set_metadata(index, "autograder", {"exercise": exercise.id, "role": "check"})
        if chosen and not self.imports_check:
            self._add_import(draft, min(chosen))
        return draft.changed()

    def _add_import(self, draft: NotebookText, first: int) -> None:
        """Into the first cell above that imports something and is no answer and no test; else a cell of its own."""
        for index, cell in enumerate(self.cells[:first]):
            plain = is_code(cell) and not (_nbgrader(cell).get("solution") or _nbgrader(cell).get("grade"))
            if plain and any(isinstance(node, ast.Import | ast.ImportFrom) for node in _statements(text(cell))):
                draft.append_line(index, IMPORT)
                return
        new: Cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": [IMPORT]}
        if any("id" in cell for cell in self.cells):  # format 4.5 and later ask for it
            new["id"] = "import-check"
        draft.insert_cell(next(index for index, cell in enumerate(self.cells) if is_code(cell)), new)


# --- reading cells


def is_code(cell: Cell) -> bool:
    return bool(cell["cell_type"] == "code")


def _is_grade(cell: Cell) -> bool:
    """Whether nbgrader reads points from what the cell shows; a solution cell with points is graded by hand."""
    return is_code(cell) and bool(_nbgrader(cell).get("grade")) and not _nbgrader(cell).get("solution")


def _nbgrader(cell: Cell) -> dict[str, Any]:
    found = cell.get("metadata", {}).get("nbgrader")
    return found if isinstance(found, dict) else {}


def _identity(cell: Cell) -> tuple[str, float]:
    points = _nbgrader(cell).get("points")
    return str(_nbgrader(cell).get("grade_id", "")), float(points) if isinstance(points, int | float) else 0.0


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(as_python(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def definitions(source: str) -> dict[str, ast.stmt]:
    """The functions, classes and variables of a cell; not what it imports."""
    found: dict[str, ast.stmt] = {}
    for node in _statements(source):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [item for target in targets for item in ast.walk(target) if isinstance(item, ast.Name)]
            found |= {item.id: node for item in names if isinstance(item.ctx, ast.Store)}
    return found


def _used(source: str) -> set[str]:
    nodes = [node for statement in _statements(AUTOTEST.sub("", source)) for node in ast.walk(statement)]
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _imports_check(source: str) -> bool:
    imports = [node for node in _statements(source) if isinstance(node, ast.ImportFrom) and node.module == "autograder"]
    return any(alias.name == "check" and alias.asname is None for node in imports for alias in node.names)
