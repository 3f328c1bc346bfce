"""Every misconception of an exercise beside the truth: what it says, what it fails, and a picture of what went wrong.

The book shows it. All of it comes from the public seed, which a learner's own check uses too.
"""

from __future__ import annotations

import html

from .catalog import exercise_named, judgement_of
from .exercise import Misconception
from .pictures import picture
from .planted import Planted
from .trial import CheckRun


class Gallery:
    """Shows itself in a notebook or a page; each misconception unfolds. Raises UsageError for an unknown exercise."""

    def __init__(self, exercise_id: str) -> None:
        self.exercise = exercise_named(exercise_id)

    def __repr__(self) -> str:
        return f"Gallery: what goes wrong in {self.exercise.id}"

    def _repr_html_(self) -> str:
        first_forms = [item for item in judgement_of(self.exercise).misconceptions if item.form == 1]
        return "".join(self._shown(item) for item in first_forms)

    def _shown(self, item: Misconception) -> str:
        program = Planted(self.exercise, [item])
        runs = [program.run(check.id) for check in judgement_of(self.exercise).checks]
        failed = [run for run in runs if not run.passed]
        drawn = ((run, drawing) for run in failed if (drawing := picture(run)))
        run, drawing = next(drawn, (failed[0], ""))
        return (
            f'<details class="mistake"><summary>{html.escape(item.message)}</summary>'
            f"<p>It fails: {html.escape(run.check.claim)} {html.escape(_what(run))}</p>{drawing}"
            f"<p><i>{html.escape(item.question)}</i></p></details>"
        )


def _what(run: CheckRun) -> str:
    text = run.lost or run.failure.detail
    text = text.partition(" (line ")[0]  # the line that raised is one of the solution
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
