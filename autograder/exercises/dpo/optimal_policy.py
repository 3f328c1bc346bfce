"""Judgement of `dpo.optimal_policy`: the policy that is best for a reward and a price, where all texts can be listed.

Rafailov et al. 2023, equation 4. The oracle goes through one prompt and one completion at a time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, same_type
from autograder.submission import Submission

from .inputs import DTYPES, SINGLE, numbers, otherwise_laid_out, unchanged

optimal_policy = Judgement(
    "dpo.optimal_policy",
    hints=(
        "Take one prompt with two completions. Which of both does π* like better than π_ref did, and by which factor?",
        "Take the logarithm of π* = π_ref · exp(r / β) / Z. The product becomes a sum, and Z a number for each prompt.",
        "Z is what makes the probabilities of one prompt's completions add up to 1. Which axis are the completions?",
        "For a small β, exp(r / β) is infinite. `torch.logsumexp` gives the logarithm of a sum of exponentials without "
        "computing any of them. The maximum is β times that.",
    ),
)
NAME = "optimal_policy"
Inputs = tuple[Tensor, Tensor, float]


def by_definition(ref: Tensor, rewards: Tensor, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """log π* and β · log Z in double precision."""
    prompts, completions = ref.shape
    log_probs, maxima = np.full((prompts, completions), -math.inf), np.zeros(prompts)
    for x in range(prompts):
        worth = {y: float(ref[x, y]) + float(rewards[x, y]) / beta for y in range(completions) if ref[x, y] > -math.inf}
        largest = max(worth.values())
        log_z = largest + math.log(sum(math.exp(value - largest) for value in worth.values()))
        maxima[x] = beta * log_z
        for y, value in worth.items():
            log_probs[x, y] = value - log_z
    return log_probs, maxima


def draw(
    rng: np.random.Generator,
    beta: float,
    prompts: int = 3,
    completions: int = 5,
    dtype: torch.dtype = SINGLE,
) -> Inputs:
    ref = (1.5 * numbers(rng, prompts, completions, dtype=torch.float64)).log_softmax(dim=1).to(dtype)
    return ref, numbers(rng, prompts, completions, dtype=dtype) + 0.5, beta


def compared(s: Submission, where: str, given: Inputs, precision: torch.dtype = SINGLE) -> Iterator[Observation]:
    ref, rewards, beta = given
    found = s.call(NAME, *given)
    log_probs, maxima = found if isinstance(found, list | tuple) and len(found) == 2 else (None, None)
    right, best = by_definition(*given)
    size = 10.0 + float(rewards.abs().max()) / beta
    yield same_type(f"log π* {where}", log_probs, ref)
    yield close(f"log π* {where}", log_probs, right, magnitude=size, precision=precision)
    yield same_type(f"the maximum {where}", maxima, ref[:, 0])
    yield close(f"the maximum {where}", maxima, best, magnitude=beta * size, precision=precision)


@optimal_policy.check(weight=4)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """log π* is log π_ref + r / β − log Z for each completion, and the maximum β · log Z for each prompt."""
    for beta, shape in ((0.5, (3, 5)), (2.5, (6, 4)), (float(rng.uniform(0.2, 3.0)), (4, 4))):
        yield from compared(s, "of several prompts", draw(rng, beta, *shape))


@optimal_policy.check(weight=2)
def leaves_the_reference_where_nothing_is_gained(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where all completions of a prompt earn the same, π* is π_ref, and the maximum is that reward."""
    ref, rewards, beta = draw(rng, float(rng.uniform(0.3, 2.0)))
    yield from compared(s, "of equal rewards", (ref, rewards[:, :1].expand_as(rewards).contiguous(), beta))


@optimal_policy.check(weight=2)
def writes_nothing_that_the_reference_never_writes(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A completion with log-prob −inf under the reference keeps it, whatever it would earn."""
    ref, rewards, beta = draw(rng, float(rng.uniform(0.3, 2.0)), 4, 5)
    never = torch.zeros(ref.shape, dtype=torch.bool)
    for row in range(len(ref)):
        never[row, torch.from_numpy(rng.permutation(5)[: 1 + row])] = True  # the last prompt has one completion left
    ref = ref.double().masked_fill(never, -math.inf).log_softmax(dim=1).float()
    yield from compared(s, "with completions that are never written", (ref, rewards + 3.0 * never, beta))


@optimal_policy.check(weight=2)
def stays_finite_at_a_small_price(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """For rewards of many β above or below 0, where exp(r / β) would be infinite or 0, the result is as exact."""
    for sign in (1.0, -1.0):
        ref, rewards, _ = draw(rng, 1.0)
        given = (ref, rewards + sign * 20.0, float(rng.uniform(0.01, 0.02)))
        yield from compared(s, "at a small price", given)


@optimal_policy.check()
def takes_any_table(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """One prompt, one completion, float64 and any memory layout; the results have the dtype of the inputs."""
    for shape in ((1, 4), (3, 1), (1, 1)):
        yield from compared(s, "of a small table", draw(rng, 0.7, *shape))
    for dtype in DTYPES:
        ref, rewards, beta = draw(rng, 0.7, dtype=dtype)
        given = (otherwise_laid_out(ref), otherwise_laid_out(rewards), beta)
        yield from compared(s, f"in {str(dtype).removeprefix('torch.')}", given, dtype)


@optimal_policy.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Log-probs and rewards are not changed."""
    ref, rewards, beta = draw(rng, 0.7)
    inputs = {"ref_log_probs": ref, "rewards": rewards}
    yield from unchanged(s, inputs, lambda held: s.call(NAME, *held, beta))


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    optimal_policy.misconception(identity, edits=edits, message=message, question=question)


def also(identity: str, *edits: tuple[str, str]) -> None:
    optimal_policy.another_form(identity, edits=edits)


TILTED = "ref_log_probs + rewards / beta"
LOG_Z = "tilted.logsumexp(1, keepdim=True)"
RETURNED = "return tilted - log_z, beta * log_z.squeeze(1)"
WORTH = "beta * log_z.squeeze(1)"

mistake(
    "multiplied_by_beta",
    "The rewards are multiplied by β: a higher price for the distance would send the policy further away.",
    "What should π* become as β grows without end?",
    (TILTED, "ref_log_probs + rewards * beta"),
)
mistake(
    "price_ignored",
    "β has no influence on π*.",
    "What should π* become as β grows without end, and what for a β near 0?",
    (TILTED, "ref_log_probs + rewards"),
)
mistake(
    "reference_ignored",
    "The reference is left out: that is the softmax of the rewards, the best policy for a *uniform* reference.",
    "What should π* be if all completions earn the same?",
    (TILTED, "rewards / beta"),
)
mistake(
    "reference_priced_too",
    "The reference's log-probs are divided by β too; only the rewards are.",
    "What should π* be if all completions earn the same?",
    (TILTED, "(ref_log_probs + rewards) / beta"),
)
mistake(
    "reward_subtracted",
    "The policy moves away from what earns most.",
    "Which sign has the reward in the objective?",
    (TILTED, "ref_log_probs - rewards / beta"),
)
mistake(
    "normalised_over_prompts",
    "The sum goes over the prompts: the probabilities of one completion add up to 1 over all prompts.",
    "Between what does a policy choose: prompts or completions?",
    (LOG_Z, "tilted.logsumexp(dim=0, keepdim=True)"),
    (RETURNED, "return tilted - log_z, beta * log_z.squeeze(0)"),
)
mistake(
    "normalised_over_everything",
    "There is one Z for all prompts together; every prompt has its own.",
    "What do the probabilities of one prompt's completions have to add up to?",
    (LOG_Z, "tilted.logsumexp(dim=(0, 1), keepdim=True)"),
    (WORTH, "beta * log_z.squeeze(1).expand(len(tilted))"),
)
also(
    "normalised_over_everything",
    (LOG_Z, "tilted.logsumexp(dim=(0, 1), keepdim=True)"),
)
mistake(
    "not_normalised",
    "The probabilities are not divided by Z: they do not add up to 1.",
    "What do the probabilities of one prompt's completions have to add up to?",
    ("return tilted - log_z", "return tilted"),
)
mistake(
    "exponentials_overflow",
    "exp(r / β) is computed. For a small β that is infinite, or 0 for all completions.",
    "What is exp(1000) in float32, and what is log(exp(1000))?",
    (LOG_Z, "tilted.exp().sum(dim=1, keepdim=True).log()"),
)
also("exponentials_overflow", (LOG_Z, "(ref_log_probs.exp() * (rewards / beta).exp()).sum(dim=1, keepdim=True).log()"))
also(
    "exponentials_overflow",
    (RETURNED, "z = tilted.exp().sum(dim=1)\n    return (tilted.exp() / z[:, None]).log(), beta * z.log()"),
)
mistake(
    "probabilities_for_log_probs",
    "The first result are probabilities; asked for are their logarithms.",
    "What is the logarithm of a probability at most?",
    ("return tilted - log_z", "return (tilted - log_z).exp()"),
)
mistake(
    "log_z_without_beta",
    "The maximum lacks the factor β: log Z is a number of nats, not of reward.",
    "If all completions earn c, what is the maximum, and what is log Z?",
    (WORTH, "log_z.squeeze(1)"),
)
mistake(
    "z_for_its_logarithm",
    "The second result is β · Z, or Z, without the logarithm.",
    "If all completions earn 0, π* is π_ref. What is the objective there, and what is Z?",
    (WORTH, "beta * log_z.squeeze(1).exp()"),
)
also("z_for_its_logarithm", (WORTH, "log_z.squeeze(1).exp()"))
mistake(
    "reward_without_the_price",
    "The second result is the expected reward alone: the price of the distance has not been taken off.",
    "What is maximised: E[r], or E[r] − β · KL?",
    (WORTH, "((tilted - log_z).exp() * rewards).sum(dim=1)"),
)
mistake(
    "worth_of_the_reference",
    "The second result is what the reference earns; π* does better.",
    "Under which policy is the expectation to be taken?",
    (WORTH, "(ref_log_probs.exp() * rewards).sum(dim=1)"),
)
mistake(
    "largest_reward",
    "The second result is the largest reward. To write it always costs β · KL, and the reference may never write it.",
    "Which policy has that expected reward, and how far is it from the reference?",
    (WORTH, "rewards.amax(dim=1)"),
)
mistake(
    "keeps_an_axis",
    "The maxima are (prompts, 1); one number for each prompt is (prompts,).",
    "What does `keepdim=True` do?",
    (WORTH, "beta * log_z"),
)
