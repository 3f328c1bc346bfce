"""Judgement of `dpo.implicit_rewards`: the reward that a policy is the best for, and what it says of pairs.

Rafailov et al. 2023, equation 5 without the part of the prompt. The oracle takes one text at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, same_type
from autograder.submission import Submission

from .implicit_rewards_misconceptions import add_misconceptions
from .inputs import DTYPES, SINGLE, LogProbs, numbers, otherwise_laid_out, unchanged

implicit_rewards = Judgement(
    "dpo.implicit_rewards",
    hints=(
        "Solve log π* = log π_ref + r / β − log Z for r. What is left if the part that depends on the prompt alone is "
        "dropped?",
        "The reference is a fixed point of view: `ref_log_probs.detach()` makes it plain numbers. The policy's "
        "log-probs keep their gradient, for the loss of the next exercise.",
        "For the four numbers, compute the rewards of the chosen and of the rejected texts, and their difference for "
        "each pair.",
        "A margin above 0 counts 1, one of exactly 0 counts ½, one below 0 counts 0: half the sign, plus ½. `.item()` "
        "makes a float of Python.",
    ),
)
REWARDS, NUMBERS = "implicit_rewards", "preference_numbers"
KEYS = ("accuracy", "chosen_reward", "margin", "rejected_reward")


def right_numbers(pairs: LogProbs, beta: float) -> dict[str, float]:
    """The four numbers in double precision, pair by pair."""
    found = dict.fromkeys(KEYS, 0.0)
    count = len(pairs.chosen)
    for chosen, rejected in pairs.differences():
        found["chosen_reward"] += beta * chosen / count
        found["rejected_reward"] += beta * rejected / count
        found["margin"] += beta * (chosen - rejected) / count
        found["accuracy"] += (1.0 if chosen > rejected else 0.5 if chosen == rejected else 0.0) / count
    return found


def compared(s: Submission, where: str, pairs: LogProbs, beta: float) -> Iterator[Observation]:
    got = s.call(NUMBERS, *pairs.arguments(), beta)
    yield identical(f"the names {where}", sorted(got) if isinstance(got, dict) else [], list(KEYS))
    for name, right in right_numbers(pairs, beta).items():
        at = f"{name} {where}"
        size = 1.0 if name == "accuracy" else 50.0 * beta
        yield close(at, got[name], right, roundings=64, magnitude=size, precision=SINGLE)
    # After the values, which say more of what was misunderstood.
    others = [name for name in KEYS if not isinstance(got[name], float)]
    text = f"{' and '.join(others)} {where}: not a float of Python"
    yield holds(f"the types of the numbers {where}", not others, text)


@implicit_rewards.check(weight=3)
def is_the_reward_of_each_text(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The implicit reward of a text is β · (log π − log π_ref), be it above or below 0."""
    for beta in (0.1, float(rng.uniform(0.5, 3.0))):
        pairs = LogProbs.draw(rng, 6)
        got = s.call(REWARDS, pairs.chosen, pairs.ref_chosen, beta)
        yield same_type("the rewards", got, pairs.chosen)
        right = np.array([beta * difference for difference, _ in pairs.differences()])
        yield close("the rewards", got, right, magnitude=50.0 * beta, precision=SINGLE)


@implicit_rewards.check(weight=2)
def has_a_gradient_for_the_policy_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Its derivative by the policy's log-prob is β; none goes to the reference, even if that asks for one."""
    pairs, beta, weights = LogProbs.draw(rng, 5), float(rng.uniform(0.2, 2.0)), numbers(rng, 5)
    _, [by_policy, by_ref] = s.vjp(REWARDS, pairs.chosen, pairs.ref_chosen, beta, wrt=[0, 1], cotangent=weights)
    yield holds("a gradient by the policy", by_policy is not None, "no gradient comes to the policy's log-probs")
    yield close("the gradient by the policy", by_policy, beta * weights.double().numpy(), precision=SINGLE)
    still = by_ref is None or not bool(by_ref.any() | by_ref.isnan().any())
    yield holds("a gradient by the reference", still, "a gradient comes from the rewards to the reference's log-probs")


@implicit_rewards.check(weight=3)
def tells_of_pairs(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The numbers are the mean rewards, their mean difference, and the share of pairs with a margin above 0."""
    for beta, count in ((0.1, 7), (float(rng.uniform(0.5, 3.0)), 6), (1.5, 1)):
        yield from compared(s, "of pairs", LogProbs.draw(rng, count), beta)
    # Both texts have become less likely, the rejected ones more so: the accuracy is high all the same.
    pairs = LogProbs.draw(rng, 6)
    fallen = {"chosen": pairs.ref_chosen - 2.0, "rejected": pairs.ref_rejected - 2.1 - numbers(rng, 6).abs()}
    yield from compared(s, "where both have fallen", replace(pairs, **fallen), 0.5)


@implicit_rewards.check(weight=2)
def counts_a_tie_as_half(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At the start, where the policy is the reference, all rewards are 0 and the accuracy is ½."""
    pairs = LogProbs.draw(rng, 5)
    at_start = replace(pairs, chosen=pairs.ref_chosen, rejected=pairs.ref_rejected)
    yield from compared(s, "at the start", at_start, 0.3)
    # Two pairs of five have moved the right way, the others nowhere.
    ahead = torch.where(torch.arange(5) < 2, pairs.ref_chosen + 3.0, pairs.ref_chosen)
    yield from compared(s, "where some have moved", replace(at_start, chosen=ahead), 0.3)


@implicit_rewards.check()
def takes_other_tensors(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Float64 and any memory layout; the rewards have the dtype of the log-probs."""
    for dtype in DTYPES:
        pairs = LogProbs(*map(otherwise_laid_out, LogProbs.draw(rng, 4, dtype).arguments()))
        got = s.call(REWARDS, pairs.chosen, pairs.ref_chosen, 0.25)
        yield same_type("the rewards", got, pairs.chosen)
        right = np.array([0.25 * difference for difference, _ in pairs.differences()])
        yield close("the rewards", got, right, magnitude=12.0, precision=dtype)
        yield from compared(s, f"in {str(dtype).removeprefix('torch.')}", pairs, 0.25)


@implicit_rewards.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The log-probs are not changed."""
    pairs = LogProbs.draw(rng, 4)
    both = {"log_probs": pairs.chosen, "ref_log_probs": pairs.ref_chosen}
    yield from unchanged(s, both, lambda held: s.call(REWARDS, *held, 0.5))
    yield from unchanged(s, pairs.named(), lambda held: s.call(NUMBERS, *held, 0.5))


add_misconceptions(implicit_rewards)
