"""Judgement of `grpo.grpo_advantages`: rewards in units of their group (Shao et al. 2024, section 4.1).

The statement leaves open whether the standard deviation divides by n or by n − 1, and whether up to 1e-4 is added to
it. One success among eight tells which it is, 2.646 or 2.475, and from there on the same is expected. The oracle takes
one text at a time, in double precision and without the constant, which the tolerance covers.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
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

grpo_advantages = Judgement(
    "grpo.grpo_advantages",
    hints=(
        "`rewards.reshape(-1, group)` has a row for each prompt. Which numbers of a row does each of its advantages "
        "need?",
        "Mean and standard deviation with `dim=1, keepdim=True` have the shape (prompts, 1), and each row is compared "
        "with its own.",
        "Compute `torch.full((1, 7), 0.1)` less its mean. It is not always 0, and what is left of it is then divided "
        "by a very small number.",
        "Which groups are all equal can be asked directly: `(grouped == grouped[:, :1]).all(dim=1)`. In these, put 0.",
    ),
)
NAME = "grpo_advantages"
SIZES = ((3, 4), (1, 5), (5, 2), (2, 8))
ROUNDINGS = 4096
"""In float32 this allows 1e-3 of the largest advantage: 1e-4 on top of a standard deviation of 0.35 makes less."""


def by_definition(rewards: Tensor, group: int, by_std: bool = True, correction: int = 1) -> np.ndarray:
    """The advantages in double precision, one group at a time."""
    found = np.zeros(len(rewards))
    for first in range(0, len(rewards), group):
        own = [float(reward) for reward in rewards[first : first + group]]
        mean = sum(own) / group
        spread = (sum((reward - mean) ** 2 for reward in own) / (group - correction)) ** 0.5
        for i, reward in enumerate(own):
            if min(own) < max(own):
                found[first + i] = (reward - mean) / (spread if by_std else 1.0)
    return found


def one_success(rng: np.random.Generator) -> Tensor:
    """Eight rewards of which one is 1 and the others are 0."""
    return torch.from_numpy(rng.permutation(np.eye(8)[0])).float()


def correction_of(s: Submission, rng: np.random.Generator) -> int:
    """1 where the standard deviation divides by n − 1, 0 where it divides by n: whichever is nearer on one success."""
    rewards = one_success(rng)
    got = s.call(NAME, rewards, 8)
    if not isinstance(got, Tensor) or got.shape != rewards.shape:
        return 1
    best = float(got[rewards.argmax()])
    return int(abs(best - 2.475) <= abs(best - 2.646))


def compared(name: str, got: object, expected: np.ndarray, precision: torch.dtype = torch.float32) -> Observation:
    return close(
        name, got, expected, roundings=ROUNDINGS, magnitude=max(1.0, np.abs(expected).max()), precision=precision
    )


@grpo_advantages.check(weight=4)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each advantage is (reward − mean) / standard deviation, both of its own group, everywhere by one convention."""
    correction = correction_of(s, rng)
    inputs = [(one_success(rng), 8), *((draw_rewards(rng, *size), size[1]) for size in SIZES)]
    for given, got in zip(inputs, s.each(NAME, inputs), strict=True):
        where = f"the advantages of {len(given[0]) // given[1]} × {given[1]} texts"
        yield compared(where, got, by_definition(*given, correction=correction))


@grpo_advantages.check(weight=2)
def leaves_out_the_standard_deviation(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """With by_std=False each advantage is the reward less the mean of its group, and no more."""
    inputs = [(draw_rewards(rng, *size), size[1], False) for size in SIZES]
    for given, got in zip(inputs, s.each(NAME, inputs), strict=True):
        where = f"the advantages of {len(given[0]) // given[1]} × {given[1]} texts without the standard deviation"
        yield close(where, got, by_definition(*given), magnitude=8.0, precision=torch.float32)


@grpo_advantages.check(weight=3)
def gives_equal_rewards_nothing(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where all rewards of a group are equal, its advantages are exactly 0: never NaN, and never rounding, blown up."""
    for by_std in (True, False):
        for group in (8, 7, 3, 6, 5):
            rewards = torch.cat([draw_rewards(rng, 1, group), equal_rewards(rng, 24, group)])
            rewards[group : 2 * group], rewards[2 * group : 3 * group] = 0.0, 1.0
            got = s.call(NAME, rewards, group, by_std)
            yield same_type("the advantages", got, rewards)
            yield close(f"the advantages of {group} equal rewards", got[group:], np.zeros(24 * group), magnitude=0.0)


@grpo_advantages.check()
def adds_little_to_the_standard_deviation(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """What is added to the standard deviation is not negative, and at most 1e-4."""
    correction = correction_of(s, rng)
    rewards = torch.from_numpy(1e-3 * rng.permutation(np.linspace(-1.0, 1.0, 6))).float()
    got = s.call(NAME, rewards, 6)
    yield same_type("the advantages", got, rewards)
    most = by_definition(rewards, 6, correction=correction)
    spread = float(np.abs(rewards.double().numpy() / most).mean())
    share = got.double().numpy() / most
    inside = bool(((share <= 1.001) & (share >= 0.999 * spread / (spread + 1e-4))).all())
    problem = "the advantages of rewards that lie close together are not theirs by a constant from 0 to 1e-4"
    yield holds("the constant", inside, problem)


@grpo_advantages.check(weight=2)
def keeps_groups_apart(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A group of equal rewards gets 0 and changes nothing for the group beside it."""
    correction = correction_of(s, rng)
    for by_std in (True, False):
        group = int(rng.integers(3, 7))
        rewards = torch.cat([draw_rewards(rng, 1, group), equal_rewards(rng, 2, group), draw_rewards(rng, 2, group)])
        got = s.call(NAME, rewards, group, by_std=by_std)
        yield compared("the advantages beside equal rewards", got, by_definition(rewards, group, by_std, correction))


@grpo_advantages.check()
def keeps_the_dtype(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The advantages have the shape and dtype of the rewards, float32 or float64, whatever the layout in memory."""
    correction = correction_of(s, rng)
    for dtype in DTYPES:
        rewards = draw_rewards(rng, 3, 4, dtype)
        got = s.call(NAME, otherwise_laid_out(rewards), 4)
        yield same_type("the advantages", got, rewards)
        yield compared("the advantages", got, by_definition(rewards, 4, correction=correction))


@grpo_advantages.check()
def is_data(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """No gradient comes from the advantages to the rewards."""
    given = (draw_rewards(rng, 2, 3), 3)
    yield from without_gradient(s, NAME, given, {0: "rewards"}, "advantages", numbers(rng, 6))


@grpo_advantages.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The rewards are not changed."""
    rewards = torch.cat([draw_rewards(rng, 2, 4), equal_rewards(rng, 1, 4)])
    yield from unchanged(s, {"rewards": rewards}, lambda held: s.call(NAME, *held, 4))


GROUPED = "grouped = rewards.reshape(-1, group)"
MEAN = "grouped.mean(1, keepdim=True)"
STD = "grouped.std(1, keepdim=True)"
BY_N = (STD, "grouped.std(dim=1, keepdim=True, correction=0)")
RESULT = "return advantages.masked_fill(all_equal, 0.0).flatten()"
DIVIDED = "advantages = advantages / (grouped.std(dim=1, keepdim=True) + 1e-4)"


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    """Register a misconception, and the same with the other standard deviation where an edit leaves it."""
    grpo_advantages.misconception(identity, edits=edits, source=source, message=message, question=question)
    also_by_n(identity, *edits)


def also(identity: str, *edits: tuple[str, str]) -> None:
    grpo_advantages.another_form(identity, edits=edits)
    also_by_n(identity, *edits)


def also_by_n(identity: str, *edits: tuple[str, str]) -> None:
    if not any(STD in old for old, _ in edits):
        grpo_advantages.another_form(identity, edits=(*edits, BY_N))


mistake(
    "spread_of_the_batch",
    "The standard deviation is that of the whole batch. Then the scale of a group's advantages depends on what was "
    "written for other prompts.",
    "Which rewards may the advantages of the first prompt depend on?",
    (STD, "rewards.std()"),
)
also("spread_of_the_batch", (STD, "rewards.std(correction=0)"))
mistake(
    "mean_of_the_batch",
    "The mean is that of the whole batch: all texts for an easy prompt look good, all for a hard one bad.",
    "Every text for some prompt gets 1. What should their advantages be?",
    (MEAN, "grouped.mean()"),
)
mistake(
    "mean_and_spread_of_the_batch",
    "Mean and standard deviation are those of the whole batch: there are no groups any more.",
    "Every text for some prompt gets 1. What should their advantages be?",
    (MEAN, "grouped.mean()"),
    (STD, "rewards.std()"),
)
also("mean_and_spread_of_the_batch", (MEAN, "grouped.mean()"), (STD, "rewards.std(correction=0)"))
mistake(
    "other_axis",
    "The groups are read along the wrong axis: texts of different prompts are compared with each other.",
    "Rows 0 to group − 1 belong to the first prompt. What does `reshape(group, -1)` put into its first row?",
    (GROUPED, "grouped = rewards.reshape(group, -1).T"),
    (RESULT, "return advantages.masked_fill(all_equal, 0.0).T.flatten()"),
)
also("other_axis", (GROUPED, "grouped = rewards.reshape(group, -1)"))
also(
    "other_axis",
    (MEAN, "grouped.mean(dim=0, keepdim=True)"),
    (STD, "grouped.std(dim=0, keepdim=True)"),
)
also(
    "other_axis",
    (MEAN, "grouped.mean(dim=0, keepdim=True)"),
    (STD, "grouped.std(dim=0, keepdim=True, correction=0)"),
)
mistake(
    "not_centred",
    "The rewards are divided by their standard deviation, but their mean is left in them: where all are positive, "
    "everything that was written becomes likelier.",
    "What should the advantages of a group add up to?",
    (f"grouped - {MEAN}", "grouped"),
)
mistake(
    "variance_for_standard_deviation",
    "The rewards are divided by the variance: in units of the reward, that leaves 1/reward.",
    "If all rewards are ten times as large, what should become of the advantages?",
    (STD, "grouped.var(dim=1, keepdim=True)"),
)
also("variance_for_standard_deviation", (STD, "grouped.var(dim=1, keepdim=True, correction=0)"))
mistake(
    "leave_one_out",
    "The baseline is the mean of the siblings, as in RLOO. GRPO takes the mean of the whole group.",
    "By what factor do the two differ in a group of n?",
    (MEAN, "(grouped.sum(dim=1, keepdim=True) - grouped) / (group - 1)"),
)
mistake(
    "baseline_less_reward",
    "The sign is wrong: texts that earned more than the others would become rarer.",
    "Which sign should the advantage of the best text of a group have?",
    (f"grouped - {MEAN}", f"{MEAN} - grouped"),
)
mistake(
    "always_divided",
    "by_std has no effect: the advantages are divided in any case.",
    "What is asked for if by_std is False?",
    ("if by_std:", "if True:"),
)
mistake(
    "never_divided",
    "by_std has no effect: the advantages are never divided.",
    "One of eight texts is right. What is its advantage, in standard deviations of the group?",
    ("if by_std:", "if False:"),
)
mistake(
    "nan_of_equal_rewards",
    "A group whose rewards are all equal has the standard deviation 0, and 0/0 is NaN. One such group is enough to "
    "make the whole policy NaN.",
    "How often will all texts for an easy prompt be right? What should they teach?",
    (" + 1e-4)", ")"),
    (RESULT, "return advantages.flatten()"),
)
mistake(
    "rounding_blown_up",
    "The mean of equal numbers can be off by a rounding error. What is left is divided by a standard deviation of "
    "about the same size: a group that says nothing gets advantages that are not 0, all of one sign.",
    "What is 0.1 less the mean of seven numbers 0.1, in float32? And divided by 1e-8?",
    (RESULT, "return advantages.flatten()"),
)
also("rounding_blown_up", (RESULT, "return advantages.flatten()"), (" + 1e-4)", " + 1e-8)"))
also("rounding_blown_up", (RESULT, "return advantages.flatten()"), (" + 1e-4)", " + 1e-6)"))
also(
    "rounding_blown_up",
    (" + 1e-4)", ")"),
    (RESULT, "return advantages.nan_to_num(0.0, 0.0, 0.0).flatten()"),
)
mistake(
    "equal_groups_dropped",
    "Groups whose rewards are all equal are left out of the result: the advantages no longer line up with the texts.",
    "How many advantages does a batch of twelve texts need?",
    (RESULT, "return advantages[~all_equal[:, 0]].flatten()"),
)
mistake(
    "left_in_groups",
    "The result has the shape (prompts, group). One number for each text is asked for, in the shape of the rewards.",
    "What is the shape of the mask and the log-probs to which the advantages will be applied?",
    (RESULT, "return advantages.masked_fill(all_equal, 0.0)"),
)
mistake(
    "large_constant",
    "The constant that is added to the standard deviation is not small beside it.",
    "One of eight texts is right, and the standard deviation is 0.35. What does a constant of 0.1 do to the advantage?",
    (" + 1e-4)", " + 0.1)"),
)
also("large_constant", (" + 1e-4)", " + 1.0)"))
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
    (RESULT, RESULT.replace("return", "grouped -= grouped.mean(dim=1, keepdim=True)\n    return")),
)
