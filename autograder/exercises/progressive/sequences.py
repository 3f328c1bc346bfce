"""Sequences for judging labels: their step sums are chosen first, so that zeros and ties are exact and frequent.

Symbols: x (N, T, F); s (N, T), the sums over the features. Every number is a small multiple of 1/8, so no order of
summation rounds, in float32 either. F is a power of two, so a mean over the features is exact as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from autograder.observation import Observation, holds, identical, same_type
from autograder.submission import Submission

Rule = Callable[[Sequence[float]], bool]
VALUES = (-1.0, -0.25, 0.0, 0.25, 1.0)


def with_sums(s: np.ndarray, rng: np.random.Generator, features: int = 4) -> np.ndarray:
    """Random features, of both signs, that sum to s: (N, T) → (N, T, F)."""
    x = rng.integers(-24, 25, size=(*s.shape, features)) / 8
    x[:, :, -1] = s - x[:, :, :-1].sum(axis=2)
    return x


def every_pattern(rng: np.random.Generator, time: int) -> np.ndarray:
    """All sequences of VALUES, in random order: (5**time, time)."""
    return rng.permutation(np.array(list(product(VALUES, repeat=time))))


def at_random(rng: np.random.Generator, n: int, time: int) -> np.ndarray:
    """Sums with zeros and ties, where every number of positive steps is about as likely as every other."""
    positive = rng.random((n, time)) < rng.random((n, 1))
    return np.where(positive, 1, -1) * rng.integers(0, 7, size=(n, time)) / 4


def tables(rng: np.random.Generator) -> list[np.ndarray]:
    """Every pattern of one to three steps, and longer sequences at random, of an even and an odd length."""
    longer = [at_random(rng, 60, time) for time in (4, 8, int(rng.choice([5, 7, 9])))]
    return [every_pattern(rng, 3), every_pattern(rng, 2), every_pattern(rng, 1), *longer]


def answers(rule: Rule, s: np.ndarray) -> np.ndarray:
    """The rule, applied to one sequence after the other."""
    return np.array([rule(row) for row in s.tolist()], dtype=bool)


def right(name: str, got: Any, s: np.ndarray, expected: np.ndarray) -> Observation:
    """Whether every label is right; what is shown is the first sequence whose label is not."""
    what = f"{name} of {len(s)} sequences of {s.shape[1]} steps"
    observation = identical(what, got, expected)
    if observation.passed:
        return observation
    if not isinstance(got, np.ndarray) or got.shape != expected.shape or got.dtype != bool:
        return same_type(what, got, expected)
    wrong = np.flatnonzero(got != expected)
    summary = f"{what}: {len(wrong)} labels are wrong"
    sums = ", ".join(f"{value:g}" for value in s[wrong[0]])
    detail = f"{summary}; the first has the step sums {sums} and should be {expected[wrong[0]]}"
    return replace(observation, summary=summary, detail=detail)


def agrees(
    s: Submission, rng: np.random.Generator, name: str, rule: Rule, chosen: Sequence[np.ndarray]
) -> Iterator[Observation]:
    """The labels of sequences with the `chosen` sums, beside the rule's."""
    inputs = [(with_sums(sums, rng, int(rng.choice([1, 2, 4]))),) for sums in chosen]
    for sums, got in zip(chosen, s.each(name, inputs), strict=True):
        yield right(name, got, sums, answers(rule, sums))


def agrees_in_any_form(
    s: Submission, rng: np.random.Generator, rules: Mapping[str, Rule], sums: np.ndarray
) -> Iterator[Observation]:
    """Labels are boolean (N,) for one example and for several, in float32 and float64, whatever the memory layout."""
    x = with_sums(sums, rng)
    forms = [x, x.astype(np.float32), np.asfortranarray(x), np.repeat(x, 2, axis=1)[:, ::2], x[:1]]
    for name, rule in rules.items():
        expected = answers(rule, sums)
        for got, form in zip(s.each(name, [(form,) for form in forms]), forms, strict=True):
            yield same_type(f"the result of {name}", got, expected[: len(form)])
            yield right(name, got, sums[: len(form)], expected[: len(form)])


def unchanged(s: Submission, rng: np.random.Generator, names: Sequence[str]) -> Iterator[Observation]:
    """None of the functions writes to x."""
    x = with_sums(at_random(rng, 6, 5), rng)
    for name in names:
        held = s.hold(x)
        s.call(name, held)
        yield holds("x", np.array_equal(held.fetch(), x), f"{name} changed its input x")
