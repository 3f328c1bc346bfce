"""Numbers of a report as words, the same in text, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

DECISIONS = {"in": "in", "out": "out", "go on": "undecided", "undecided": "undecided"}


def percent(rate: float | None) -> str:
    return "–" if rate is None else f"{100 * rate:.0f}%"


def span(interval: Sequence[float]) -> str:
    """An interval of rates."""
    return f"{100 * interval[0]:.0f}–{100 * interval[1]:.0f}%"


def points(difference: float) -> str:
    """A difference of rates, in percentage points; 0 without a sign."""
    text = f"{100 * difference:+.0f}"
    return "0" if text in ("+0", "-0") else text.replace("-", "−")


def points_span(interval: Sequence[float]) -> str:
    return f"{points(interval[0])} to {points(interval[1])}"


def seconds(value: float | None) -> str:
    if value is None:
        return "–"
    if value < 120:
        return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
    return f"{value / 60:.0f} min" if value < 7200 else f"{value / 3600:.1f} h"


def tokens(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if value < 10_000 else f"{value / 1000:.0f}k" if value < 1e6 else f"{value / 1e6:.1f}M"


def dollars(value: float | None) -> str:
    if value is None:
        return "unknown"
    return f"${value:.4f}" if 0 < value < 0.1 else f"${value:.2f}"


def total_dollars(cost: dict[str, Any]) -> str:
    """A sum that leaves out unknown prices would pass for the whole."""
    if not cost["unknown"]:
        return dollars(cost["total"])
    if not cost["known"]:
        return "unknown"
    return f"{dollars(cost['known_total'])} and {cost['unknown']} attempts at an unknown price"


def probability(value: float) -> str:
    return "> .99" if value > 0.99 else "< .01" if value < 0.01 else f"{value:.2f}".removeprefix("0")


def verdict_on_band(band: dict[str, Any]) -> str:
    """`undecided (.83)`."""
    return f"{band['verdict']} ({probability(band['probability'])})"


def where(exercises: dict[str, int]) -> str:
    """The exercises of a row, with how often each, most often first."""
    ordered = sorted(exercises.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} ({count})" if len(exercises) > 1 else name for name, count in ordered)
