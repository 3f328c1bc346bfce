"""Films of what a policy does: a drawing that moves, as SVG in a page, without pictures, a player or a network.

Every shape says where it is in each frame; the browser moves it. A button stops it and sets it going again, and where
the reader's system asks for reduced motion it stands still at first. What is drawn in `currentColor` takes the colour
of the page's text.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np

from curriculum.plots import RIGHT, WRONG

# As a style and not as attributes: the style sheets of a page's figures reach every drawing, and win over those.
ROUND = 'style="stroke-linecap:round;stroke-linejoin:round"'
TOGGLE = (
    "const film = this.parentNode.querySelector('svg');"
    "film.animationsPaused() ? film.unpauseAnimations() : film.pauseAnimations();"
)
STILL = (
    "if (matchMedia('(prefers-reduced-motion: reduce)').matches)"
    " document.currentScript.parentNode.querySelector('svg').pauseAnimations();"
)


class Film:
    """Shapes (SVG, with their animations) on a drawing of `size`; `alt` says in words what there is to see."""

    def __init__(self, shapes: Sequence[str], size: tuple[float, float], alt: str) -> None:
        self.shapes, self.size, self.alt = shapes, size, alt

    def __repr__(self) -> str:
        return f"Film: {self.alt}"

    def _repr_html_(self) -> str:
        width, height = self.size
        drawing = (
            f'<svg viewBox="0 0 {width:g} {height:g}" style="width:100%;height:auto" role="img" '
            f'aria-label="{html.escape(self.alt)}">{"".join(self.shapes)}</svg>'
        )
        button = f'<button type="button" onclick="{html.escape(TOGGLE)}">pause or play</button>'
        return f'<div style="max-width:{width:g}px">{drawing}{button}<script>{STILL}</script></div>'


def pendulum_film(
    angles: np.ndarray, torques: np.ndarray, strongest: float, titles: Sequence[str], frame: float, alt: str
) -> Film:
    """Pendulums side by side.

    angles: (frames, count), in rad, 0 is upright, counter-clockwise is positive, without jumps. torques: the same
    shape, between ±strongest; a bar below shows them. `titles`: one for each. `frame`: seconds that a frame lasts.
    """
    side, shapes = 130.0, []
    seconds = frame * len(angles)
    for i, title in enumerate(titles):
        middle, pivot = side * (i + 0.5), 78.0
        turns = ";".join(f"{-degrees:.1f} {middle:g} {pivot:g}" for degrees in np.degrees(angles[:, i]))
        lengths = 50.0 * torques[:, i] / strongest
        shapes += [
            f'<text x="{middle:g}" y="14" text-anchor="middle" font-size="12" fill="currentColor">'
            f"{html.escape(title)}</text>",
            f'<circle cx="{middle:g}" cy="{pivot:g}" r="52" fill="none" stroke="currentColor" opacity="0.15"/>',
            f'<line x1="{middle:g}" y1="{pivot:g}" x2="{middle:g}" y2="{pivot - 48:g}" stroke="{RIGHT}" '
            f'stroke-width="10" {ROUND}>{_turned(turns, seconds)}</line>',
            f'<circle cx="{middle:g}" cy="{pivot:g}" r="3" fill="currentColor"/>',
            f'<line x1="{middle:g}" y1="143" x2="{middle:g}" y2="151" stroke="currentColor" opacity="0.5"/>',
            # A torque to the left turns counter-clockwise at the top.
            f'<rect y="144" height="6" fill="{WRONG}">'
            + _moved("x", [middle - max(length, 0.0) for length in lengths], seconds)
            + _moved("width", [abs(length) for length in lengths], seconds)
            + "</rect>",
        ]
    return Film(shapes, (side * len(titles), 156.0), alt)


def walker_film(joints: np.ndarray, frame: float, alt: str) -> Film:
    """A chain of limbs that moves along the ground, the camera with it.

    joints: (frames, points, 2), in metres: how far along and how high, from the top of the body to the tip of the foot.
    `frame`: seconds that a frame lasts.
    """
    scale, ground, width = 100.0, 190.0, 420.0
    along = joints[:, :1, 0]
    places = np.stack([width / 2 + scale * (joints[..., 0] - along), ground - scale * joints[..., 1]], axis=-1)
    seconds = frame * len(joints)
    limbs = ";".join(" ".join(f"{x:.0f},{y:.0f}" for x, y in points) for points in places)
    first = limbs.partition(";")[0]
    marks = []
    for metre in range(int(along.min()) - 3, int(along.max()) + 4):
        offsets = [f"{width / 2 + scale * (metre - x):.0f} 0" for x in along[:, 0]]
        marks.append(
            f'<g><line x1="0" y1="{ground:g}" x2="0" y2="{ground + 6:g}" stroke="currentColor"/>'
            f'<text x="0" y="{ground + 18:g}" text-anchor="middle" font-size="11" fill="currentColor">{metre} m</text>'
            f'<animateTransform attributeName="transform" type="translate" values="{";".join(offsets)}" '
            f'dur="{seconds:g}s" repeatCount="indefinite"/></g>'
        )
    body = (
        f'<polyline points="{first}" fill="none" stroke="{RIGHT}" stroke-width="9" {ROUND}>'
        f'<animate attributeName="points" values="{limbs}" dur="{seconds:g}s" '
        'repeatCount="indefinite"/></polyline>'
    )
    floor = f'<line x1="0" y1="{ground:g}" x2="{width:g}" y2="{ground:g}" stroke="currentColor"/>'
    return Film([floor, *marks, body], (width, ground + 24.0), alt)


def _turned(values: str, seconds: float) -> str:
    return (
        f'<animateTransform attributeName="transform" type="rotate" values="{values}" dur="{seconds:g}s" '
        'repeatCount="indefinite"/>'
    )


def _moved(attribute: str, values: Sequence[float], seconds: float) -> str:
    listed = ";".join(f"{value:.1f}" for value in values)
    return f'<animate attributeName="{attribute}" values="{listed}" dur="{seconds:g}s" repeatCount="indefinite"/>'
