"""A schedule of a pipeline as a picture: a row for each stage, a block for each pass, gaps where a stage waits."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from curriculum.plots import INK

FORWARD, BACKWARD, WEIGHTS = "#56B4E9", "#E69F00", "#F0E442"
COLOURS = {"F": FORWARD, "B": BACKWARD, "I": BACKWARD, "W": WEIGHTS}
"""By kind; "I" and "W" are the halves of a backward pass, by the input and by the weights."""
WIDEST = 40
"""Passes in a row up to which the blocks are wide enough for the numbers of their micro-batches."""


def draw_schedule(
    ax: Axes,
    schedule: Sequence[Sequence[tuple[str, int]]],
    times: Sequence[Sequence[tuple[float, float]]],
    title: str = "",
    legend: bool = False,
) -> None:
    """Draw each pass of a schedule from its start to its end; `times` are those of `curriculum.pipeline.pass_times`."""
    numbered = max(len(passes) for passes in schedule) <= WIDEST
    for stage, (passes, spans) in enumerate(zip(schedule, times, strict=True)):
        for (kind, i), (start, end) in zip(passes, spans, strict=True):
            ax.barh(stage, end - start, left=start, height=0.86, color=COLOURS[kind], edgecolor=INK, linewidth=0.5)
            if numbered:
                ax.text((start + end) / 2, stage, str(i), ha="center", va="center", fontsize=8, color="black")
    ax.set(xlabel="time", ylabel="stage", yticks=range(len(schedule)), title=title)
    ax.set_xlim(0, max(end for spans in times for _, end in spans))
    ax.invert_yaxis()
    if legend:
        kinds = [Patch(facecolor=FORWARD, label="forward"), Patch(facecolor=BACKWARD, label="backward")]
        ax.legend(handles=kinds, loc="upper right", ncols=2, bbox_to_anchor=(1.0, 1.2))
