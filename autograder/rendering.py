"""A verdict for reading: as text for a terminal, as HTML for a notebook, with a picture where an array went wrong."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

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
    lines = [f"{style(head, bold=True, **colour)} ({where})"]
    if verdict.problem:
        lines.append(f"  The submission could not be judged: {verdict.problem}.")
        return "\n".join(lines)
    for check in verdict.checks:
        mark = style("✓", fg="green") if check.passed else style("✗", fg="red")
        lines.append(f"  {mark} {check.claim} ({_points(check.points)}/{_points(check.max_points)})")
        if not check.passed:
            lines.append(f"      {check.message}")
    for diagnosis in verdict.diagnosis:
        lines.append(f"  {style('→', bold=True)} {diagnosis.message}")
        lines.append(f"    {diagnosis.question}")
    return "\n".join(lines)


def as_html(verdict: Verdict, runs: Sequence[CheckRun] = ()) -> str:
    """The verdict as a fragment of HTML that reads well on light and dark pages.

    `runs` are those of the public seed: for each failed one whose arrays differ, a picture is added.
    """
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


def picture(run: CheckRun) -> str:
    """Expected beside got and their difference, as an inline image; empty where there is nothing to draw."""
    pair = differing_arrays(run)
    if pair is None:
        return ""
    got, expected = pair
    return _curves(got[0], expected[0]) if len(got) == 1 else _maps(got, expected)


def differing_arrays(run: CheckRun) -> tuple[Any, Any] | None:
    """Got and expected as floats (rows, columns), at most 64 × 64 of each; None where arrays are not the matter."""
    import numpy as np

    if run.lost or not run.observations:
        return None
    got, expected = run.failure.got, run.failure.expected
    if not (isinstance(got, np.ndarray) and isinstance(expected, np.ndarray)):
        return None
    if got.shape != expected.shape or got.size < 2 or got.dtype.kind not in "fiub":
        return None
    return _drawable(np.asarray(got, dtype=np.float64)), _drawable(np.asarray(expected, dtype=np.float64))


def _drawable(array: Any) -> Any:
    """At most two dimensions and 64 × 64 elements: the first ones."""
    while array.ndim > 2:
        array = array[0]
    return (array if array.ndim == 2 else array[None])[:64, :64]


def _maps(got: Any, expected: Any) -> str:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.4, 2.6), layout="constrained")
    axes = figure.subplots(1, 3)
    finite = expected[abs(expected) < float("inf")]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    difference = got - expected
    bound = float(abs(difference[abs(difference) < float("inf")]).max(initial=0.0)) or 1.0
    for axis, title, array, limits, colours in (
        (axes[0], "expected", expected, (low, high), "viridis"),
        (axes[1], "got", got, (low, high), "viridis"),
        (axes[2], "got − expected", difference, (-bound, bound), "RdBu_r"),
    ):
        image = axis.imshow(array, vmin=limits[0], vmax=limits[1], cmap=colours, aspect="auto", interpolation="nearest")
        axis.set_title(title)
        figure.colorbar(image, ax=axis)
    return _inline(figure)


def _curves(got: Any, expected: Any) -> str:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.4, 2.4), layout="constrained")
    axis = figure.subplots()
    axis.plot(expected, "o-", label="expected", color="#4477aa")
    axis.plot(got, "x--", label="got", color="#ee6677")
    axis.set_xlabel("index")
    axis.legend()
    return _inline(figure)


def _inline(figure: Any) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=80)
    data = base64.b64encode(buffer.getvalue()).decode()
    style = "max-width:100%;background:#fff"
    return f'<img style="{style}" alt="expected, got and their difference" src="data:image/png;base64,{data}">'


def _points(points: float) -> str:
    return f"{points:.2f}".rstrip("0").rstrip(".")
