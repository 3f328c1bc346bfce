"""Judgement of `continuous.scaling`: `RunningMoments`, `ObservationScaler` and `RewardScaler`.

The oracle keeps every row that was ever seen, and computes mean and variance anew from all of them, one feature at a
time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.submission import Remote, Submission

from .inputs import unchanged
from .scaling_misconceptions import add_misconceptions

scaling = Judgement(
    "continuous.scaling",
    hints=(
        "Two batches of n and m rows have the means a and b. What is the mean of all n + m rows? Then the same for the "
        "sum of squared distances: those within each batch, and what the distance between a and b adds.",
        "Batch variances times their counts are sums of squared distances. Put together they lack one term: "
        "(b − a)² · n · m / (n + m). With n = 0 it vanishes, so the first batch needs no case of its own.",
        "ObservationScaler: take in the batch (if `update`), subtract the mean, divide by np.sqrt(var + 1e-8), clip, "
        "make it float32. In that order.",
        "RewardScaler: `self.returns = gamma * self.returns + rewards`; these are the rows of the moments, one for "
        "each environment: `self.returns[:, None]`. Then zero where an episode ended. What is divided is the reward.",
    ),
)
SINGLE = np.float32
EPSILON = 1e-8


def moments(rows: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of each feature over all rows, in double precision, one feature at a time."""
    together = [[float(x) for x in row] for batch in rows for row in batch]
    if not together:
        return np.zeros(0), np.zeros(0)
    count, means, variances = len(together), [], []
    for i in range(len(together[0])):
        column = [row[i] for row in together]
        middle = column[0] + sum(x - column[0] for x in column) / count
        means.append(middle)
        variances.append(sum((x - middle) ** 2 for x in column) / count)
    return np.array(means), np.array(variances)


def batches(rng: np.random.Generator, size: int, counts: Sequence[int]) -> list[np.ndarray]:
    """Batches of rows (count, size) whose means and spreads differ, by feature and by batch."""
    found = []
    for count in counts:
        middle, spread = rng.uniform(-3.0, 3.0, size), rng.uniform(0.3, 3.0, size)
        found.append(middle + spread * rng.standard_normal((count, size)))
    return found


def right_moments(where: str, held: Remote, rows: Sequence[np.ndarray], magnitude: float) -> Iterator[Observation]:
    """Count, mean and variance beside those of all rows."""
    mean, var = moments(rows)
    yield close(f"the count {where}", held.get("count"), sum(map(len, rows)))
    yield close(f"the mean {where}", held.get("mean"), mean, magnitude=magnitude, roundings=64)
    yield close(f"the variance {where}", held.get("var"), var, magnitude=magnitude, roundings=64)


@scaling.check(weight=2)
def moments_are_those_of_all_rows(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """After every update count, mean and variance are those of all rows so far, as if they had come at once."""
    for counts in ((5, 1, 17, 2), (1, 1, 1)):
        size = int(rng.integers(2, 5))
        held, seen = s.build("RunningMoments", size), []
        for batch in batches(rng, size, counts):
            held.tell("update", batch)
            seen.append(batch)
            yield from right_moments(f"after {len(seen)} updates", held, seen, 40.0)


@scaling.check()
def moments_begin_with_nothing(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Before the first row the count is 0, the mean 0 and the variance 1; two objects share nothing."""
    used, fresh = s.build("RunningMoments", 3), s.build("RunningMoments", 3)
    [rows] = batches(rng, 3, [6])
    used.tell("update", rows)
    for held in (fresh, s.build("RunningMoments", 3)):
        yield close("the count at first", held.get("count"), 0)
        yield close("the mean at first", held.get("mean"), np.zeros(3))
        yield close("the variance at first", held.get("var"), np.ones(3))
    yield from right_moments("of the one that was used", used, [rows], 40.0)


@scaling.check()
def moments_keep_their_digits(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Small changes of a large number are not lost: the sums are in float64, and squares are taken of distances."""
    for offset, dtype in ((1e8, np.float64), (4e4, np.float32)):
        held = s.build("RunningMoments", 2)
        seen = [(offset + rng.uniform(-1.0, 1.0, (count, 2))).astype(dtype) for count in (30, 7, 40)]
        for batch in seen:
            held.tell("update", batch)
        mean, var = moments(seen)
        name = f"of numbers about {offset:g}"
        yield close(f"the mean {name}", held.get("mean"), mean, roundings=64)
        found = held.get("var")
        size = bool(np.all((found > var / 4) & (found < 4 * var)))
        yield holds(f"the size of the variance {name}", size, f"nothing is right in the variance {name}")
        yield close(f"the variance {name}", found, var, precision=SINGLE, magnitude=1.0)


def scaled(rows: np.ndarray, seen: Sequence[np.ndarray], clip: float) -> np.ndarray:
    """What an observation scaler is to give for `rows`, when it has taken in `seen`."""
    mean, var = moments(seen) if seen else (np.zeros(rows.shape[1]), np.ones(rows.shape[1]))
    return np.clip((rows - mean) / np.sqrt(var + EPSILON), -clip, clip).astype(SINGLE)


@scaling.check(weight=2)
def observations_are_standardised(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each feature has its mean subtracted and is divided by √(var + 1e-8), with this batch already taken in."""
    for envs in (6, 1):
        scaler, seen = s.build("ObservationScaler", 3), []
        for batch in batches(rng, 3, [envs] * 4):
            batch[:, 2] *= 1e-4  # so small that where 1e-8 is added tells
            seen.append(batch)
            got = scaler.call("", batch)
            expected = scaled(batch, seen, 10.0)
            yield same_type("the observations", got, expected)
            yield close(f"the observations after {len(seen)} calls", got, expected, magnitude=4.0)


@scaling.check()
def observations_are_clipped(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What is beyond ±clip after the scaling is set to it; the moments take in what came, not what was clipped."""
    for clip in (10.0, 1.5):
        scaler = s.build("ObservationScaler", 2) if clip == 10.0 else s.build("ObservationScaler", 2, clip=clip)
        seen = []
        for batch in batches(rng, 2, [150, 150]):
            batch[0], batch[1] = 300.0, -1000.0
            seen.append(batch)
            got = scaler.call("", batch)
            yield close(f"the observations, clipped at {clip:g}", got, scaled(batch, seen, clip), magnitude=10.0)


@scaling.check()
def evaluation_changes_nothing(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With update=False observations are scaled by the moments so far, which stay as they are."""
    scaler = s.build("ObservationScaler", 3)
    first, other, third, last = batches(rng, 3, [4, 9, 4, 4])
    got = scaler.call("", other, update=False)
    yield close("observations before any was taken in", got, scaled(other, [], 10.0), magnitude=10.0)
    for given, seen in ((first, [first]), (third, [first, third])):
        got = scaler.call("", given, True)
        yield close("observations that are taken in", got, scaled(given, seen, 10.0), magnitude=10.0)
        got = scaler.call("", other, False)
        yield close("observations with update=False", got, scaled(other, seen, 10.0), magnitude=10.0)
    got = scaler.call("", last)
    yield close("observations after an evaluation", got, scaled(last, [first, third, last], 10.0), magnitude=10.0)


@scaling.check()
def a_constant_feature_becomes_zero(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A feature that never changed is scaled to 0, never to NaN; so is a single row."""
    for rows in (np.tile(rng.integers(1, 9, 2) / 4.0, (4, 1)), rng.integers(1, 9, (1, 2)) / 4.0):
        scaler = s.build("ObservationScaler", 2)
        for _ in range(2):
            yield close("a constant feature", scaler.call("", rows), np.zeros(rows.shape), precision=SINGLE)
    got = s.build("RewardScaler", 3, 0.9).call("", np.zeros(3), np.zeros(3, dtype=bool))
    yield close("rewards of 0", got, np.zeros(3))


class Returns:
    """The oracle of a reward scaler: every return that was ever seen."""

    def __init__(self, envs: int, gamma: float, clip: float = 10.0) -> None:
        self.gamma, self.clip = gamma, clip
        self.running = [0.0] * envs
        self.seen: list[np.ndarray] = []

    def scaled(self, rewards: np.ndarray, ended: np.ndarray) -> np.ndarray:
        for i, reward in enumerate(rewards):
            self.running[i] = self.gamma * self.running[i] + float(reward)
        self.seen.append(np.array(self.running)[:, None])
        for i in np.flatnonzero(ended).tolist():
            self.running[i] = 0.0
        _, var = moments(self.seen)
        return np.clip(rewards / np.sqrt(var[0] + EPSILON), -self.clip, self.clip).astype(SINGLE)


@scaling.check(weight=2)
def rewards_are_divided_by_the_std_of_the_return(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A reward is divided by √(var + 1e-8) of all discounted returns so far, this step's included; its mean stays."""
    for envs, gamma in ((5, 0.9), (2, 0.5), (3, 1.0)):
        scaler, oracle = s.build("RewardScaler", envs, gamma), Returns(envs, gamma)
        for step in range(6):
            rewards = rng.uniform(1.0, 3.0, envs) * rng.choice([-1.0, 4.0], envs)
            got = scaler.call("", rewards, np.zeros(envs, dtype=bool))
            expected = oracle.scaled(rewards, np.zeros(envs, dtype=bool))
            yield same_type("the rewards", got, expected)
            yield close(f"the rewards of step {step} with gamma {gamma:g}", got, expected, magnitude=5.0)


@scaling.check(weight=2)
def returns_begin_anew_where_an_episode_ends(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The last reward of an episode still counts in its return; the next one begins at 0, in that environment only."""
    for gamma in (0.9, 1.0):
        scaler, oracle = s.build("RewardScaler", 4, gamma), Returns(4, gamma)
        for step in range(8):
            rewards = rng.uniform(0.5, 3.0, 4)
            ended = (np.arange(4) + step) % 4 == 1
            got = scaler.call("", rewards, ended)
            yield close(f"the rewards of step {step}", got, oracle.scaled(rewards, ended), magnitude=5.0)


@scaling.check()
def rewards_are_clipped(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A scaled reward beyond ±clip is set to it; the returns add up what came, not what was clipped."""
    for clip in (10.0, 1.0):
        given = {} if clip == 10.0 else {"clip": clip}
        scaler, oracle = s.build("RewardScaler", 300, 0.9, **given), Returns(300, 0.9, clip)
        for step in range(3):
            rewards = rng.uniform(-1.0, 1.0, 300)
            rewards[step], rewards[step + 10] = 500.0, -700.0
            nothing = np.zeros(300, dtype=bool)
            got = scaler.call("", rewards, nothing)
            yield close(f"the rewards, clipped at {clip:g}", got, oracle.scaled(rewards, nothing), magnitude=10.0)


@scaling.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Arrays in float32 and of any layout are right, none is changed, and what is returned is not written to later."""
    rows = np.asfortranarray(rng.standard_normal((6, 3)).astype(SINGLE))
    rewards, ended = rng.standard_normal(6).astype(SINGLE), np.arange(6) == 2
    scaler, of_rewards, oracle = s.build("ObservationScaler", 3), s.build("RewardScaler", 6, 0.9), Returns(6, 0.9)
    held = [s.hold(value) for value in (rows, rewards, ended)]
    for _ in range(2):
        got = scaler.build("", held[0])
        yield close("observations in float32", got.fetch(), scaled(rows.astype(float), [rows], 10.0), magnitude=4.0)
        again = of_rewards.build("", held[1], held[2])
        right = oracle.scaled(rewards.astype(float), ended)
        yield close("rewards in float32", again.fetch(), right, magnitude=5.0)
        scaler.call("", rows)
        of_rewards.call("", rewards, ended)
        oracle.scaled(rewards.astype(float), ended)
        yield close("observations of before", got.fetch(), scaled(rows.astype(float), [rows], 10.0), magnitude=4.0)
        yield close("rewards of before", again.fetch(), right, magnitude=5.0)
        given = zip(held, (rows, rewards, ended), strict=True)
        yield unchanged(dict(zip(("observations", "rewards", "ended"), given, strict=True)))


add_misconceptions(scaling)
