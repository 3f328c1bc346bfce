"""Whole numbers and seconds that a submission returns, beside what is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.observation import Observation, close, holds, identical


def python_int(value: Any) -> Any:
    """An int of NumPy as one of Python; everything else as it is."""
    is_int = isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "iu"
    return int(value) if is_int else value


def whole(name: str, got: Any, expected: int) -> Iterator[Observation]:
    """A number of bytes: an int, exactly."""
    is_int = isinstance(got, int | np.ndarray) and np.ndim(got) == 0 and np.asarray(got).dtype.kind in "iu"
    value = int(got) if isinstance(got, int | float) or (isinstance(got, np.ndarray) and np.ndim(got) == 0) else got
    yield identical(name, value, expected)
    # After the value, which says more of what was misunderstood.
    yield holds(f"the type of {name}", is_int, f"{name} is not an int")


def wholes(names: tuple[str, ...], where: str, got: Any, expected: tuple[int, ...]) -> Iterator[Observation]:
    """Several of them, as a tuple or a list."""
    found = list(got) if isinstance(got, list | np.ndarray) else []
    problem = f"the result {where} is not a tuple of {len(expected)} ints"
    yield holds(f"the form of the result {where}", len(found) == len(expected), problem)
    for name, value, right in zip(names, found, expected, strict=True):
        yield from whole(f"{name} {where}", value, right)


def number(name: str, got: Any, expected: float) -> Observation:
    """Seconds, or a share: a number that rounding alone may change."""
    return close(name, got, float(expected), roundings=64)


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """As likely between 1 and 10 as between 10 and 100."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
