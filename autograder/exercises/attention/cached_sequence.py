"""A sequence that comes in calls: its parts, what a cache holds of it, and what is right, for `attention.kv_cache`.

Symbols as there: q, k, v (batch, n_head, time, ·), "k" and "v" (batch, n_head, past, ·).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.observation import Observation, close, holds, identical, no_coarser, same_type

from .scaled_dot_product import by_definition, growth

Arrays = list[np.ndarray]


def draw(rng: np.random.Generator, time: int, batch: int = 2, n_head: int = 2) -> Arrays:
    """q, k, v of a sequence, with keys and values that differ in width."""
    key_dim, value_dim = (int(n) for n in rng.choice([3, 4, 5, 6], size=2, replace=False))
    return [rng.standard_normal((batch, n_head, time, width)) for width in (key_dim, key_dim, value_dim)]


def part(arrays: Arrays, start: int, stop: int | None = None) -> Arrays:
    """q, k, v of some positions."""
    return [array[:, :, start:stop] for array in arrays]


def cached(arrays: Arrays, past: int) -> dict[str, np.ndarray]:
    """The cache that holds the first `past` positions."""
    return {"k": arrays[1][:, :, :past], "v": arrays[2][:, :, :past]}


def whole(arrays: Arrays) -> np.ndarray:
    """The output of causal attention over the whole sequence, in double precision."""
    q, k, v = arrays
    position = np.arange(q.shape[2])
    output, _ = by_definition(q, k, v, position[:, None] >= position)
    return output


def close_output(where: str, got: Any, arrays: Arrays, expected: np.ndarray) -> Iterator[Observation]:
    """An output beside what is expected of these positions of a sequence."""
    q, k, v = arrays
    size = growth(q, k) * float(np.max(np.abs(v)))
    roundings = (q.shape[-1] + k.shape[2]) // 2 + 4
    yield no_coarser(f"the output {where}", got, q.dtype)
    yield close(f"the output {where}", got, expected, roundings=roundings, magnitude=size, precision=q.dtype)


def close_cache(where: str, got: Any, expected: dict[str, np.ndarray]) -> Iterator[Observation]:
    """A cache beside the keys and values it should hold: numbers that are handed on, not calculated."""
    yield holds("the new cache", isinstance(got, dict), "the second result is not a dict")
    yield identical("the keys of the new cache", sorted(got), sorted(expected))
    for name, array in expected.items():
        yield close(f'"{name}" of the cache {where}', got[name], array)
        yield same_type(f'"{name}" of the cache {where}', got[name], array)


def pair(got: Any) -> Observation:
    """Whether a call gave two things."""
    return holds("the result", isinstance(got, list) and len(got) == 2, "the result is not a pair: output and cache")
