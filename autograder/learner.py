"""What a learner calls in a notebook: `check` under an exercise, and `hint`.

The check runs in the learner's own kernel, on the public seed, at once; its verdict is advisory. Its result shows
itself: as HTML with pictures in a notebook, as plain text elsewhere. Where nbgrader runs the notebook, it reads the
score from the plain text, so there this is the score alone; and `nbgrader validate`, which shows errors only, gets a
verdict that is not full marks as an error.

Under a result that is not yet right there is a button "Hint" where somebody can click it. What was checked is recorded
in the learner's own folder (`tutor.record`), if they have one.
"""

from __future__ import annotations

import html
import os
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

from . import rendering
from .catalog import exercise_named, judgement_of
from .errors import UsageError
from .judge import assemble, run_all
from .kernel import KernelTransport, random_state_kept
from .submission import Submission
from .trial import PUBLIC_SEED, CheckRun
from .tutor import record
from .verdict import Resources, Verdict
from .worker.forbidden import forbidden

WIDTH = 80  # of what `nbgrader validate` prints


class Feedback:
    """A verdict that shows itself."""

    def __init__(self, verdict: Verdict, runs: list[CheckRun], namespace: dict[str, Any]) -> None:
        self.verdict = verdict
        self._runs = runs
        self._namespace = namespace

    @property
    def passed(self) -> bool:
        return self.verdict.passed

    def __repr__(self) -> str:
        return rendering.as_text(self.verdict)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        page = rendering.as_html(self.verdict, self._runs)
        if "NBGRADER_EXECUTION" in os.environ:
            return {"text/html": page, "text/plain": repr(self.verdict.score)}
        if not self.passed and not self._has_button:
            page += f'<div>Stuck? <code>hint("{html.escape(self.verdict.exercise)}")</code></div>'
        return {"text/html": page, "text/plain": repr(self)}

    @property
    def _has_button(self) -> bool:
        from .tutor import button

        return not self.passed and button.is_possible()

    def _ipython_display_(self) -> None:
        """The result with a button below it. Without one, IPython goes on to the MIME bundle."""
        if not self._has_button:
            raise NotImplementedError
        from IPython.display import display

        from .tutor import button

        display(self._repr_mimebundle_(), raw=True)
        button.show(exercise_named(self.verdict.exercise), self._namespace, self.verdict)


class NotYet(Exception):
    """A verdict short of full marks, for `nbgrader validate`."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the verdict, without the frames of this module, in lines that nbgrader does not cut."""
        lines = []
        for line in str(self).splitlines():
            indent = " " * (2 + len(line) - len(line.lstrip()))
            lines += textwrap.wrap(line, WIDTH, subsequent_indent=indent)
        return lines


class KernelStage:
    """The learner's namespace as it stands; there is no fresh one to fall back on."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._submission = Submission(KernelTransport(namespace))

    def submission(self, public: bool) -> Submission:
        return self._submission


def check(exercise_id: str, namespace: dict[str, Any] | None = None) -> Feedback:
    """Check an exercise in this process, on the public inputs.

    `namespace` holds the solution; without it, the caller's own globals. Raises UsageError for an unknown exercise.
    """
    exercise = exercise_named(exercise_id)
    if namespace is None:
        namespace = sys._getframe(1).f_globals
    missing = [name for name in exercise.defines if name not in namespace]
    problem = f"there is no {missing[0]} yet: run the cell that defines it" if missing else ""
    started = time.monotonic()
    runs: list[CheckRun] = []
    if not problem:
        with random_state_kept(), forbidden(exercise.forbids):
            runs, _ = run_all(exercise, KernelStage(namespace), PUBLIC_SEED)
    resources = Resources(round(time.monotonic() - started, 4), 0.0, 0.0, 0)
    failed = {run.check.id: run for run in runs if not run.passed and not run.lost}
    verdict = assemble(exercise, [], runs, failed, problem, "", "kernel", PUBLIC_SEED, resources)
    if os.environ.get("NBGRADER_EXECUTION") == "validate" and not verdict.passed:
        raise NotYet(rendering.as_text(verdict))
    record.note_verdict(_own_folder(), verdict)
    return Feedback(verdict, runs, namespace)


def _own_folder() -> Path | None:
    """The learner's folder, if this notebook lies in one."""
    try:
        return record.folder_of(Path.cwd())
    except OSError:  # the working folder has gone
        return None


class Hint:
    """One staged hint, shown as text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


def hint(exercise_id: str, stage: int = 1) -> Hint:
    """Hint number `stage` of an exercise: the first turns your head, the last nearly gives it away."""
    hints = judgement_of(exercise_named(exercise_id)).hints
    if not 1 <= stage <= len(hints):
        raise UsageError(f"{exercise_id} has the hints 1 to {len(hints)}")
    record.note_hint(_own_folder(), exercise_id, stage)
    more = f'\n\n(hint {stage} of {len(hints)}; the next: `hint("{exercise_id}", {stage + 1})`)'
    return Hint(hints[stage - 1] + (more if stage < len(hints) else f"\n\n(hint {stage} of {len(hints)}, the last)"))
