"""Scored examples for judging curves, and the curves' points by their definition.

Symbols: labels boolean (N,); scores (N,), larger for "more likely True"; a threshold c says True where score ≥ c.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.observation import Observation, close, holds
from autograder.submission import Submission

Scored = tuple[np.ndarray, np.ndarray]


def without_ties(rng: np.random.Generator, n: int, positives: int | None = None) -> Scored:
    """So many examples, so many of them True (else a random number), and scores that say something about them."""
    positives = int(rng.integers(2, n - 1)) if positives is None else positives
    labels = rng.permutation(np.arange(n) < positives)
    return labels, rng.standard_normal(n) + labels


def with_ties(rng: np.random.Generator, n: int) -> Scored:
    """Few different scores. The highest, the lowest and one between belong to both labels; one has both neighbours."""
    labels, _ = without_ties(rng, n)
    grid = np.sort(rng.choice(np.arange(-40, 40), size=7, replace=False)) / 16
    scores = rng.choice(grid, size=n)
    both = np.repeat([True, False], 4)
    shared = np.tile(grid[[-1, 3, 1, 0]], 2)
    order = rng.permutation(n + 8)
    return np.append(labels, both)[order], np.append(scores, shared)[order]


def nearly_tied(rng: np.random.Generator, n: int) -> Scored:
    """Scores near 0.5 that differ by no more than 1e-9 from their neighbours."""
    labels, _ = without_ties(rng, n)
    return labels, 0.5 + 1e-9 * rng.permutation(n)


def one_of_each(rng: np.random.Generator) -> list[Scored]:
    """The smallest cases: right, wrong and tied pairs, one True among many and one False among many."""
    labels = np.array([True, False])
    pairs = [(labels, np.array(scores)) for scores in ([0.7, 0.2], [0.2, 0.7], [0.4, 0.4])]
    perfect = np.sort(rng.standard_normal(7))
    return [
        *pairs,
        without_ties(rng, 9, positives=1),
        without_ties(rng, 9, positives=8),
        (np.arange(7) > 2, perfect),
        (np.arange(7) < 3, perfect),
        (np.arange(7) > 2, np.full(7, 0.25)),
    ]


def counted(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each different score, largest first: true positives, false positives, and the score."""
    pairs = list(zip(labels.tolist(), scores.tolist(), strict=True))
    thresholds = sorted(set(scores.tolist()), reverse=True)
    true_positives = [sum(score >= c for label, score in pairs if label) for c in thresholds]
    false_positives = [sum(score >= c for label, score in pairs if not label) for c in thresholds]
    return np.array(true_positives), np.array(false_positives), np.array(thresholds)


def compared(where: str, got: Any, expected: Sequence[np.ndarray], parts: Sequence[str]) -> Iterator[Observation]:
    """Each of the three arrays of a curve beside what it should be."""
    three = isinstance(got, list | tuple) and len(got) == 3
    yield holds(f"the result {where}", three, f"the result is not the three arrays {', '.join(parts)}")
    for part, values, right in zip(parts, got, expected, strict=True):
        yield close(f"{part} {where}", values, right)


def unchanged(s: Submission, name: str, scored: Scored) -> Iterator[Observation]:
    """A function of labels and scores writes to neither."""
    held = [s.hold(array) for array in scored]
    s.call(name, *held)
    for what, remote, array in zip(("labels", "scores"), held, scored, strict=True):
        yield holds(what, np.array_equal(remote.fetch(), array), f"{name} changed its input {what}")


def forms(rng: np.random.Generator, n: int) -> dict[str, Scored]:
    """Ways in which scored examples without ties may come."""
    labels, scores = without_ties(rng, n)
    single = scores.astype(np.float32)
    assert len(set(single.tolist())) == n
    return {
        "of float32 scores": (labels, single),
        "of scores below 0": (labels, scores - 1000),
        "of probabilities": (labels, 1 / (1 + np.exp(-scores))),
        "of very large scores": (labels, scores * 1e30),
        "of very small scores": (labels, scores * 1e-30),
        "of strided arrays": (np.repeat(labels, 2)[::2], np.repeat(scores, 3)[::3]),
    }
