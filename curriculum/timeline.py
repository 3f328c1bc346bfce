"""A picture of what simulated ranks did and when: one lane for each rank, computing in full height, messages in halves.

    _, fabric = on_ranks(4, program)
    Picture([timeline(fabric)], "…")

In a lane the upper half is for what a rank sends, the lower half for what it receives, waiting included: a link carries
both directions at once. What computes shows its label, if there is room.
"""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from curriculum.fabric import Event, Fabric
from curriculum.plots import COLOURS, INK, panels

SEND, RECV = COLOURS[0], COLOURS[5]
UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
SMALL = 7.5
"""Points of the text inside a block."""


def timeline(
    fabric: Fabric,
    colour: Callable[[str], str] | None = None,
    size: tuple[float, float] | None = None,
    until: float | None = None,
    peers: bool = True,
) -> Axes:
    """Draw a fabric's events, rank 0 on top.

    colour: of a block that computes, by its label; by default each first letter has its own. until: the last second
    that is shown, to give several pictures one axis. peers: write the peer's number into each message.
    """
    end = until or fabric.seconds or 1.0
    scale, unit = next(((scale, unit) for scale, unit in UNITS if end >= scale), UNITS[-1])
    width, height = size or (7.5, 0.8 + 0.45 * fabric.world_size)
    [ax] = panels(1, size=(width, height))
    per_letter = end / scale / width / 12  # an inch has room for about twelve letters
    colour = colour or _by_first_letter(fabric.events)
    # In an order that does not depend on which thread was first, so that the picture is the same each time.
    for event in sorted(fabric.events, key=lambda event: (event.rank, event.start, event.end, event.kind)):
        text = event.label if event.kind == "compute" else str(event.peer) if peers else ""
        _block(ax, event, scale, colour(event.label) if event.kind == "compute" else None, text, per_letter)
    ax.set(xlabel=f"time, {unit}", xlim=(0, end / scale), ylim=(fabric.world_size - 0.5, -0.5))
    ax.set_yticks(range(fabric.world_size), [f"rank {rank}" for rank in range(fabric.world_size)])
    ax.tick_params(axis="y", length=0)
    kinds = {event.kind for event in fabric.events}
    handles = [
        Patch(facecolor=fill, label=text)
        for kind, fill, text in (("send", SEND, "sends, to"), ("recv", RECV, "receives, from"))
        if kind in kinds
    ]
    if handles and peers:
        ax.legend(handles=handles, ncols=2, loc="lower left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.1)
    return ax


def _block(ax: Axes, event: Event, scale: float, fill: str | None, text: str, per_letter: float) -> None:
    start, length = event.start / scale, (event.end - event.start) / scale
    top, height = {"compute": (-0.42, 0.84), "send": (-0.42, 0.42), "recv": (0.0, 0.42)}[event.kind]
    fill = fill or (SEND if event.kind == "send" else RECV)
    ax.add_patch(Rectangle((start, event.rank + top), length, height, facecolor=fill, edgecolor=INK, linewidth=0.6))
    if text and length > per_letter * len(text):
        ink = "white" if fill == SEND else "black"
        middle = (start + length / 2, event.rank + top + height / 2)
        ax.annotate(text, middle, ha="center", va="center", fontsize=SMALL, color=ink)


def _by_first_letter(events: list[Event]) -> Callable[[str], str]:
    letters = sorted({event.label[:1] for event in events if event.kind == "compute"})
    fills = {letter: COLOURS[2 + number % 3] for number, letter in enumerate(letters)}
    return lambda label: fills[label[:1]]
