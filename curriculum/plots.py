"""Figures of the book: one look, legible on light and dark pages, and for readers who confuse colours.

A figure becomes SVG inside the page. What is drawn in INK takes the colour of the page's text, so it follows the page
from light to dark. Each panel is a figure of its own: panels stand side by side where there is room, else below each
other.

RIGHT (blue, solid) is the truth and WRONG (vermilion, dashed) what a misconception makes of it. The colours are those
of Okabe & Ito, "Color Universal Design" (2008), without their black and yellow, which vanish on one page or the other.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Sequence

import numpy as np
from cycler import cycler
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

INK = "#010203"
"""Stands for the colour of the page's text."""
RIGHT, WRONG = "#0072B2", "#D55E00"
COLOURS = (RIGHT, WRONG, "#009E73", "#CC79A7", "#E69F00", "#56B4E9")

STYLE = {
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "axes.prop_cycle": cycler(color=COLOURS),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10.5,
    "figure.facecolor": "none",
    "font.size": 10,
    "hatch.color": INK,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "patch.edgecolor": INK,
    "savefig.facecolor": "none",
    "svg.fonttype": "path",  # looks alike on every machine
    "svg.hashsalt": "book",  # and the same figure gives the same text
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def use_style() -> None:
    """Draw in the book's style from here on, in this process."""
    style.use(STYLE)


def panels(count: int = 1, size: tuple[float, float] = (4.0, 3.2)) -> list[Axes]:
    """Empty axes, one for each panel, of `size` inches."""
    return [Figure(figsize=size, layout="constrained").subplots() for _ in range(count)]


class Picture:
    """Panels as one picture, which shows itself in a notebook or a page; `alt` says in words what there is to see."""

    def __init__(self, axes: Sequence[Axes], alt: str) -> None:
        self.figures = [figure for ax in axes if (figure := ax.get_figure(root=True))]
        self.alt = alt

    def __repr__(self) -> str:
        return f"Picture: {self.alt}"

    def _repr_html_(self) -> str:
        drawn = "".join(f'<div style="{_room(figure)}">{_svg(figure)}</div>' for figure in self.figures)
        layout = "display:flex;flex-wrap:wrap;gap:.5em 1em;justify-content:center"
        return f'<div class="picture" role="img" aria-label="{html.escape(self.alt)}" style="{layout}">{drawn}</div>'


def _room(figure: Figure) -> str:
    """A panel is at most as wide as it was drawn, and moves to a line of its own before its text becomes too small."""
    pixels = 96 * figure.get_figwidth()
    return f"flex:1 1 {0.7 * pixels:.0f}px;max-width:{pixels:.0f}px"


def _svg(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', 'style="width:100%;height:auto"', text, count=1)
    return text.replace(INK, "currentColor")


class Table:
    """Rows of short texts, which show themselves as a Markdown table; the first column is left-aligned.

    A bar in a text does not end its cell.
    """

    def __init__(self, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        self.header, self.rows = header, rows

    def _repr_markdown_(self) -> str:
        lines = [self.header, [":--", *["--:"] * (len(self.header) - 1)], *self.rows]
        return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


class Note:
    """A sentence that a cell computes, shown as Markdown: where a figure's numbers come from."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_markdown_(self) -> str:
        return self.text


def weight_map(ax: Axes, weights: np.ndarray, title: str, largest: float = 1.0) -> AxesImage:
    """A matrix (query_time, key_time) of attention weights; weights of exactly zero are left grey."""
    ax.set_facecolor(to_rgba(INK, 0.18))
    image = ax.imshow(np.ma.masked_equal(weights, 0.0), cmap="cividis", vmin=0.0, vmax=largest)
    ax.set(title=title, xlabel="key", ylabel="query")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    return image
