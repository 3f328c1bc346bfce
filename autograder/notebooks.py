"""The course's source notebooks: where an exercise's statement and starter stand.

A cell's metadata say what it is: `{"autograder": {"role": …, "exercise": id}}` with the roles text, setup, statement,
solution, check, hint and demo. A solution cell carries the stub that a learner gets as `"starter"`.

`python -m autograder.notebooks` (`make notebooks`) copies each solution from `curriculum/` and the points from the
catalogue into the notebooks, and writes them in canonical form.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

from .catalog import EXERCISES
from .errors import JudgeError
from .exercise import Exercise
from .reference import solution_source

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def directory() -> Path:
    """The folder of the source notebooks: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).parent
    beside = package.parent / "notebooks"
    return beside if beside.is_dir() else package / "_notebooks"


def read(path: Path) -> dict[str, Any]:
    """A source notebook. Raises JudgeError: these are ours."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise JudgeError(f"the course's notebook {path} cannot be read ({error}); restore it with git") from error


def cell_of(exercise: Exercise, role: str) -> dict[str, Any]:
    """The one cell of an exercise with this role."""
    path = directory() / exercise.notebook
    mine = {"role": role, "exercise": exercise.id}
    found = [cell for cell in read(path)["cells"] if mine.items() <= cell["metadata"]["autograder"].items()]
    if len(found) != 1:
        raise JudgeError(f"{path} has {len(found)} {role} cells for {exercise.id}, and should have one")
    return dict(found[0])


def statement(exercise: Exercise) -> str:
    """The exercise's statement, in Markdown."""
    return "".join(cell_of(exercise, "statement")["source"])


def starter(exercise: Exercise) -> str:
    """The file a solver starts from: the imports it may use and the stub, or a colleague's code."""
    imports = []
    for cell in read(directory() / exercise.notebook)["cells"]:
        if cell["metadata"]["autograder"]["role"] == "setup":
            imports += [line for line in "".join(cell["source"]).splitlines() if _may_import(line, exercise)]
    stub = cell_of(exercise, "solution")["metadata"]["autograder"]["starter"].strip("\n")
    return "\n".join(imports) + f"\n\n\n{stub}\n"


def _may_import(line: str, exercise: Exercise) -> bool:
    nodes = ast.parse(line).body
    node = nodes[0] if nodes else None
    name = node.names[0].name if isinstance(node, ast.Import) else getattr(node, "module", None) or ""
    top = name.partition(".")[0]
    return top in exercise.libraries or top in sys.stdlib_module_names or name in exercise.given


def solution_cell(exercise: Exercise) -> str:
    """The text of a solution cell: the reference, verbatim, between nbgrader's markers."""
    return f"### BEGIN SOLUTION\n{solution_source(exercise)}\n### END SOLUTION"


def refreshed(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook with solutions and points from their sources, without outputs."""
    known = {exercise.id: exercise for exercise in EXERCISES}
    cells = []
    for cell in notebook["cells"]:
        metadata = cell["metadata"]
        exercise = known.get(metadata["autograder"].get("exercise", ""))
        source = "".join(cell["source"])
        if exercise is not None and metadata["autograder"]["role"] == "solution":
            source = solution_cell(exercise)
        if exercise is not None and "points" in metadata.get("nbgrader", {}):
            metadata["nbgrader"]["points"] = exercise.points
        lines = "\n".join(line.rstrip() for line in source.strip("\n").split("\n")).splitlines(keepends=True)
        kept = {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": metadata, "source": lines}
        if cell["cell_type"] == "code":
            kept |= {"outputs": [], "execution_count": None}
        cells.append(kept)
    return {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def canonical_text(notebook: dict[str, Any]) -> str:
    """The one way a notebook is written, so that a changed line is a changed line in git."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    for path in sorted(directory().glob("*/*.ipynb")):
        text = canonical_text(refreshed(read(path)))
        if text != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")
            print(f"refreshed {path}")


if __name__ == "__main__":
    main()
