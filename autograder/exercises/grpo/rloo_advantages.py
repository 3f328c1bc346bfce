"""Judgement of `grpo.rloo_advantages`: each reward beside the others of its group (Ahmadian et al. 2024, section 3).

The oracle lists the siblings of one text at a time, in double precision.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, same_type
from autograder.submission import Submission

from .texts import (
    DTYPES,
    draw_rewards,
    equal_rewards,
    numbers,
    otherwise_laid_out,
    unchanged,
    without_gradient,
)

rloo_advantages = Judgement(
    "grpo.rloo_advantages",
    hints=(
        "Take two prompts with three texts each. Write the six rewards in a row, and under each the mean of its two "
        "siblings.",
        "`rewards.reshape(-1, group)` has one row for each prompt, because the texts of a prompt stand side by side.",
        "The siblings' sum is the group's sum less the reward itself; there are group − 1 of them.",
        "The result has the shape of `rewards` again: `.flatten()`. `@torch.no_grad()` above the function makes it "
        "data.",
    ),
)
NAME = "rloo_advantages"
SIZES = ((3, 4), (1, 5), (5, 2), (2, 8))
"""Prompts and texts for each."""


def by_definition(rewards: Tensor, group: int) -> np.ndarray:
    """The advantages in double precision, one text at a time."""
    found = np.zeros(len(rewards))
    for i in range(len(rewards)):
        first = i - i % group
        siblings = [float(rewards[j]) for j in range(first, first + group) if j != i]
        found[i] = float(rewards[i]) - sum(siblings) / len(siblings)
    return found


@rloo_advantages.check(weight=4)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each advantage is the reward less the mean of the other rewards of its own group."""
    inputs = [(draw_rewards(rng, *size), size[1]) for size in SIZES]
    for given, got in zip(inputs, s.each(NAME, inputs), strict=True):
        where = f"the advantages of {len(given[0]) // given[1]} × {given[1]} texts"
        yield close(where, got, by_definition(*given), magnitude=8.0, precision=torch.float32)


@rloo_advantages.check(weight=2)
def has_a_baseline_of_its_own(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A text's own reward is not in its baseline: raised by 1, it raises its advantage by 1 and its siblings' less."""
    prompts, group = 3, int(rng.integers(3, 6))
    rewards = draw_rewards(rng, prompts, group)
    place = int(rng.integers(prompts * group))
    raised = rewards.clone()
    raised[place] += 1.0
    before, after = s.each(NAME, [(rewards, group), (raised, group)])
    yield same_type("the advantages", before, rewards)
    yield same_type("the advantages", after, rewards)
    expected = by_definition(raised, group) - by_definition(rewards, group)
    yield close(
        "the change of the advantages",
        after.double() - before.double(),
        expected,
        magnitude=8.0,
        precision=torch.float32,
    )


@rloo_advantages.check()
def says_nothing_of_equal_rewards(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where all rewards of a group are equal its advantages are 0, up to rounding, whatever the other groups have."""
    for group in (2, 7):
        rewards = torch.cat([draw_rewards(rng, 2, group), equal_rewards(rng, 3, group)])
        got = s.call(NAME, rewards, group)
        right = by_definition(rewards, group)
        yield close("the advantages beside equal rewards", got, right, magnitude=8.0, precision=torch.float32)


@rloo_advantages.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The advantages have the shape and dtype of the rewards, float32 or float64, whatever the layout in memory."""
    for dtype in DTYPES:
        rewards = draw_rewards(rng, 3, 4, dtype)
        got = s.call(NAME, otherwise_laid_out(rewards), 4)
        yield same_type("the advantages", got, rewards)
        yield close("the advantages", got, by_definition(rewards, 4), magnitude=8.0, precision=dtype)


@rloo_advantages.check()
def is_data(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """No gradient comes from the advantages to the rewards."""
    given = (draw_rewards(rng, 2, 3), 3)
    yield from without_gradient(s, NAME, given, {0: "rewards"}, "advantages", numbers(rng, 6))


@rloo_advantages.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The rewards are not changed."""
    yield from unchanged(s, {"rewards": draw_rewards(rng, 2, 4)}, lambda held: s.call(NAME, *held, 4))


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    rloo_advantages.misconception(identity, edits=edits, source=source, message=message, question=question)


def also(identity: str, *edits: tuple[str, str], source: str = "") -> None:
    rloo_advantages.another_form(identity, edits=edits, source=source)


GROUPED = "grouped = rewards.reshape(-1, group)"
OTHERS = "others = (grouped.sum(1, keepdim=True) - grouped) / (group - 1)"
RESULT = "return (grouped - others).flatten()"

mistake(
    "includes_itself",
    "The baseline is the mean of the whole group, the text's own reward included: every advantage is (n − 1)/n of what "
    "it should be.",
    "In a group of two, how far can a reward lie from a mean of which it is one half?",
    (OTHERS, "others = grouped.mean(dim=1, keepdim=True)"),
)
mistake(
    "divides_by_all",
    "The sum of the siblings is divided by the size of the group; there is one sibling less.",
    "How many siblings does a text have in a group of n?",
    (OTHERS, OTHERS.replace("(group - 1)", "group")),
)
mistake(
    "sum_of_the_siblings",
    "The siblings' rewards are summed and not divided: with a larger group, the baseline grows.",
    "What should the advantages be if all rewards of a group are 1?",
    (OTHERS, OTHERS.replace(" / (group - 1)", "")),
)
mistake(
    "baseline_less_reward",
    "The advantages are baseline − reward: what was better than its siblings would become rarer.",
    "Which sign should the advantage of the best text of a group have?",
    (RESULT, RESULT.replace("grouped - others", "others - grouped")),
)
mistake(
    "returns_the_baseline",
    "The mean of the siblings is returned, not how far the reward lies from it.",
    "What should the advantages of a group add up to?",
    (RESULT, "return others.flatten()"),
)
mistake(
    "whole_batch",
    "A text is compared with all others of the batch, also with those written for other prompts. Some prompts are "
    "easier; their texts would all look good.",
    "A prompt is so easy that every text for it gets 1. What does a right answer to it tell?",
    (OTHERS, "others = (grouped.sum() - grouped) / (len(rewards) - 1)"),
)
mistake(
    "other_axis",
    "The groups are read along the wrong axis: texts of different prompts are compared with each other.",
    "Rows 0 to group − 1 belong to the first prompt. In which row and column of `reshape(-1, group)` is row `group`?",
    (GROUPED, "grouped = rewards.reshape(group, -1).T"),
    (RESULT, "return (grouped - others).T.flatten()"),
)
also(
    "other_axis",
    (GROUPED, "grouped = rewards.reshape(group, -1)"),
    (OTHERS, "others = (grouped.sum(dim=1, keepdim=True) - grouped) / max(grouped.shape[1] - 1, 1)"),
)
also("other_axis", (OTHERS, "others = (grouped.sum(dim=0, keepdim=True) - grouped) / max(len(grouped) - 1, 1)"))
mistake(
    "divided_by_the_spread",
    "The advantages are divided by a standard deviation. RLOO leaves them in the units of the reward.",
    "If all rewards are ten times as large, what should become of these advantages?",
    (RESULT, "return ((grouped - others) / (grouped.std(dim=1, keepdim=True) + 1e-8)).flatten()"),
)
also(
    "divided_by_the_spread",
    (RESULT, "return ((grouped - others) / (grouped.std(dim=1, keepdim=True) + 1e-4)).flatten()"),
)
also(
    "divided_by_the_spread",
    (RESULT, "return ((grouped - others) / (grouped.std(dim=1, keepdim=True, correction=0) + 1e-8)).flatten()"),
)
mistake(
    "spread_of_the_siblings",
    "The advantages are divided by the standard deviation of the siblings alone. Where these are equal and the text is "
    "not, that is a division by nearly 0.",
    "One text of eight is right. What is the standard deviation of its seven siblings?",
    (
        RESULT,
        "square = (grouped.square().sum(dim=1, keepdim=True) - grouped.square()) / (group - 1)\n"
        "    spread = (square - others.square()).clamp(min=0).sqrt()\n"
        "    return ((grouped - others) / (spread + 1e-6)).flatten()",
    ),
)
mistake(
    "left_in_groups",
    "The result has the shape (prompts, group). One number for each text is asked for, in the shape of the rewards.",
    "What is the shape of the mask and the log-probs to which the advantages will be applied?",
    (RESULT, "return grouped - others"),
)
mistake(
    "has_a_gradient",
    "A gradient comes from the advantages to the rewards. An advantage is data to the loss.",
    "If a reward model made the rewards: should the policy's loss move its weights?",
    ("@torch.no_grad()\n", ""),
)
mistake(
    "changes_its_input",
    "The rewards are changed in place. Whoever logs them afterwards logs advantages.",
    "Does `x -= y` make a new tensor?",
    (RESULT, "grouped -= others\n    return grouped.flatten()"),
)
