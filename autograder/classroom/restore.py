"""Makes the course's cells of a submitted notebook what was released, whatever a student did to them.

Stock nbgrader trusts the submission's metadata in places: a grade cell whose flag was taken away, a solution cell that
was deleted together with its grade cell, or metadata of a wrong type end the grading of the whole assignment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, Notebook
from nbgrader.preprocessors import NbGraderPreprocessor

from .lessons import Lesson, lesson, text

CHANGED, DELETED = "changed", "deleted"


def lesson_of(step: NbGraderPreprocessor, resources: Any) -> Lesson:
    """The lesson that a step of nbgrader works on. Raises JudgeError where its source notebook cannot be read."""
    course = step.parent.parent.coursedir  # the step's exporter, and the exporter's converter
    here = resources["nbgrader"]
    folder = Path(course.format_path(course.source_directory, ".", here["assignment"]))
    return lesson(folder / f"{here['notebook']}.ipynb")


class RestoreCells(NbGraderPreprocessor):
    """Stands first among the sanitizing steps, so that those after it meet well-formed cells."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        here = resources["nbgrader"]
        course = lesson_of(self, resources)
        with Gradebook(here["db_url"]) as gradebook:
            released = released_cells(gradebook.find_notebook(here["notebook"], here["assignment"]))
        present = self._recognise(nb, course, released)
        order = list(course.roles)
        for identity, cell in released.items():
            if identity not in present and (cell.metadata.nbgrader.grade or cell.metadata.nbgrader.task):
                cell.metadata["autograder"] = {**course.roles.get(identity, {}), "restored": DELETED}
                _insert(nb, identity, cell, present, order)
                present[identity] = cell
        return nb, resources

    def _recognise(self, nb: Any, course: Lesson, released: dict[str, Any]) -> dict[str, Any]:
        """Give each cell the metadata of the course's cell that it is; of two that claim to be one, the last is."""
        present: dict[str, Any] = {}
        for cell in reversed(nb.cells):
            identity = course.identity(cell)
            metadata = cell.get("metadata")
            metadata = metadata if isinstance(metadata, dict) else {}
            if identity and identity not in present:
                present[identity] = cell
                metadata = {"autograder": dict(course.roles[identity])}
                if identity in released:
                    metadata = {**released[identity].metadata, **metadata}
                    if metadata["nbgrader"]["locked"] and text(cell) != released[identity].source:
                        metadata["autograder"]["restored"] = CHANGED
            else:
                metadata = {name: value for name, value in metadata.items() if name not in ("autograder", "nbgrader")}
                if text(cell) in course.shown:
                    metadata["autograder"] = dict(course.shown[text(cell)])
            cell.metadata = nbformat.from_dict(metadata)
        return present


def released_cells(notebook: Notebook) -> dict[str, Any]:
    """The cells that nbgrader released and keeps in its database, by grade_id."""
    points = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
    graded, solutions, tasks = (
        {cell.name for cell in cells} for cells in (notebook.grade_cells, notebook.solution_cells, notebook.task_cells)
    )
    found = {}
    for cell in notebook.source_cells:
        nbgrader = {
            "schema_version": 3,
            "grade_id": cell.name,
            "cell_type": cell.cell_type,
            "checksum": cell.checksum,
            "locked": cell.locked,
            "grade": cell.name in graded,
            "solution": cell.name in solutions,
            "task": cell.name in tasks,
        }
        if cell.name in points:
            nbgrader["points"] = points[cell.name]
        new = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
        found[cell.name] = new(cell.source, id=cell.name, metadata={"nbgrader": nbgrader})
    return found


def _insert(nb: Any, identity: str, cell: Any, present: dict[str, Any], order: list[str]) -> None:
    """Put a missing cell after the nearest of the course's cells that come before it."""
    if nb.nbformat_minor < 5:
        del cell["id"]
    place = 0
    for before in reversed(order[: order.index(identity)] if identity in order else order):
        if before in present:
            place = 1 + next(index for index, other in enumerate(nb.cells) if other is present[before])
            break
    nb.cells.insert(place, cell)
