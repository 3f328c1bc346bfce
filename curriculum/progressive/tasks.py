"""A ladder of yes-or-no questions about short sequences, each a pure function of x.

Symbols: x is (N, T, F): N examples, T steps, F features. s = `step_sums(x)` is (N, T), the sum of a step's features,
and every label depends on x through s alone. "Positive" means > 0, so a step whose sum is exactly 0 is not positive,
and no label is undefined.

The order of TASKS is that of the ladder: first what the steps hold, in any order, then what needs to know where a step
stands, and last a task in which every step counts and none helps alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


def step_sums(x: np.ndarray) -> np.ndarray:
    """The sum over the features of each step: (N, T, F) → (N, T)."""
    return x.sum(axis=-1)


# --- what the steps hold, in any order


def sum_is_positive(x: np.ndarray) -> np.ndarray:
    """Whether all steps together sum to more than 0."""
    return step_sums(x).sum(axis=1) > 0


def any_positive(x: np.ndarray) -> np.ndarray:
    """Whether at least one step is positive."""
    return np.any(step_sums(x) > 0, axis=1)


def sign_of_winner(x: np.ndarray) -> np.ndarray:
    """Whether the step of the largest absolute sum is positive; of equal winners the earliest counts."""
    s = step_sums(x)
    winner = np.abs(s).argmax(axis=1)  # argmax returns the first
    return s[np.arange(len(s)), winner] > 0


def majority_positive(x: np.ndarray) -> np.ndarray:
    """Whether more than half of the steps are positive; exactly half is no majority."""
    positive = step_sums(x) > 0
    return 2 * positive.sum(axis=1) > positive.shape[1]


def has_pos_and_neg(x: np.ndarray) -> np.ndarray:
    """Whether some step is above 0 and some step is below 0; a step of exactly 0 is neither."""
    s = step_sums(x)
    return (s.max(axis=1) > 0) & (s.min(axis=1) < 0)


# --- where a step stands


def trend_sign(x: np.ndarray) -> np.ndarray:
    """Whether the least-squares line through the points (t, s_t) rises; a level line does not.

    Its slope has the sign of Σ (t − t̄)·s_t, which is linear in x.
    """
    s = step_sums(x)
    centred = np.arange(s.shape[1]) - (s.shape[1] - 1) / 2
    return s @ centred > 0


def last_above_first(x: np.ndarray) -> np.ndarray:
    """Whether the last step is larger than the first; equal is not larger."""
    s = step_sums(x)
    return s[:, -1] > s[:, 0]


def xor_of_endpoints(x: np.ndarray) -> np.ndarray:
    """Whether exactly one of the first and the last step is positive."""
    positive = step_sums(x) > 0
    return positive[:, 0] ^ positive[:, -1]


def parity_of_sign_changes(x: np.ndarray) -> np.ndarray:
    """Whether the number of neighbours of which exactly one is positive is odd.

    This is `xor_of_endpoints` for every x: walking from the first step to the last, each change flips the sign once.
    """
    positive = step_sums(x) > 0
    changes = positive[:, 1:] ^ positive[:, :-1]
    return changes.sum(axis=1) % 2 == 1


def max_before_min(x: np.ndarray) -> np.ndarray:
    """Whether the largest step comes before the smallest; of equal ones the earliest counts."""
    s = step_sums(x)
    return s.argmax(axis=1) < s.argmin(axis=1)


def many_sign_changes(x: np.ndarray) -> np.ndarray:
    """Whether more than half of the T − 1 pairs of neighbours hold exactly one positive step."""
    positive = step_sums(x) > 0
    changes = positive[:, 1:] ^ positive[:, :-1]
    return 2 * changes.sum(axis=1) > changes.shape[1]


def positive_after_max(x: np.ndarray) -> np.ndarray:
    """Whether the step after the largest is positive, where the first step comes after the last.

    Of equal largest steps the earliest counts.
    """
    s = step_sums(x)
    after = (s.argmax(axis=1) + 1) % s.shape[1]
    return s[np.arange(len(s)), after] > 0


# --- every step at once


def parity_of_positives(x: np.ndarray) -> np.ndarray:
    """Whether the number of positive steps is odd."""
    return (step_sums(x) > 0).sum(axis=1) % 2 == 1


# --- drawing examples

Rate = Callable[[np.random.Generator, int, int], np.ndarray]


def half(rng: np.random.Generator, n: int, time: int) -> np.ndarray:
    """Each step is positive with probability 1/2: the features are then independent and standard normal."""
    return np.full(n, 0.5)


def few(rng: np.random.Generator, n: int, time: int) -> np.ndarray:
    """Rare positive steps: none of T with probability 1/2, so that one often decides."""
    return np.full(n, 1 - 0.5 ** (1 / time))


def mixed(rng: np.random.Generator, n: int, time: int) -> np.ndarray:
    """Each example has a probability of its own, so that every number of positive steps is as likely as every other."""
    return rng.random(n)


@dataclass(frozen=True)
class Task:
    """A rung of the ladder."""

    label: Callable[[np.ndarray], np.ndarray]
    needs: str
    """What a model must be able to do."""
    rate: Rate = half
    """For each example, the probability that a step is positive."""

    @property
    def name(self) -> str:
        return self.label.__name__


TASKS = {
    task.name: task
    for task in (
        Task(sum_is_positive, "a sum"),
        Task(any_positive, "a maximum, against a threshold", few),
        Task(sign_of_winner, "a maximum and a minimum, added"),
        Task(majority_positive, "a count, in which large steps weigh no more than small ones"),
        Task(has_pos_and_neg, "a maximum and a minimum, each against a threshold, and an AND", mixed),
        Task(trend_sign, "positions; linear in them"),
        Task(last_above_first, "two positions; linear in them"),
        Task(xor_of_endpoints, "two positions and an XOR"),
        Task(parity_of_sign_changes, "the same two positions and XOR, in disguise"),
        Task(max_before_min, "the positions of two extremes, compared"),
        Task(many_sign_changes, "neighbours, an XOR of each pair, and a count"),
        Task(positive_after_max, "an extreme, its neighbour, and a sign"),
        Task(parity_of_positives, "all steps at once: any T − 1 of them say nothing"),
    )
}
"""The ladder, from the first rung to the last."""


def draw(task: str, n: int, time: int, features: int, seed: int | Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """n examples, float32 (n, time, features), of which n // 2 are True, and their labels, boolean (n,).

    Candidates are drawn and those of a label that is already complete are dropped, so each label keeps its own law.
    The same seed gives the same examples. Raises ValueError where the task has only one label at this `time`.
    """
    rule = TASKS[task]
    rng = np.random.default_rng(seed)
    wanted = {True: n // 2, False: n - n // 2}
    found: dict[bool, list[np.ndarray]] = {True: [], False: []}
    for _ in range(1000):
        candidates = rng.standard_normal((n, time, features)).astype(np.float32)
        positive = rng.random((n, time)) < rule.rate(rng, n, time)[:, None]
        # −x is as likely as x, so a step that is negated to get its sign keeps the law of its size.
        negated = (step_sums(candidates) > 0) != positive
        candidates = np.where(negated[:, :, None], -candidates, candidates)
        labels = rule.label(candidates)
        for label, kept in found.items():
            kept.extend(candidates[labels == label][: wanted[label] - len(kept)])
        if all(len(found[label]) == wanted[label] for label in found):
            break
    else:
        raise ValueError(f"{task} has only one label at time = {time}")
    x = np.array(found[False] + found[True], dtype=np.float32).reshape(n, time, features)
    order = rng.permutation(n)
    return x[order], (np.arange(n) >= wanted[False])[order]
