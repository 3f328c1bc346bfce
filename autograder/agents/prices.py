"""What tokens cost. Prices change, so a report names the date of this table.

A model that is not listed has no price here: its cost is unknown, not zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DATE = "2026-10-10"
SOURCE = "https://platform.claude.com/docs/en/about-claude/pricing"
KINDS = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
CACHE_WRITE = 1.25  # times the price of input, for a cache of five minutes


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens."""

    input: float
    output: float
    cache_read: float
    """Times the price of input."""
    longest: float = float("inf")
    """Tokens of a prompt up to which this holds."""


PRICES: dict[str, tuple[Price, ...]] = {
    "claude-opus-5-5": (Price(4.0, 20.0, 0.05),),
    "claude-sonnet-5-5": (Price(2.0, 10.0, 0.05),),
    "claude-haiku-5-5": (Price(0.10, 0.50, 0.10, 100_000), Price(0.50, 2.50, 0.10)),
    "claude-opus-4-5": (Price(5.0, 25.0, 0.10),),
    "claude-sonnet-4-5": (Price(3.0, 15.0, 0.10),),
    "claude-haiku-4-5": (Price(1.0, 5.0, 0.10),),
}


def cost(model: str, usage: Mapping[str, int]) -> float | None:
    """US dollars for one request, by the usage that its answer tells; None for a model without a price here.

    `model` is the resolved name, which may end in a date.
    """
    bands = next((bands for name, bands in PRICES.items() if model == name or model.startswith(f"{name}-2")), None)
    if bands is None:
        return None
    fresh, out, read, written = (usage[kind] for kind in KINDS)
    price = next(band for band in bands if fresh + read + written <= band.longest)
    tokens = price.input * (fresh + price.cache_read * read + CACHE_WRITE * written) + price.output * out
    return tokens / 1e6
