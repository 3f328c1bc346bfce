"""The judge's verdict in the place of what the student's kernel showed.

nbgrader reads a score from a grade cell's outputs: an error or anything on stderr gives 0, a number gives itself, and
most else gives full marks. So in each grade cell that an exercise owns these outputs are replaced: by the verdict for
reading, which nbgrader ignores, and by the score as the cell's result.
"""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from typing import Any

import nbformat
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Integer, Unicode

from .. import rendering
from ..errors import UsageError
from ..judge import judged
from ..sandbox import shared_sandbox
from ..sources import Cells, cells_from_notebook
from ..trial import CheckRun
from ..verdict import Verdict
from .lessons import owner
from .restore import CHANGED, DELETED

JUDGED_IN_KERNEL = "Judged in the kernel: no exercise owns this cell, so nbgrader reads its score from this output."
RESTORED = {
    CHANGED: "This cell had been changed. It was put back as released; your score does not depend on it.",
    DELETED: "This cell had been deleted. It was put back as released; your score does not depend on it.",
}


class Judge(NbGraderPreprocessor):
    """Stands after the notebook was run and directly before SaveAutoGrades, so that nothing changes a verdict."""

    seed = Integer(
        None, allow_none=True, help="The hidden seed that inputs are drawn from; a fresh one for each verdict if None."
    ).tag(config=True)
    isolation = Unicode("auto", help="auto, strict or none, as for `autograder grade`.").tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        cells = submission_of(nb)
        for cell in nb.cells:
            if not (utils.is_grade(cell) and cell.cell_type == "code" and not utils.is_solution(cell)):
                continue
            exercise = owner(cell.source)  # the source is the released one: OverwriteCells has seen to that
            if exercise is None:
                cell.outputs.insert(0, _note(JUDGED_IN_KERNEL))
                continue
            self.log.info("Judging %s", exercise.id)
            box = shared_sandbox(exercise.libraries, self.isolation)
            verdict, shown = judged(exercise, cells, sandbox=box, seed=self.seed)
            cell.outputs = outputs_of(verdict, shown, float(cell.metadata.nbgrader.points))
            ours = cell.metadata.setdefault("autograder", nbformat.NotebookNode())
            if ours.get("restored") in RESTORED:
                cell.outputs.insert(0, _note(RESTORED[ours["restored"]]))
            ours["exercise"], ours["verdict"] = exercise.id, summary(verdict)
        return nb, resources


def summary(verdict: Verdict) -> dict[str, Any]:
    """What a graded notebook keeps of a verdict, for the class's table and to see what a changed grader changes."""
    return {
        "score": verdict.score,
        "points": verdict.points,
        "misconceptions": [found.id for found in verdict.diagnosis],
        "problem": verdict.problem,
        "isolation": verdict.isolation,
    }


def submission_of(nb: Any) -> Cells:
    """The cells that the judge runs; none for a notebook without code."""
    try:
        return cells_from_notebook(json.dumps(nb), "the notebook")
    except UsageError:
        return []


def outputs_of(verdict: Verdict, shown: Sequence[CheckRun], points: float) -> list[Any]:
    """A grade cell's outputs from which nbgrader reads the verdict's score, on the scale of the cell's points.

    `shown` are runs on the public inputs, which are drawn where arrays went wrong.
    """
    score = verdict.score if points == verdict.points else points * verdict.fraction
    seen = {"text/html": rendering.as_html(verdict, shown), "text/plain": rendering.as_text(verdict)}
    return [
        nbformat.v4.new_output("display_data", seen),
        nbformat.v4.new_output("execute_result", {"text/plain": repr(score)}, execution_count=None),
    ]


def _note(sentence: str) -> Any:
    page = f'<div style="opacity:.75"><i>{html.escape(sentence)}</i></div>'
    return nbformat.v4.new_output("display_data", {"text/html": page, "text/plain": sentence})
