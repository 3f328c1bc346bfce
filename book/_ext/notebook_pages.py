"""Turns the course's notebooks into pages of the book, before Sphinx looks for its sources.

For `notebooks/<chapter>/<name>.ipynb` it writes below `_generated/<chapter>/`, which git ignores:

- `student/<name>.ipynb`: what a student gets, by nbgrader's own preprocessors and our starters, for download;
- `<name>.ipynb`: the page, which is that notebook with a label at each exercise and a hidden cell after each starter,
  so that checks and figures show what the reference gives. The hidden cell imports it: no page holds a solution's text;
- `<name>_exercises.md`: its exercises as a table, to include.

And `_generated/certificates.md`, the tables of `certificate_tables`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from certificate_tables import tables
from nbformat import NotebookNode, v4
from nbgrader import preprocessors as nbgrader
from sphinx.application import Sphinx
from sphinx.config import Config

from autograder import notebooks
from autograder.catalog import EXERCISES, exercise_named
from autograder.classroom.release import PutStarters
from autograder.kernels.provisioner import NAME

BOOK = Path(__file__).parent.parent
GENERATED = BOOK / "_generated"
RELEASE = (
    nbgrader.LockCells,
    nbgrader.ClearSolutions,
    PutStarters,
    nbgrader.ClearOutput,
    nbgrader.ClearHiddenTests,
    nbgrader.ClearMarkScheme,
    nbgrader.ComputeChecksums,
    nbgrader.CheckCellMetadata,
)
TAGS = {"hint": "hide-output", "demo": "hide-input"}
CACHES = BOOK / "_build" / "jupyter_cache"


def student_notebook(source: Path) -> NotebookNode:
    """A source notebook as the release gives it to a student: nbgrader_config.py has these steps too."""
    notebook = v4.reads(source.read_text(encoding="utf-8"))
    for step in RELEASE:
        notebook, _ = step().preprocess(notebook, {})
    return notebook


def page(student: NotebookNode, name: str) -> NotebookNode:
    """A student's notebook as a page, whose exercises are solved out of sight."""
    download = f"{{download}}`Download this notebook <student/{name}>` to solve its exercises in Jupyter."
    cells = [student.cells[0], v4.new_markdown_cell(download, id="download")]
    for cell in student.cells[1:]:
        role, identity = cell.metadata.autograder.role, cell.metadata.autograder.get("exercise")
        cells.append(cell)
        if role == "statement":
            cell.source = f"({identity})=\n{cell.source}"
        elif role in TAGS:
            cell.metadata.tags = [TAGS[role]]
        elif role == "solution":
            exercise = exercise_named(identity)
            solved = f"from {exercise.reference} import {', '.join(exercise.defines)}"
            hidden = v4.new_code_cell(solved, id=f"solved-{cell.id}"[:64], metadata={"tags": ["remove-cell"]})
            cells.append(hidden)
    return NotebookNode(student | {"cells": cells})


def table(notebook: str) -> str:
    """The exercises of a notebook, in its order, as a table of links."""
    lines = ["| exercise | points | difficulty | minutes |", "|:--|--:|:-:|--:|"]
    for exercise in EXERCISES:
        if exercise.notebook == notebook:
            difficulty = "●" * exercise.difficulty + "○" * (5 - exercise.difficulty)
            lines.append(f"| {{ref}}`{exercise.id}` | {exercise.points:g} | {difficulty} | {exercise.minutes} |")
    return "\n".join(lines) + "\n"


def generated() -> dict[Path, str]:
    """Every generated file with its text."""
    files = {}
    for source in sorted(notebooks.directory().glob("*/*.ipynb")):
        folder, student = GENERATED / source.parent.name, student_notebook(source)
        files[folder / "student" / source.name] = notebooks.canonical_text(student)
        files[folder / source.name] = notebooks.canonical_text(page(student, source.name))
        files[folder / f"{source.stem}_exercises.md"] = table(f"{source.parent.name}/{source.name}")
    files[GENERATED / "certificates.md"] = tables()
    return files


def cache_key() -> str:
    """A hash of what pages import or read: jupyter-cache compares the text of cells only, and keeps old outputs."""
    digest = hashlib.sha256((BOOK.parent / "constraints.txt").read_bytes())
    for path in sorted((BOOK.parent / "results").glob("*.json")):
        digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
    for package in ("autograder", "curriculum"):
        for path in sorted((BOOK.parent / package).rglob("*.py")):
            digest.update(f"\0{path.relative_to(BOOK.parent)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def prepare(app: Sphinx, config: Config) -> None:
    """Write the pages, and name the cache of outputs after what they depend on.

    Outputs are all that is kept from one build to the next. Pages that are no longer in the book would stay otherwise,
    and a page that was read before would not repeat its warnings.
    """
    for made in (app.outdir, app.doctreedir, BOOK / "_build" / "jupyter_execute", GENERATED):
        shutil.rmtree(made, ignore_errors=True)
    app.outdir.mkdir(parents=True)
    for path, text in generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    cache = CACHES / cache_key()
    for other in CACHES.glob("*"):
        if other != cache:
            shutil.rmtree(other)
    config.nb_execution_cache_path = str(cache)
    fork_kernels()


def fork_kernels() -> None:
    """Have the pages' kernels forked from a process that has imported torch, where a machine can: half of the time.

    They are our own code, some of which starts processes and lets them talk, so they are not jailed.
    """
    if sys.platform == "linux":
        os.environ |= {"JUPYTER_DEFAULT_PROVISIONER_NAME": NAME, "AUTOGRADER_KERNEL_ISOLATION": "none"}


def stay_offline(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Jupyter Book names a host for Thebe on each page, to run code there. No page of ours is to name one."""
    context["script_files"] = [file for file in context["script_files"] if "thebe" not in str(file).lower()]


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", prepare, priority=1)
    app.connect("html-page-context", stay_offline, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
