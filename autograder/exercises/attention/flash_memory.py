"""How much memory the two FlashAttention exercises may hold: what they are measured on, and what is told of it.

The measured cases have scores enough that their matrix, 67 MB or more, shows in the memory of a process whatever else
happens there. A single row or column of tiles may be as large: it tells who takes a tile of one side only.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.observation import Observation, holds

MB = 10**6
WIDE, TIMES = 256, 130
"""One tile of one side, and how many tiles the other side has: 33,280 rows."""


def long_time(rng: np.random.Generator) -> int:
    """How many positions the measured causal sequence has: a boolean for each score takes 8.4 MB or more."""
    return 2900 + int(rng.integers(100))


def within(where: str, peak: int, allowed: int, scores: int) -> Iterator[Observation]:
    """Whether a call held what a few tiles need, in MB. Whoever holds a matrix of all scores is told so first."""
    held, matrix = f"{where} the call held {peak / MB:.0f} MB at once", 8 * scores
    whole = f"{held}: that is a matrix of all scores ({matrix / MB:.0f} MB) or more"
    yield holds(f"a matrix of all scores {where}", peak < matrix, whole)
    yield holds(f"the memory {where}", peak <= allowed * MB, f"{held}, where {allowed} MB are allowed")
