"""Pictures of an array that went wrong: expected, got and their difference, as HTML that needs no other file.

A wrong submission may have ten of them, and a learner waits for all. So a map is an image of one pixel an element,
written directly: a figure with axes takes a hundred times as long.
"""

from __future__ import annotations

import base64
import functools
import io
from typing import Any

import numpy as np

from .trial import CheckRun

MOST = 64  # rows and columns that are drawn


def picture(run: CheckRun) -> str:
    """Expected beside got and their difference; empty where arrays are not the matter."""
    if run.lost or not run.observations:
        return ""
    got, expected = run.failure.got, run.failure.expected
    if not (isinstance(got, np.ndarray) and isinstance(expected, np.ndarray)):
        return ""
    if got.shape != expected.shape or got.size < 2 or got.dtype.kind not in "fiub":
        return ""
    got, expected = (_drawable(np.asarray(array, dtype=np.float64)) for array in (got, expected))
    return _curves(got.tobytes(), expected.tobytes()) if len(got) == 1 else _maps(got, expected)


def _drawable(array: Any) -> Any:
    """(rows, columns), at most 64 × 64: the first ones."""
    while array.ndim > 2:
        array = array[0]
    return (array if array.ndim == 2 else array[None])[:MOST, :MOST]


def _maps(got: Any, expected: Any) -> str:
    """Side by side, a pixel an element. NaN is drawn pink."""
    finite = expected[np.isfinite(expected)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    with np.errstate(invalid="ignore"):
        difference = got - expected
    bound = float(np.abs(difference[np.isfinite(difference)]).max(initial=0.0))
    far = f", up to {bound:.2g}" if bound > 1e-9 else ""  # else NaN is all there is to see
    bound = bound if far else 1.0
    shown = (
        ("expected", f"expected, {low:.2g} to {high:.2g}", expected, low, high, "cividis"),
        ("got", "got, in the same colours", got, low, high, "cividis"),
        ("got − expected", f"got − expected{far}", difference, -bound, bound, "RdBu_r"),
    )
    figures = "".join(
        f'<figure style="margin:0"><img alt="{name}" src="{_png(array, least, most, colours)}" '
        f'style="{_size(array)};image-rendering:pixelated"><figcaption>{title}</figcaption></figure>'
        for name, title, array, least, most, colours in shown
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:1em;margin:.4em 0">{figures}</div>'


def _size(array: Any) -> str:
    """So many pixels of a page that the picture is about 150 high, within bounds."""
    rows, columns = array.shape
    return f"width:{max(60, min(260, 150 * columns // rows))}px;height:auto"


def _png(array: Any, low: float, high: float, colours: str) -> str:
    from matplotlib import colormaps, image

    buffer = io.BytesIO()
    image.imsave(buffer, array, vmin=low, vmax=high, cmap=colormaps[colours].with_extremes(bad="#CC79A7"), format="png")
    return _url(buffer)


@functools.lru_cache(maxsize=256)
def _curves(got: bytes, expected: bytes) -> str:
    """Both float64, over their index. Who makes the same mistake on the same inputs sees the same picture."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.4, 2.4))
    figure.subplots_adjust(0.08, 0.2, 0.99, 0.97)  # laying it out by itself takes as long again
    axis = figure.subplots()
    axis.plot(np.frombuffer(expected), "o-", label="expected", color="#4477aa")
    axis.plot(np.frombuffer(got), "x--", label="got", color="#ee6677")
    axis.set_xlabel("index")
    axis.legend(loc="upper right")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=80)
    return f'<img style="max-width:100%;background:#fff" alt="expected and got" src="{_url(buffer)}">'


def _url(png: io.BytesIO) -> str:
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()
