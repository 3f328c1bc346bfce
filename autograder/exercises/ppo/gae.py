"""Judgement of `ppo.gae`: advantages of rollouts in which episodes end in two ways.

Symbols: δ_t = r_t + γ·V′_t − V_t, where V′_t is 0 after a termination; A_t sums (γλ)^k·δ_{t+k} up to the first end. The
oracle takes one advantage at a time and walks forward from it. Rollouts are as they are when values come from one
function: where a step does not end its episode, `next_values[t]` is `values[t + 1]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, same_type
from autograder.submission import Submission

from .inputs import unchanged

gae = Judgement(
    "ppo.gae",
    hints=(
        "Take three steps of one environment, the second of which terminates. Write down the three advantages by hand. "
        "Which of them does the third reward reach?",
        "There are two questions at every step, and two flags to answer them. What is what follows worth (δ)? And does "
        "the next row belong to the same episode (the recursion)? A truncation answers them differently.",
        "`np.where(terminated, 0.0, next_values)` is what follows each step. The recursion is multiplied by 0 wherever "
        "`terminated | truncated`.",
        "Compute all δ at once. Then go backwards: `for t in reversed(range(len(rewards)))`, and keep the advantages "
        "of step t + 1, one for each environment, which begin at 0.",
        "`following = deltas[t] + decay[t] * following; advantages[t] = following`, where decay is γλ or 0.",
    ),
)
NAME = "gae"
INPUTS = ("rewards", "values", "next_values", "terminated", "truncated")


@dataclass(frozen=True)
class Rollout:
    """What `gae` is given."""

    rewards: np.ndarray
    values: np.ndarray
    next_values: np.ndarray
    terminated: np.ndarray
    truncated: np.ndarray
    gamma: float
    lam: float

    def arguments(self) -> tuple[Any, ...]:
        return (*(getattr(self, name) for name in INPUTS), self.gamma, self.lam)


def draw(rng: np.random.Generator, steps: int, envs: int, ends: float = 0.3) -> Rollout:
    """A rollout whose steps end with probability `ends`, in either way or in both at once; no end if that is 0."""
    shape = (steps, envs)
    terminated, truncated = rng.random((2, *shape)) < ends / 2
    if ends and steps > 3 and envs > 1:  # each way alone, where something comes before and after
        early, late = rng.permutation(np.arange(1, steps - 1))[:2]
        terminated[early, 0] = truncated[late, -1] = True
        terminated[late, -1] = truncated[early, 0] = False
    values, fresh = rng.normal(0.0, 2.0, (2, *shape))
    follow = np.append(values[1:], fresh[-1:], axis=0)
    next_values = np.where(terminated | truncated, fresh, follow)
    gamma, lam = (float(number) for number in rng.uniform(0.8, 0.97, size=2))
    return Rollout(rng.standard_normal(shape), values, next_values, terminated, truncated, gamma, lam)


def by_definition(given: Rollout) -> tuple[np.ndarray, np.ndarray]:
    """The advantages, each by its own sum, and the sums of the terms' sizes, by which rounding is measured."""
    r, v, after = (np.asarray(x, dtype=float) for x in (given.rewards, given.values, given.next_values))
    advantages, sizes = np.zeros(r.shape), np.zeros(r.shape)
    for start, env in np.ndindex(r.shape):
        weight = 1.0
        for t in range(start, len(r)):
            follows = 0.0 if given.terminated[t, env] else given.gamma * after[t, env]
            advantages[start, env] += weight * (r[t, env] + follows - v[t, env])
            sizes[start, env] += weight * (abs(r[t, env]) + abs(follows) + abs(v[t, env]))
            if given.terminated[t, env] or given.truncated[t, env]:
                break
            weight *= given.gamma * given.lam
    return advantages, sizes


def compared(where: str, got: Any, given: Rollout) -> Observation:
    """The advantages beside their definition, to the rounding of the rewards' dtype."""
    expected, sizes = by_definition(given)
    return close(f"the advantages {where}", got, expected, magnitude=sizes, precision=given.rewards.dtype)


@gae.check()
def without_an_end(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where no episode ends, A_t is the sum of (γλ)^k·δ_{t+k} over the rest of the rollout."""
    for given in (draw(rng, 6, 1, ends=0.0), draw(rng, 5, 3, ends=0.0)):
        yield compared("without an end", s.call(NAME, *given.arguments()), given)


@gae.check(weight=2)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With ends of both kinds in any place, each A_t is the sum of (γλ)^k·δ_{t+k} up to the first end."""
    cases = [draw(rng, steps, envs) for steps, envs in ((6, 2), (9, 4), (4, 5))]
    for given, got in zip(cases, s.each(NAME, [given.arguments() for given in cases]), strict=True):
        yield compared("of a rollout with ends", got, given)


@gae.check(weight=2)
def both_ends_of_lambda(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At λ = 0 it is the TD error; at λ = 1, A + V is the discounted sum of rewards and of the value at the end."""
    errors, sums = replace(draw(rng, 6, 3), lam=0.0), replace(draw(rng, 7, 2), lam=1.0)
    followed = np.where(errors.terminated, 0.0, errors.next_values)
    expected = errors.rewards + errors.gamma * followed - errors.values
    sizes = by_definition(errors)[1]
    yield close("the advantages at λ = 0", s.call(NAME, *errors.arguments()), expected, magnitude=sizes)
    returns = np.zeros(sums.rewards.shape)
    for t, env in reversed(list(np.ndindex(returns.shape))):
        last = t == len(returns) - 1 or sums.terminated[t, env] or sums.truncated[t, env]
        follows = sums.next_values[t, env] if last else returns[t + 1, env]
        returns[t, env] = sums.rewards[t, env] + sums.gamma * (0.0 if sums.terminated[t, env] else follows)
    sizes = by_definition(sums)[1]
    yield close("the advantages at λ = 1", s.call(NAME, *sums.arguments()), returns - sums.values, magnitude=sizes)


@gae.check(weight=2)
def nothing_comes_after_a_termination(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What follows a termination, rewards and values of thousands, changes no advantage before it."""
    for _ in range(2):
        given, end = draw(rng, 8, 2, ends=0.0), int(rng.integers(2, 5))
        given.terminated[end] = True
        given.next_values[end] = 1000.0  # of the last observation
        for array in (given.rewards, given.values, given.next_values):
            array[end + 1 :] += 2000.0
        expected, sizes = by_definition(given)
        got = s.call(NAME, *given.arguments())
        yield close("the advantages before a termination", got[: end + 1], expected[: end + 1], magnitude=sizes.min())
        yield compared("on both sides of a termination", got, given)


@gae.check(weight=2)
def a_value_stands_for_what_was_cut_off(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At a truncation the value of the last observation counts, and nothing of the episode after it."""
    for _ in range(2):
        given, end = draw(rng, 8, 2, ends=0.0), int(rng.integers(2, 5))
        given.truncated[end] = True
        given.next_values[end] = rng.uniform(5.0, 10.0, size=2)
        for array in (given.rewards, given.values, given.next_values):
            array[end + 1 :] += 2000.0
        expected, sizes = by_definition(given)
        got = s.call(NAME, *given.arguments())
        yield close("the advantages before a truncation", got[: end + 1], expected[: end + 1], magnitude=sizes.min())
        yield compared("on both sides of a truncation", got, given)


@gae.check()
def smallest_cases(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """One step, one environment, γ of 0 or 1, and both flags at once, which is a termination."""
    both = draw(rng, 5, 2, ends=0.0)
    both.terminated[2] = both.truncated[2] = True
    cases = {
        "of one step": draw(rng, 1, 4),
        "of one step of one environment": draw(rng, 1, 1, ends=0.0),
        "of one environment": draw(rng, 7, 1),
        "at γ = 0": replace(draw(rng, 5, 2), gamma=0.0),
        "at γ = λ = 1": replace(draw(rng, 5, 2), gamma=1.0, lam=1.0),
        "where every step ends": draw(rng, 4, 3, ends=2.0),
        "where both flags are set": replace(both, next_values=both.next_values + 3.0 * both.terminated),
    }
    for (where, given), got in zip(cases.items(), s.each(NAME, [x.arguments() for x in cases.values()]), strict=True):
        yield compared(where, got, given)


@gae.check()
def keeps_shape_and_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The advantages have the shape and dtype of the rewards, float32 or float64, whatever the memory layout."""
    for dtype in (np.float64, np.float32):
        given = draw(rng, 6, 3)
        rewards, values, next_values = (getattr(given, name).astype(dtype) for name in INPUTS[:3])
        given = replace(given, rewards=rewards, values=values, next_values=next_values)
        got = s.call(NAME, *given.arguments())
        yield same_type(f"the advantages of {given.rewards.dtype} rewards", got, given.rewards)
        yield compared(f"of {given.rewards.dtype} rewards", got, given)
        fortran = [np.asfortranarray(getattr(given, name)) for name in INPUTS]
        got = s.call(NAME, *fortran, gamma=given.gamma, lam=given.lam)
        yield compared("of arrays in Fortran's layout", got, given)


@gae.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Rewards, values and flags are not changed."""
    given = draw(rng, 6, 3)
    arrays = {name: getattr(given, name) for name in INPUTS}
    yield unchanged(s, NAME, arrays, given.gamma, given.lam)


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    gae.misconception(identity, edits=edits, message=message, question=question)


FOLLOWS, ENDED = "np.where(terminated, 0.0, next_values)", "terminated | truncated"
DECAY = f"np.where({ENDED}, 0.0, gamma * lam)"
FIRST = "    deltas = rewards"
NO_FLAG = "np.zeros_like(terminated[:1])"

mistake(
    "ends_ignored",
    "The flags have no effect: rewards of the next episode reach the advantages of the one before.",
    "An episode ends, and the next one in this environment begins. Is the old action to be praised for its rewards?",
    (FOLLOWS, "next_values"),
    (DECAY, "np.full(rewards.shape, gamma * lam)"),
)
mistake(
    "masks_only_delta",
    "The flag is in δ but not in the recursion: after an end, the advantages of the next episode flow back over it.",
    "A_{t+1} is the next row. If step t ended its episode, whose advantage is that?",
    (DECAY, "np.full(rewards.shape, gamma * lam)"),
)
mistake(
    "termination_as_truncation",
    "After a termination the value of the last observation is counted, as if the task went on.",
    "The pole has fallen. What is all that can still come worth?",
    (FOLLOWS, "next_values"),
)
mistake(
    "truncation_as_termination",
    "A truncation is handled as a termination: δ lacks γ·V of the last observation, as if nothing could follow.",
    "The time limit has struck while all went well. Was the state that the episode stopped in worth nothing?",
    (FOLLOWS, f"np.where({ENDED}, 0.0, next_values)"),
)
mistake(
    "truncation_not_cut",
    "The recursion runs on over a truncation, into another episode.",
    "After a time limit, does row t + 1 go on with the same episode?",
    (DECAY, "np.where(terminated, 0.0, gamma * lam)"),
)
mistake(
    "truncated_wins",
    "Where both flags are set the step is taken for a truncation; it is a termination.",
    "The pole falls in the very last step that the time limit allows. Would the task have gone on?",
    (FOLLOWS, "np.where(terminated & ~truncated, 0.0, next_values)"),
)
mistake(
    "value_of_the_reset_state",
    "What follows a truncated step is taken from the next row of `values`, but that row is the next episode's start.",
    "After a reset, `values[t + 1]` is the value of which observation? Which one did step t lead to?",
    (FOLLOWS, "np.where(terminated, 0.0, np.append(values[1:], next_values[-1:], axis=0))"),
)
mistake(
    "done_shifted",
    "The flags are read one row off: the end of step t acts on another step.",
    "`terminated[t]` speaks of step t itself. Which δ and which A_{t+1} does it concern?",
    (
        FIRST,
        f"    terminated = np.append({NO_FLAG}, terminated[:-1], axis=0)\n"
        f"    truncated = np.append({NO_FLAG}, truncated[:-1], axis=0)\n{FIRST}",
    ),
)
gae.another_form(
    "done_shifted",
    edit=(
        FIRST,
        "    terminated = np.append(terminated[1:], terminated[-1:], axis=0)\n"
        f"    truncated = np.append(truncated[1:], truncated[-1:], axis=0)\n{FIRST}",
    ),
)
gae.another_form(
    "done_shifted",
    edit=(
        FIRST,
        f"    terminated = np.append(terminated[1:], {NO_FLAG}, axis=0)\n"
        f"    truncated = np.append(truncated[1:], {NO_FLAG}, axis=0)\n{FIRST}",
    ),
)
gae.another_form(
    "done_shifted",
    edits=((f"where({ENDED}", f"where(np.append(({ENDED})[1:], {NO_FLAG}, axis=0)"),),
)
gae.another_form(
    "done_shifted",
    edits=((f"where({ENDED}", f"where(np.append({NO_FLAG}, ({ENDED})[:-1], axis=0)"),),
)
mistake(
    "next_step_autoreset",
    "The row after an end is skipped, as if it were only a reset. Here it is the first real step of the next episode.",
    "Some vectorised environments spend a step on the reset, others reset within the step. Which ones are these?",
    (
        "    advantages = np.empty",
        f"    reset = np.append({NO_FLAG}, ({ENDED})[:-1], axis=0)\n"
        "    deltas, decay = np.where(reset, 0.0, deltas), np.where(reset, 0.0, decay)\n    advantages = np.empty",
    ),
)
mistake(
    "rollout_end_as_termination",
    "The last row of the rollout is handled as if the task ended there.",
    "The recording stops after the last step, but the episode goes on. Which number says what was still to come?",
    (FIRST, f"    terminated = np.append(terminated[:-1], ~{NO_FLAG}, axis=0)\n{FIRST}"),
)
mistake(
    "last_advantage_missing",
    "The advantages of the last row stay 0: the recursion begins one step too early.",
    "What is the advantage of the last step, written out?",
    ("range(len(rewards))", "range(len(rewards) - 1)"),
    ("np.empty_like(rewards)", "np.zeros_like(rewards)"),
)
mistake(
    "reward_of_another_step",
    "δ is computed with the reward of the step before or after.",
    "Which reward did the action at s_t earn?",
    ("deltas = rewards", "deltas = np.append(np.zeros_like(rewards[:1]), rewards[:-1], axis=0)"),
)
for shifted in (
    "np.append(rewards[1:], np.zeros_like(rewards[:1]), axis=0)",
    "np.roll(rewards, 1, axis=0)",
    "np.roll(rewards, -1, axis=0)",
):
    gae.another_form("reward_of_another_step", edit=("deltas = rewards", f"deltas = {shifted}"))
mistake(
    "lambda_left_out",
    "The recursion decays by γ alone, so that λ has no effect: this is the case of λ = 1.",
    "By which factor does the weight of δ fall for each step that it lies ahead?",
    ("gamma * lam)", "gamma)"),
)
mistake(
    "gamma_left_out",
    "The recursion decays by λ alone: γ is missing there.",
    "By which factor does the weight of δ fall for each step that it lies ahead?",
    ("gamma * lam)", "lam)"),
)
mistake(
    "undiscounted_delta",
    "γ is missing in δ: the value of what follows is a step away and has to be discounted once.",
    "If V is right everywhere, δ should be 0 on average. Write V(s_t) in terms of V(s_{t+1}).",
    ("gamma * np.where", "np.where"),
)
mistake(
    "gamma_and_lambda_swapped",
    "γ and λ have changed places: δ discounts by λ.",
    "Which of the two belongs to the task, and which to the estimator?",
    (FIRST, f"    gamma, lam = lam, gamma\n{FIRST}"),
)
mistake(
    "value_not_subtracted",
    "δ lacks −V(s_t): this measures how good the state is, not how much better the action was than expected.",
    "An action leads where every action would have led. What is its advantage?",
    (f"{FOLLOWS} - values", FOLLOWS),
)
mistake(
    "returns_for_advantages",
    "The values are added again: these are the returns that the value function is trained on.",
    "What is A + V, and which of the two is asked for?",
    ("return advantages", "return advantages + values"),
)
mistake(
    "runs_forward",
    "The recursion runs from the first step to the last, so that each advantage holds the past and not the future.",
    "Which of A_{t−1} and A_{t+1} does A_t depend on?",
    ("reversed(range(len(rewards)))", "range(len(rewards))"),
)
mistake(
    "runs_over_environments",
    "The recursion runs along the environments, not along the steps.",
    "Which axis is time, and which rows have nothing to do with each other?",
    (
        "    following = np.zeros(rewards.shape[1])",
        "    deltas, decay, advantages, rewards = deltas.T, decay.T, advantages.T, rewards.T\n"
        "    following = np.zeros(rewards.shape[1])",
    ),
    ("return advantages", "return advantages.T"),
)
mistake(
    "environments_in_one_row",
    "All environments are one long sequence, so the advantages of one flow into another.",
    "After `reshape(-1)` of (steps, envs), which entry follows on step 0 of environment 0?",
    (
        "    following = np.zeros(rewards.shape[1])",
        "    deltas, decay = deltas.reshape(-1, 1), decay.reshape(-1, 1)\n"
        "    advantages, rewards = advantages.reshape(-1, 1), rewards.reshape(-1, 1)\n"
        "    following = np.zeros(rewards.shape[1])",
    ),
    ("return advantages", "return advantages.reshape(values.shape)"),
)
gae.another_form(
    "environments_in_one_row",
    edits=(
        (
            "    following = np.zeros(rewards.shape[1])",
            "    deltas, decay = deltas.T.reshape(-1, 1), decay.T.reshape(-1, 1)\n"
            "    advantages, rewards = advantages.reshape(-1, 1), rewards.reshape(-1, 1)\n"
            "    following = np.zeros(rewards.shape[1])",
        ),
        ("return advantages", "return advantages.reshape(values.T.shape).T"),
    ),
)
mistake(
    "normalized_here",
    "The advantages are normalised already; that is another step, and one of each minibatch.",
    "What should A + V be at λ = 1? Is it still so?",
    ("return advantages", "return (advantages - advantages.mean()) / (advantages.std() + 1e-8)"),
)
gae.another_form(
    "normalized_here", edit=("return advantages", "return (advantages - advantages.mean()) / advantages.std()")
)
mistake(
    "always_double_precision",
    "The result is float64 whatever the dtype of the rewards.",
    "Which dtype has a loss in which one factor is float64?",
    ("np.empty_like(rewards)", "np.empty(rewards.shape)"),
)
mistake(
    "writes_to_its_inputs",
    "An input is written to: the caller's values are no longer what they were.",
    "What does the caller still need `values` and `next_values` for?",
    (FIRST, f"    next_values[terminated] = 0.0\n{FIRST}"),
)
gae.another_form("writes_to_its_inputs", edit=("deltas = rewards", "rewards -= values\n    deltas = values + rewards"))
gae.another_form("writes_to_its_inputs", edit=("np.empty_like(rewards)", "rewards"))
