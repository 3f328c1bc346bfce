"""An environment and a policy that record what they are asked and what they answer, out of a submission's reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.observation import Observation, close, identical, same_type
from autograder.submission import Submission

OF_STEP = ("rewards", "terminated", "truncated")
OF_POLICY = ("observations", "actions", "log_probs")


class World:
    """Observations that nobody can foresee, ends of both kinds, and a value for every observation.

    One object answers `step`, `act` and `value`. The value is a fixed function of a row, so it does not matter when,
    how often or in which batches it is asked for.
    """

    def __init__(self, rng: np.random.Generator, envs: int, size: int, ends: float = 0.3) -> None:
        self.rng, self.envs, self.size, self.ends = rng, envs, size, ends
        self.weights = rng.normal(0.0, 1.0, size)
        self.seen = self.drawn()
        self.start = self.seen.copy()
        self.record: dict[str, list[np.ndarray]] = {name: [] for name in (*OF_POLICY, *OF_STEP, "led_to")}
        self.acted_on: list[np.ndarray] = []
        self.pending: tuple[np.ndarray, np.ndarray] | None = None
        self.problem = ""

    def drawn(self) -> np.ndarray:
        return self.rng.normal(0.0, 1.0, (self.envs, self.size)).astype(np.float32)

    def act(self, observations: Any) -> tuple[np.ndarray, np.ndarray]:
        self.rows(observations, "act")
        if self.pending is not None:
            self.problem = self.problem or "act is called twice for one step"
        if observations.shape != self.seen.shape or not np.array_equal(observations, self.seen):
            self.problem = self.problem or "act is called with other observations than the latest ones"
        actions = self.rng.integers(0, 5, self.envs)
        self.pending = (actions, self.rng.normal(-1.0, 0.5, self.envs).astype(np.float32))
        return actions.copy(), self.pending[1].copy()

    def value(self, observations: Any) -> np.ndarray:
        self.rows(observations, "value")
        return np.asarray(np.sin(observations.astype(np.float64) @ self.weights)).astype(np.float32)

    def step(self, actions: Any) -> tuple[np.ndarray, ...]:
        if not isinstance(actions, np.ndarray) or actions.shape != (self.envs,) or len(self.record["rewards"]) > 500:
            raise ValueError(f"step takes an array of {self.envs} actions")
        if self.pending is None or not np.array_equal(actions, self.pending[0]):
            self.problem = self.problem or "step is called with other actions than those that act gave"
        actions, log_probs = self.pending or (actions, np.zeros(self.envs, np.float32))
        self.pending = None
        led_to = self.drawn()
        terminated, truncated = (self.rng.random(self.envs) < self.ends for _ in range(2))
        following = np.where((terminated | truncated)[:, None], self.drawn(), led_to)
        rewards = self.rng.normal(0.0, 1.0, self.envs).astype(np.float32)
        row = (self.seen, actions, log_probs, rewards, terminated, truncated, led_to)
        for name, array in zip(self.record, row, strict=True):
            self.record[name].append(array.copy())
        self.seen = following
        return tuple(array.copy() for array in (following, rewards, terminated, truncated, led_to))

    def rows(self, observations: Any, method: str) -> None:
        right = isinstance(observations, np.ndarray) and observations.ndim == 2 and observations.dtype.kind == "f"
        if not right or observations.shape[1] != self.size or len(observations) > 10_000:
            raise ValueError(f"{method} takes observations (n, {self.size})")

    def collected(self, s: Submission, observations: Any, steps: int) -> tuple[Any, Any]:
        """What `collect` returns, taken apart; None for what is not there."""
        lent = s.lend(self, "step"), s.lend(self, "act", "value")
        got = s.call("collect", *lent, observations, steps)
        return (got[0], got[1]) if isinstance(got, list) and len(got) == 2 else (None, None)

    def expected(self, first: int = 0) -> dict[str, np.ndarray]:
        """The rollout as it should be, from its step `first` on."""
        arrays = {name: np.stack(rows[first:]) for name, rows in self.record.items()}
        led_to = arrays.pop("led_to")
        for name, of in (("values", arrays["observations"]), ("next_values", led_to)):
            flat = [
                [np.sin(sum(float(w) * float(x) for w, x in zip(self.weights, row, strict=True))) for row in rows]
                for rows in of
            ]
            arrays[name] = np.array(flat, dtype=np.float32)
        return arrays


def entries(got: Any, names: Any) -> Iterator[Observation]:
    """Whether `collect` gave a dict that has these entries."""
    there = isinstance(got, dict) and all(name in got for name in names)
    problem = "collect does not return a pair of a dict and an array" if not isinstance(got, dict) else ""
    missing = [] if not isinstance(got, dict) else [name for name in names if name not in got]
    yield identical("the rollout", there, True, problem or f"the rollout has no {', '.join(missing)}")


def recorded(got: Any, expected: dict[str, np.ndarray], names: Any) -> Iterator[Observation]:
    """Whether these arrays of a rollout are what happened."""
    yield from entries(got, names)
    for name in names:
        yield same_type(name, got[name], expected[name])
        if name in ("values", "next_values"):
            yield close(name, got[name], expected[name], magnitude=1.0)
        else:
            yield identical(name, got[name], expected[name])
