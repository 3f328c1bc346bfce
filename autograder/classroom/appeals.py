"""A disputed submission: collected, and, where the instructor upholds the appeal, made a proof against the grader.

An upheld submission becomes a correct variant of its exercise (`proof/variants/`). From then on the exercise's
certificate holds only if the grader accepts it, at every seed; so the grader has to be mended, and the class is
regraded by the mended one.
"""

from __future__ import annotations

import ast
import itertools
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from ..certificate.proofs import FOLDER
from ..errors import UsageError
from ..exercise import Exercise
from ..judge import grade
from ..reference import bound_by, reached, sha256
from ..rendering import as_text
from ..sources import Cells, cells_from_notebook
from ..verdict import Verdict
from .folders import BUILD, Submission
from .gradebook import graded_notebooks

APPEALS = BUILD / "appeals"
ABOUT = "Upheld on appeal: a correct solution that the grader had rejected."


@dataclass(frozen=True)
class Appeal:
    """What was collected of a disputed submission."""

    folder: Path
    source: str
    """The part of the notebook that the exercise's names need."""
    verdict: Verdict


def collect(student: str, exercise: Exercise) -> Appeal:
    """Put the disputed solution, its notebook and today's verdict into a folder. Raises UsageError, JudgeError."""
    submission = Submission(student, Path(exercise.notebook).parts[0])
    wanted = Path(exercise.notebook).name
    notebook = next((path for path in graded_notebooks(submission) if path.name == wanted), None)
    if notebook is None:
        raise UsageError(
            f"{student} has no graded {exercise.notebook}; `autograder grade-class` grades what was handed in"
        )
    cells = cells_from_notebook(notebook.read_text(encoding="utf-8"), str(notebook))
    source = needed(cells, exercise)
    verdict = grade(exercise, [(exercise.file, source)])
    folder = APPEALS / student / exercise.id
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(notebook, folder / notebook.name)
    (folder / exercise.file).write_text(source, encoding="utf-8")
    (folder / "verdict.txt").write_text(as_text(verdict) + "\n", encoding="utf-8")
    (folder / "verdict.json").write_text(json.dumps(verdict.to_json(), indent=1), encoding="utf-8")
    return Appeal(folder, source, verdict)


def needed(cells: Cells, exercise: Exercise) -> str:
    """The statements that define the exercise's names, with what they use, directly or not, of the rest.

    Comments are kept. Raises UsageError where a name is not defined.
    """
    texts: list[str] = []
    statements: list[ast.stmt] = []
    for _, source in cells:
        try:
            found = ast.parse(source).body
        except SyntaxError:
            continue  # the kernel could not run this cell either
        statements += found
        texts += [ast.get_source_segment(source, statement) or "" for statement in found]
    kept = reached(statements, exercise.defines)
    defined = {name for statement in itertools.compress(statements, kept) for name in bound_by(statement)}
    for name in exercise.defines:
        if name not in defined:
            raise UsageError(f"the notebook defines no {name}, so there is nothing to appeal for")
    return "\n\n\n".join(itertools.compress(texts, kept)) + "\n"


def uphold(appeal: Appeal, exercise: Exercise) -> Path:
    """Make the solution a variant of its exercise; the file, which says nothing of who wrote it."""
    path = FOLDER / "variants" / exercise.id / f"appeal_{sha256(appeal.source)[:8]}.py"
    path.write_text(f'"""{ABOUT}"""\n\n{appeal.source}', encoding="utf-8")
    return path
