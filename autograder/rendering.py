"""A verdict for reading: as text for a terminal, as HTML for a notebook, with a picture where an array went wrong."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .verdict import Verdict

if TYPE_CHECKING:
    from .trial import CheckRun

ADVISORY = {
    "kernel": "in your own kernel, on the public inputs; the final verdict uses others",
    "rlimits": "advisory: this machine offers no confinement",
}

Style = Callable[..., str]


def as_text(verdict: Verdict, style: Style = lambda text, **_: str(text)) -> str:
    """A few lines of plain text; `style` may colour them (`click.style`)."""
    colour = {"fg": "green"} if verdict.passed else {"fg": "red"}
    word = "passed" if verdict.passed else "not yet"
    where = ADVISORY.get(verdict.isolation, f"isolation: {verdict.isolation}")
    head = f"{verdict.exercise}: {word}, {_points(verdict.score)} of {_points(verdict.points)} points"
    if verdict.network == "gloo":
        head = f"{verdict.exercise}: {word} over gloo"
        where = f"advisory: on the public inputs, without what only the judge can measure; {where}"
    lines = [f"{style(head, bold=True, **colour)} ({where})"]
    if verdict.problem:
        lines.append(f"  The submission could not be judged: {verdict.problem}.")
        return "\n".join(lines)
    for check in verdict.checks:
        mark = style("✓", fg="green") if check.passed else style("✗", fg="red")
        lines.append(f"  {mark} {check.claim} ({_points(check.points)}/{_points(check.max_points)})")
        if not check.passed:
            lines.append(f"      {check.message}")
    for check in verdict.not_made:
        lines += [f"  – not made: {check.claim}", f"      {check.message}"]
    for diagnosis in verdict.diagnosis:
        lines.append(f"  {style('→', bold=True)} {diagnosis.message}")
        lines.append(f"    {diagnosis.question}")
    return "\n".join(lines)


def as_html(verdict: Verdict, runs: Sequence[CheckRun] = ()) -> str:
    """The verdict as a fragment of HTML that reads well on light and dark pages.

    `runs` are those of the public seed: for each failed one whose arrays differ, a picture is added.
    """
    from .pictures import picture

    pictures = {run.check.id: picture(run) for run in runs if not run.passed}
    drawn = False  # the first picture is shown, the others unfold
    word = "passed" if verdict.passed else "not yet"
    colour = "#2a9d5c" if verdict.passed else "#d1495b"
    parts = [
        f'<div style="border-left:4px solid {colour};padding:.3em .9em;margin:.3em 0">'
        f"<div><b>{html.escape(verdict.exercise)}: {word}</b>, "
        f"{_points(verdict.score)} of {_points(verdict.points)} points "
        f'<span style="opacity:.65">({html.escape(ADVISORY.get(verdict.isolation, verdict.isolation))})</span></div>'
    ]
    if verdict.problem:
        parts.append(f"<p>The submission could not be judged: {html.escape(verdict.problem)}.</p></div>")
        return "".join(parts)
    # What was misunderstood comes first: it says more than any list of what failed.
    for diagnosis in verdict.diagnosis:
        parts.append(
            f'<div style="margin:.4em 0 .5em"><b>{html.escape(diagnosis.message)}</b><br>'
            f"<i>{html.escape(diagnosis.question)}</i></div>"
        )
    for check in verdict.checks:
        mark, tint = ("✓", "#2a9d5c") if check.passed else ("✗", "#d1495b")
        parts.append(
            f'<div style="margin-top:.25em"><b style="color:{tint}">{mark}</b> {html.escape(check.claim)} '
            f'<span style="opacity:.65">({_points(check.points)}/{_points(check.max_points)})</span></div>'
        )
        if not check.passed:
            parts.append(f'<div style="margin-left:1.4em">{html.escape(check.message)}</div>')
            image = pictures.pop(check.id, "")
            if image and drawn:
                image = f'<details style="margin-left:1.4em"><summary>picture</summary>{image}</details>'
            parts.append(image)
            drawn = drawn or bool(image)
    parts.append("</div>")
    return "".join(parts)


def _points(points: float) -> str:
    return f"{points:.2f}".rstrip("0").rstrip(".")
