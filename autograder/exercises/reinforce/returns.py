"""Judgement of `reinforce.returns`: what an episode pays in all, and what it pays from each time on.

Symbols: rewards (batch, time), `gamma` in [0, 1]. The oracle adds up one return at a time, term by term.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.submission import Submission

returns = Judgement(
    "reinforce.returns",
    hints=(
        "Take the rewards 1, 2, 4 and γ = ½. Write down the return of the episode, and what is still to come at each "
        "of the three times.",
        "The reward-to-go counts distances from t: the reward of time t itself has the factor 1, whatever t is.",
        "G_t = r_t + γ·G_{t+1}. Which time do you know first?",
        "Loop with t from the last to the first, and keep the return of the time after it.",
    ),
)
NAMES = ("discounted_returns", "rewards_to_go")


def from_time(rewards: np.ndarray, gamma: float, start: int) -> np.ndarray:
    """Σ_{k ≥ start} γ^(k − start) · r_k for each episode, in double precision."""
    rows = rewards.astype(np.float64)
    return np.array([math.fsum(gamma ** (k - start) * row[k] for k in range(start, len(row))) for row in rows])


def expected(rewards: np.ndarray, gamma: float) -> tuple[np.ndarray, np.ndarray]:
    """Right values of both functions."""
    to_go = [from_time(rewards, gamma, t) for t in range(rewards.shape[1])]
    return to_go[0], np.stack(to_go, axis=1)


def agrees(name: str, got: object, right: np.ndarray, rewards: np.ndarray) -> Observation:
    """To the rounding of as many sums as there are rewards."""
    largest = float(np.abs(rewards).sum(axis=1).max())
    return close(name, got, right, magnitude=largest, precision=rewards.dtype)


def cases(rng: np.random.Generator) -> list[tuple[np.ndarray, float]]:
    """Rewards of several shapes, among them as many episodes as times, one time and one episode."""
    gammas = [0.9, 0.5, float(rng.uniform(0.6, 0.99)), float(rng.uniform(0.1, 0.6)), 0.9, 0.8]
    shapes = [(4, 4), (3, 6), (5, 2), (1, 7), (4, 1), (1, 1)]
    return [(rng.standard_normal(shape) + 0.5, gamma) for shape, gamma in zip(shapes, gammas, strict=True)]


@returns.check()
def the_return_counts_from_the_start(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The return of an episode is Σ_t γ^t · r_t, the first reward undiscounted."""
    drawn = cases(rng)
    for (rewards, gamma), got in zip(drawn, s.each("discounted_returns", drawn), strict=True):
        name = f"the discounted return of rewards of shape {rewards.shape}"
        yield agrees(name, got, expected(rewards, gamma)[0], rewards)


@returns.check(weight=2)
def the_reward_to_go_counts_from_its_own_time(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The reward-to-go at t is r_t + γ·r_{t+1} + γ²·r_{t+2} + …, and nothing of what came before t."""
    drawn = cases(rng)
    for (rewards, gamma), got in zip(drawn, s.each("rewards_to_go", drawn), strict=True):
        name = f"the rewards-to-go of rewards of shape {rewards.shape}"
        yield agrees(name, got, expected(rewards, gamma)[1], rewards)


@returns.check()
def any_discount_and_any_length(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """γ may be 0 or 1, and an episode so long that a power of γ is 0 in floating point."""
    for shape, gamma in (((3, 5), 0.0), ((3, 5), 1.0), ((2, 200), 0.01)):
        rewards = rng.standard_normal(shape)
        for name, right in zip(NAMES, expected(rewards, gamma), strict=True):
            got = s.call(name, rewards, gamma)
            yield agrees(f"{name} of {shape[1]} rewards for gamma = {gamma:g}", got, right, rewards)


@returns.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float32 and float64 rewards give returns of the same dtype, whatever their memory layout."""
    for dtype in (np.float32, np.float64):
        array = rng.standard_normal((6, 8)).astype(dtype)
        for layout, rewards in (
            ("C-ordered", array),
            ("Fortran-ordered", np.asfortranarray(array)),
            ("strided", array[::2, ::-1]),
        ):
            gamma = float(rng.uniform(0.5, 0.95))
            for name, right in zip(NAMES, expected(rewards, gamma), strict=True):
                got = s.call(name, rewards, gamma)
                yield same_type(f"{name} of {layout} {array.dtype} rewards", got, right.astype(dtype))
                yield agrees(f"{name} of {layout} {array.dtype} rewards", got, right, rewards)


@returns.check()
def leaves_the_rewards_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The rewards given are not changed."""
    for name in NAMES:
        rewards = rng.standard_normal((3, 4))
        held = s.hold(rewards)
        s.call(name, held, 0.9)
        same = np.array_equal(held.fetch(), rewards)
        yield holds("the rewards", same, f"{name} changed the rewards in place")


POWERS_LINE = "powers = gamma ** np.arange(rewards.shape[1])"
POWERS = "gamma ** np.arange(rewards.shape[1])"
SUM = "(rewards @ powers).astype(rewards.dtype)"
STEP = "returns[:, t] += gamma * returns[:, t + 1]"
LOOP = f"""    returns = rewards.copy()
    for t in range(rewards.shape[1] - 2, -1, -1):
        {STEP}
    return returns"""
SCALED = "rewards * gamma ** np.arange(rewards.shape[1])"

returns.misconception(
    "discount_without_effect",
    edits=((POWERS, "np.ones(rewards.shape[1])"), (STEP, "returns[:, t] += returns[:, t + 1]")),
    message="Rewards are added without their discount.",
    question="What is a reward of 1 worth at time 0 if it is paid at time 2 and γ = ½?",
)
returns.another_form("discount_without_effect", edit=(POWERS, "np.ones(rewards.shape[1])"))
returns.another_form("discount_without_effect", edit=(STEP, "returns[:, t] += returns[:, t + 1]"))
returns.misconception(
    "first_reward_discounted",
    edit=("np.arange(rewards.shape[1])", "np.arange(1, rewards.shape[1] + 1)"),
    message="The exponents are one too large: the first reward is discounted already.",
    question="Which factor has a reward that is paid now?",
)
returns.another_form(
    "first_reward_discounted",
    edits=(
        ("np.arange(rewards.shape[1])", "np.arange(1, rewards.shape[1] + 1)"),
        ("    return returns", "    return gamma * returns"),
    ),
)
returns.another_form("first_reward_discounted", edit=("    return returns", "    return gamma * returns"))
returns.misconception(
    "discounts_the_past",
    edits=(
        (POWERS, f"({POWERS})[::-1]"),
        (
            LOOP,
            LOOP.replace("range(rewards.shape[1] - 2, -1, -1)", "range(1, rewards.shape[1])").replace("t + 1", "t - 1"),
        ),
    ),
    message="The recursion runs forwards: it adds up what has been paid so far. Asked for is what is still to come.",
    question="Can the action at time 3 have had an influence on the reward at time 1?",
)
returns.another_form("discounts_the_past", edit=(POWERS, f"({POWERS})[::-1]"))
returns.another_form(
    "discounts_the_past",
    edit=(
        LOOP,
        LOOP.replace("range(rewards.shape[1] - 2, -1, -1)", "range(1, rewards.shape[1])").replace("t + 1", "t - 1"),
    ),
)
returns.misconception(
    "full_return_at_every_time",
    edit=(
        LOOP,
        f"    return np.repeat(({SCALED}).sum(axis=1, keepdims=True), rewards.shape[1], axis=1).astype(rewards.dtype)",
    ),
    message="Every time is given the return of the whole episode, rewards from before it included.",
    question="The reward at time 0 is paid before the action at time 3 is chosen. What does it say about that action?",
)
returns.misconception(
    "discounted_from_the_start",
    edit=(LOOP, f"    scaled = {SCALED}\n    return scaled[:, ::-1].cumsum(axis=1)[:, ::-1].astype(rewards.dtype)"),
    message="The reward-to-go is discounted from time 0 on; the reward at t should have the factor 1 in G_t.",
    question="For rewards 0, 0, 1 and γ = ½: what is still to come at time 2, and what at time 1?",
)
returns.misconception(
    "divides_by_powers_of_gamma",
    edit=(
        LOOP,
        f"    scaled = {SCALED}\n    to_go = scaled[:, ::-1].cumsum(axis=1)[:, ::-1]\n"
        f"    return (to_go / {POWERS}).astype(rewards.dtype)",
    ),
    message="Discounted sums are divided by γ^t, which is 0 for γ = 0 and becomes 0 in a long episode.",
    question="Can G_t be computed from r_t and G_{t+1} alone?",
)
returns.misconception(
    "leaves_out_the_present_reward",
    edit=("    return returns", "    return returns - rewards"),
    message="The reward-to-go starts with the next reward: the reward that the action itself was paid is missing.",
    question="r_t is paid for the action at time t. Should that action be credited with it?",
)
returns.another_form(
    "leaves_out_the_present_reward",
    edit=("    return returns", "    return np.append(returns[:, 1:], np.zeros_like(returns[:, :1]), axis=1)"),
)
returns.misconception(
    "one_step_only",
    edit=(STEP, "returns[:, t] += gamma * rewards[:, t + 1]"),
    message="Each reward is joined by the next one only, not by all that follow.",
    question="Which return does the recursion need at t + 1: the reward there, or what is to come from there on?",
)
returns.misconception(
    "mean_instead_of_sum",
    edits=(
        (SUM, SUM.replace("@ powers", "@ powers / rewards.shape[1]")),
        ("    return returns", "    return (returns / np.arange(rewards.shape[1], 0, -1)).astype(rewards.dtype)"),
    ),
    message="Rewards are averaged over time. A return is their sum, so longer episodes can have larger ones.",
    question="What is the return of four rewards of 1 at γ = 1?",
)
returns.another_form("mean_instead_of_sum", edit=(SUM, SUM.replace("@ powers", "@ powers / rewards.shape[1]")))
returns.another_form(
    "mean_instead_of_sum",
    edits=(
        (SUM, SUM.replace("@ powers", "@ powers / rewards.shape[1]")),
        ("    return returns", "    return (returns / rewards.shape[1]).astype(rewards.dtype)"),
    ),
)
returns.misconception(
    "adds_over_the_batch",
    edits=(
        (SUM, "(rewards.T * powers[:, None]).sum(axis=1)[: len(rewards)].astype(rewards.dtype)"),
        (
            LOOP,
            LOOP.replace("rewards.shape[1] - 2", "len(rewards) - 2")
            .replace("[:, t]", "[t]")
            .replace("[:, t + 1]", "[t + 1]"),
        ),
    ),
    message="Rewards of different episodes are added up. Time is the second axis; episodes have nothing to do with "
    "each other.",
    question="How many returns should rewards of shape (3, 6) give?",
)
returns.another_form(
    "adds_over_the_batch",
    edit=(SUM, "(rewards * gamma ** np.arange(len(rewards))[:, None]).sum(axis=0).astype(rewards.dtype)"),
)
returns.another_form(
    "adds_over_the_batch",
    edit=(
        LOOP,
        LOOP.replace("rewards.shape[1] - 2", "len(rewards) - 2")
        .replace("[:, t]", "[t]")
        .replace("[:, t + 1]", "[t + 1]"),
    ),
)
returns.another_form("adds_over_the_batch", edit=(SUM, "(rewards * powers).sum(axis=0).astype(rewards.dtype)"))
returns.another_form(
    "adds_over_the_batch",
    edits=(
        (f"    {POWERS_LINE}\n    return {SUM}", "    return rewards_to_go(rewards, gamma)[:, 0].copy()"),
        (
            LOOP,
            """    returns = rewards.ravel().copy()
    for t in range(len(returns) - 2, -1, -1):
        returns[t] += gamma * returns[t + 1]
    return returns.reshape(rewards.shape)""",
        ),
    ),
)
returns.misconception(
    "one_number_for_the_batch",
    edit=(SUM, SUM.replace("(rewards @ powers)", "(rewards @ powers).sum()")),
    message="The returns of all episodes are added up to one number.",
    question="How many returns should rewards of shape (3, 6) give?",
)
returns.misconception(
    "always_double_precision",
    edits=((SUM, "rewards @ powers"), ("rewards.copy()", "rewards.astype(np.float64)")),
    message="The returns are float64 whatever the dtype of the rewards.",
    question="Which dtype has the product of a float32 array and a float64 array?",
)
returns.another_form("always_double_precision", edit=(SUM, "rewards @ powers"))
returns.another_form("always_double_precision", edit=("rewards.copy()", "rewards.astype(np.float64)"))
returns.misconception(
    "works_in_place",
    edit=("rewards.copy()", "rewards"),
    message="The returns are written over the rewards, so the caller's array changes.",
    question="After `returns = rewards`, how many arrays are there?",
)
returns.another_form(
    "works_in_place", edit=(SUM, "np.multiply(rewards, powers, out=rewards, casting='same_kind').sum(axis=1)")
)
