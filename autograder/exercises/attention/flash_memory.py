"""How much memory the two FlashAttention exercises may hold: on what they are measured, and what is told of it.

The measured cases have scores enough that their matrix, 67 MB or more, shows in the memory of a process whatever else
happens there. A single row or column of tiles may be as large: it tells who takes a tile of one side only. So does a
single query, if it has keys enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.observation import Observation, holds, identical

from .flash_formulas import by_definition, visible_to, vjp

MB = 10**6
WIDE, TIMES = 256, 130
"""One tile of one side, and how many tiles the other side has: 33,280 rows."""

ENDLESS = 2_000_000
"""So many keys that the scores of a single query show. Keys and values, of width 1, take 32 MB, and as much again while
they arrive. That leaves room for one copy of them, but not for all scores, less their maximum, and exponentials: 48."""


def long_time(rng: np.random.Generator) -> int:
    """How many positions the measured causal sequence has: a boolean for each score takes 8.4 MB or more."""
    return 2900 + int(rng.integers(100))


@dataclass(frozen=True)
class Measured:
    """One measured call."""

    where: str
    peak: int
    """The most bytes that it held at once."""
    allowed: int
    """In MB."""
    scores: int

    @property
    def held(self) -> str:
        return f"{self.where} it held {self.peak / MB:.0f} MB at once"

    @property
    def whole(self) -> bool:
        return self.peak >= 8 * self.scores > self.allowed * MB


def within(calls: Sequence[Measured]) -> Iterator[Observation]:
    """Whether the calls held what a few tiles need. In which of them all scores were there says what was not tiled."""
    whole = [f"{call.held}, and all scores take {8 * call.scores / MB:.0f} MB" for call in calls if call.whole]
    flags = np.array([call.whole for call in calls])
    yield identical("the calls that held all scores at once", flags, np.zeros_like(flags), "; ".join(whole))
    for call in calls:
        problem = f"{call.held}, and {call.allowed} MB are allowed"
        yield holds(f"the memory {call.where}", call.peak <= call.allowed * MB, problem)


Case = tuple[list[np.ndarray], list[tuple[np.ndarray, float]]]
"""The six arrays that the exercise is given, and the gradients with the size of their largest terms."""


def few_queries(rng: np.random.Generator, time: int) -> Case:
    """A long causal sequence of which eight queries matter; the others attend evenly and have a gradient of 0."""
    some = np.sort(rng.choice(time, 8, replace=False))
    k, v = rng.standard_normal((time, 4)), rng.standard_normal((time, 3))
    q, grad_output = np.zeros((time, 4)), np.zeros((time, 3))
    q[some], grad_output[some] = rng.standard_normal((8, 4)), rng.standard_normal((8, 3))
    keys = np.arange(1.0, time + 1)
    output, logsumexp = np.cumsum(v, axis=0) / keys[:, None], np.log(keys)
    visible = visible_to(some, time)
    output[some], logsumexp[some] = by_definition(q[some], k, v, visible)
    (few, size), *others = vjp(q[some], k, v, grad_output[some], visible)
    grad_q = np.zeros((time, 4))
    grad_q[some] = few
    return [q, k, v, output, logsumexp, grad_output], [(grad_q, size), *others]


def repeated(rng: np.random.Generator, queries: int, keys: int) -> Case:
    """Attention of WIDE queries and keys, each of them repeated: the copies of a key share its weight."""
    q, k, v, grad_output = (rng.standard_normal((WIDE, width)) for width in (4, 4, 3, 3))
    output, logsumexp = by_definition(q, k, v)
    of_queries = [np.tile(array, (queries, 1)) for array in (q, output, grad_output)]
    of_keys = [np.tile(array, (keys, 1)) for array in (k, v)]
    (grad_q, size_q), (grad_k, size_k), (grad_v, size_v) = vjp(q, k, v, grad_output)
    share = queries / keys
    expected = [
        (np.tile(grad_q, (queries, 1)), size_q),
        (np.tile(grad_k, (keys, 1)) * share, size_k * share),
        (np.tile(grad_v, (keys, 1)) * share, size_v * share),
    ]
    arrays = [of_queries[0], *of_keys, of_queries[1], np.tile(logsumexp + np.log(keys), queries), of_queries[2]]
    return arrays, expected
