"""Every misconception of an exercise beside the truth: what it says, what it fails, and a picture of what went wrong.

The book shows it. All of it comes from the public seed, which a learner's own check uses too.
"""

from __future__ import annotations

import base64
import html
import io
from typing import Any

import numpy as np
from matplotlib import colormaps, image

from . import rendering
from .catalog import exercise_named, judgement_of
from .diagnosis import alone
from .exercise import Misconception
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
        program = alone(self.exercise.id, item.key)
        runs = [program.run(check.id) for check in judgement_of(self.exercise).checks]
        failed = [run for run in runs if not run.passed]
        drawn = [(run, pair) for run in failed if (pair := rendering.differing_arrays(run))]
        run, maps = (drawn[0][0], _maps(*drawn[0][1])) if drawn else (failed[0], "")
        return (
            f'<details class="mistake"><summary>{html.escape(item.message)}</summary>'
            f"<p>It fails: {html.escape(run.check.claim)} {html.escape(_what(run))}</p>{maps}"
            f"<p><i>{html.escape(item.question)}</i></p></details>"
        )


def _what(run: CheckRun) -> str:
    text = run.lost or run.failure.detail
    text = text.partition(" (line ")[0]  # the line that raised is one of the solution
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _maps(got: Any, expected: Any) -> str:
    """Expected, got and their difference, a pixel an element. NaN is drawn pink."""
    finite = expected[np.isfinite(expected)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    with np.errstate(invalid="ignore"):
        difference = got - expected
    bound = float(np.abs(difference[np.isfinite(difference)]).max(initial=0.0))
    far = f", up to {bound:.2g}" if bound > 1e-9 else ""  # else NaN is all there is to see
    bound = bound if far else 1.0
    shown = (
        ("expected", expected, low, high, "cividis"),
        ("got", got, low, high, "cividis"),
        (f"got − expected{far}", difference, -bound, bound, "RdBu_r"),
    )
    figures = "".join(
        f'<figure style="margin:0"><img alt="{title}" src="{_png(array, least, most, colours)}" '
        f'style="width:{_width(array)}px;image-rendering:pixelated"><figcaption>{title}</figcaption></figure>'
        for title, array, least, most, colours in shown
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:1em">{figures}</div>'


def _width(array: Any) -> int:
    """So many pixels of a page that the picture is about 150 high, within bounds."""
    rows, columns = array.shape
    return max(60, min(260, 150 * columns // rows))


def _png(array: Any, low: float, high: float, colours: str) -> str:
    """An image of an array as a data URL; written directly, since a figure with axes takes a hundred times as long."""
    buffer = io.BytesIO()
    image.imsave(buffer, array, vmin=low, vmax=high, cmap=colormaps[colours].with_extremes(bad="#CC79A7"), format="png")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
