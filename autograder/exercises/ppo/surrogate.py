"""Judgement of `ppo.clipped_surrogate`: −mean of min(ρ·A, clip(ρ, 1 − ε, 1 + ε)·A), and where its gradient goes.

Symbols: ρ the ratio, ε the clip, A the advantage. The oracle knows three cases for each sample: where A > 0 and
ρ > 1 + ε the objective is (1 + ε)·A, where A < 0 and ρ < 1 − ε it is (1 − ε)·A, both flat; everywhere else it is ρ·A,
whose slope by the log-probability is ρ·A. No ratio is drawn near the edges, where the slope jumps.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, no_coarser, raises
from autograder.submission import Submission

from .inputs import unchanged

surrogate = Judgement(
    "ppo.clipped_surrogate",
    hints=(
        "Draw ρ·A and clip(ρ)·A against ρ, once for A = 1 and once for A = −1. Which of the two lines is lower, where?",
        "The ratio of two probabilities is the exp of the difference of their logarithms.",
        "`torch.minimum` takes the smaller of two tensors, entry by entry. The minimum is of the products with A, not "
        "of the ratios. An optimizer makes losses smaller, and the objective is to grow.",
        "Advantages and old log-probabilities are data. `.detach()` says so, even when both log-probabilities are the "
        "same tensor, as they are in the first minibatch.",
        "`ratio = (log_probs - old_log_probs.detach()).exp()`, then `ratio.clamp(1 - clip, 1 + clip)`, then minus the "
        "mean of the minimum. Compare the three shapes before all that.",
    ),
)
NAME = "clipped_surrogate"
INPUTS = ("log_probs", "old_log_probs", "advantages")
Case = tuple[Tensor, Tensor, Tensor, float]


def by_definition(case: Case) -> tuple[float, np.ndarray]:
    """The loss and its gradient by `log_probs`, one sample at a time."""
    new, old, advantages = (tensor.double().numpy() for tensor in case[:3])
    clip, total, slope = case[3], 0.0, np.zeros(new.shape)
    for index in np.ndindex(new.shape):
        ratio, advantage = math.exp(float(new[index] - old[index])), float(advantages[index])
        if advantage > 0 and ratio > 1 + clip:
            total += (1 + clip) * advantage
        elif advantage < 0 and ratio < 1 - clip:
            total += (1 - clip) * advantage
        else:
            total += ratio * advantage
            slope[index] = ratio * advantage
    return -total / new.size, -slope / new.size


def draw(rng: np.random.Generator, *shape: int, dtype: torch.dtype = torch.float64) -> Case:
    """Samples of all kinds in random places: ratios below, inside and above the clip, advantages of both signs."""
    clip = float(rng.uniform(0.1, 0.3))
    size = math.prod(shape)
    kinds = rng.permutation(np.arange(size))
    below, inside, above = rng.uniform(0.3, 0.95, size), rng.uniform(-0.8, 0.8, size), rng.uniform(1.1, 3.0, size)
    ratio = np.choose(kinds % 3, [(1 - clip) * below, 1 + clip * inside, (1 + clip) * above])
    advantages = np.where(kinds % 2, 1.0, -1.0) * rng.uniform(0.2, 2.0, size)
    old = rng.uniform(-3.0, -0.2, size)
    tensors = (torch.from_numpy(x.reshape(shape)).to(dtype) for x in (old + np.log(ratio), old, advantages))
    return (*tensors, clip)  # type: ignore[return-value]


def size_of(case: Case) -> float:
    """What rounding is relative to: the largest term there can be."""
    return 12.0 * float(case[2].abs().max())


def compared(where: str, got: Any, case: Case) -> Iterator[Observation]:
    yield no_coarser(f"the loss {where}", got, case[0].dtype)
    expected = np.float64(by_definition(case)[0])
    yield close(f"the loss {where}", got, expected, magnitude=size_of(case), precision=case[0].dtype)


@surrogate.check(weight=2)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The loss is −mean of min(ratio·A, clip(ratio)·A), wherever the ratios lie and for either sign of A."""
    cases = [draw(rng, 12), draw(rng, 6, 4), draw(rng, 7, 1), draw(rng, 2, 3, 5)]
    for case, got in zip(cases, s.each(NAME, cases), strict=True):
        yield from compared(f"of shape {tuple(case[0].shape)}", got, case)


@surrogate.check(weight=2)
def each_of_the_six_cases(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A gain ends at the clip, a loss does not: right for a single sample below, inside and above, of either sign."""
    clip = float(rng.uniform(0.15, 0.3))
    names, cases = [], []
    for sign, kind in ((1.0, "better"), (-1.0, "worse")):
        for ratio, place in (
            (0.5, "far below"),
            (1 - clip / 2, "inside"),
            (1 + clip / 2, "inside"),
            (2.0, "far above"),
        ):
            old = torch.tensor([float(rng.uniform(-3.0, -1.0))], dtype=torch.float64)
            advantage = torch.tensor([sign * float(rng.uniform(0.5, 2.0))], dtype=torch.float64)
            names.append(f"of an action {kind} than expected, its ratio {place} the clip")
            cases.append((old + math.log(ratio), old, advantage, clip))
    for name, case, got in zip(names, cases, s.each(NAME, cases), strict=True):
        yield from compared(name, got, case)


@surrogate.check(weight=2)
def has_the_gradient(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradient by `log_probs` is −ratio·A/n, and exactly 0 where the clip has ended the gain."""
    for shape in ((18,), (6, 3)):
        case, scale = draw(rng, *shape), float(rng.uniform(0.5, 2.0))
        _, [gradient] = s.vjp(NAME, *case, wrt=[0], cotangent=torch.tensor(scale, dtype=torch.float64))
        yield holds("the gradient", gradient is not None, "no gradient comes from the loss to log_probs")
        yield close("the gradient", gradient, scale * by_definition(case)[1], magnitude=size_of(case))
    case = draw(rng, 10)
    first = (case[1], case[1], case[2], case[3])  # the policy has not moved: this is the policy gradient
    _, [gradient] = s.vjp(NAME, *first, wrt=[0], cotangent=torch.ones((), dtype=torch.float64))
    yield close("the gradient at a ratio of 1", gradient, -case[2].numpy() / 10, magnitude=size_of(case))


@surrogate.check(weight=2)
def data_gets_no_gradient(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """No gradient reaches the old log-probabilities or the advantages, and that by `log_probs` is still there."""
    case = draw(rng, 12)
    _, gradients = s.vjp(NAME, *case, wrt=[0, 1, 2], cotangent=torch.ones((), dtype=torch.float64))
    expected = by_definition(case)[1]
    for name, gradient, right in zip(INPUTS, gradients, (expected, 0 * expected, 0 * expected), strict=True):
        nothing = torch.zeros(12, dtype=torch.float64)
        yield close(
            f"the gradient by {name}", nothing if gradient is None else gradient, right, magnitude=size_of(case)
        )


@surrogate.check()
def shapes_must_agree(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Shapes that differ raise ValueError, though torch could broadcast them."""
    for shapes in (
        *(((5,), (5,), (5, 1)), ((5,), (5, 1), (5,)), ((5, 1), (5,), (5,)), ((5, 1), (5, 1), (5,))),
        *(((4, 3), (4, 3), (3,)), ((4, 3), (3,), (4, 3)), ((6,), (1,), (6,)), ((6,), (6,), ()), ((1,), (6,), (6,))),
    ):
        inputs = [torch.from_numpy(rng.uniform(-1.0, 0.0, shape)) for shape in shapes]
        yield raises(f"a call with the shapes {shapes}", partial(s.call, NAME, *inputs, 0.2), "ValueError")


@surrogate.check()
def any_precision_and_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float32 and float64 in any memory layout give the loss in that precision, and the inputs are not changed."""
    for dtype in (torch.float32, torch.float64):
        case = draw(rng, 4, 6, dtype=dtype)
        strided = tuple(tensor.T.contiguous().T for tensor in case[:3])
        yield from compared(f"in {dtype}", s.call(NAME, *strided, clip=case[3]), case)
        yield unchanged(s, NAME, dict(zip(INPUTS, case[:3], strict=True)), case[3])


RATIO = "ratio = (log_probs - old_log_probs.detach()).exp()"
CLIPPED = "ratio.clamp(1.0 - clip, 1.0 + clip)"
SMALLER = "torch.minimum(ratio * advantages, clipped * advantages)"
RETURN = f"return -{SMALLER}.mean()"
SHAPES = (
    "    if not log_probs.shape == old_log_probs.shape == advantages.shape:\n"
    '        raise ValueError(f"shapes differ: {log_probs.shape}, {old_log_probs.shape}, {advantages.shape}")\n'
)


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    surrogate.misconception(identity, edits=edits, message=message, question=question)


mistake(
    "maximum_for_minimum",
    "The larger of the two is taken, so the clip acts on the wrong side: it ends the way back, and gains never end.",
    "A good action has become twice as likely. Should the objective still grow if it becomes likelier yet?",
    ("torch.minimum", "torch.maximum"),
)
surrogate.another_form(
    "maximum_for_minimum",
    edit=(
        RETURN,
        "one_sided = torch.where(advantages > 0, ratio.clamp(min=1.0 - clip), ratio.clamp(max=1.0 + clip))\n"
        "    return -(one_sided * advantages).mean()",
    ),
)
mistake(
    "sign",
    "The sign is missing: this is the objective, and an optimizer that makes it smaller makes good actions rarer.",
    "Does `optimizer.step()` go up or down?",
    ("return -torch", "return torch"),
)
mistake(
    "old_log_probs_not_detached",
    "A gradient flows into the old log-probabilities. While both are one tensor, as in the first minibatch, the two "
    "gradients cancel to exactly 0, though the loss looks right.",
    "What is the derivative of exp(x − x)?",
    ("old_log_probs.detach()).exp", "old_log_probs).exp"),
)
mistake(
    "advantages_not_detached",
    "A gradient flows into the advantages, and from there into the value function: it is taught to make the policy's "
    "loss small, not to predict.",
    "Which network should learn from this loss?",
    ("    advantages = advantages.detach()\n", ""),
)
mistake(
    "nothing_to_learn_from",
    "The log-probabilities are detached or the loss is a plain number: no gradient reaches the policy.",
    "Of the three tensors, which one depends on the weights that are to change?",
    (RATIO, "ratio = (log_probs.detach() - old_log_probs).exp()"),
)
surrogate.another_form("nothing_to_learn_from", edit=(RATIO, "ratio = (log_probs - old_log_probs).exp().detach()"))
for number in (".mean().detach()", ".mean().item()"):
    surrogate.another_form("nothing_to_learn_from", edit=(".mean()", number))
mistake(
    "no_clip",
    "Nothing is clipped: one batch may then move the policy as far as it likes.",
    "Ten epochs on the same batch: what stops a good action from becoming certain?",
    (SMALLER, "(ratio * advantages)"),
)
mistake(
    "clipped_alone",
    "Only the clipped ratio counts. Where the policy has moved the wrong way beyond the clip, nothing pulls it back.",
    "A good action has become half as likely by accident. What is the slope of clip(ratio)·A there?",
    (SMALLER, "(clipped * advantages)"),
)
mistake(
    "upper_clip_only",
    "The ratio is clipped from above alone; for a bad action the gain of making it rarer must end, too.",
    "For A < 0, on which side of 1 does the objective grow?",
    (CLIPPED, "ratio.clamp(max=1.0 + clip)"),
)
mistake(
    "lower_clip_only",
    "The ratio is clipped from below alone; for a good action the gain of making it likelier must end, too.",
    "For A > 0, on which side of 1 does the objective grow?",
    (CLIPPED, "ratio.clamp(min=1.0 - clip)"),
)
mistake(
    "minimum_of_the_ratios",
    "The smaller of the two *ratios* is multiplied by A; for a negative A that is the larger of the two products.",
    "Does min(a, b)·A equal min(a·A, b·A) when A is negative?",
    (SMALLER, "(torch.minimum(ratio, clipped) * advantages)"),
)
mistake(
    "clips_the_logarithm",
    "The logarithm of the ratio is clipped to ±ε, not the ratio to 1 ± ε.",
    "What is exp(0.2)?",
    (CLIPPED, "(log_probs - old_log_probs.detach()).clamp(-clip, clip).exp()"),
)
mistake(
    "clips_the_product",
    "ratio·A is clipped to 1 ± ε, whatever the size and the sign of A.",
    "For A = −3 and a ratio of 1, what should the objective be?",
    ("clipped * advantages", "(ratio * advantages).clamp(1.0 - clip, 1.0 + clip)"),
)
mistake(
    "clipped_to_epsilon",
    "The ratio is clipped to ±ε around 0; it is to be around 1.",
    "Which ratio has a policy that has not moved?",
    (CLIPPED, "ratio.clamp(-clip, clip)"),
)
mistake(
    "no_exp",
    "The difference of the logarithms is taken for the ratio; the exp is missing.",
    "Which ratio has a policy that has not moved?",
    ("detach()).exp()", "detach())"),
)
mistake(
    "quotient_of_logarithms",
    "The log-probabilities are divided by each other; the ratio is that of the probabilities.",
    "What is log a − log b the logarithm of?",
    (RATIO, "ratio = log_probs / old_log_probs.detach()"),
)
mistake(
    "ratio_upside_down",
    "The ratio is that of the old probability to the new one.",
    "A good action has become likelier. Should its ratio lie above or below 1?",
    (RATIO, "ratio = (old_log_probs.detach() - log_probs).exp()"),
)
mistake(
    "no_ratio",
    "The log-probabilities take the place of the ratio: this is REINFORCE's loss, and there is nothing to clip.",
    "The batch was drawn by the old policy. Which weight makes its mean one over the new policy?",
    (RETURN, "return -(log_probs * advantages).mean()"),
)
mistake(
    "sum_not_mean",
    "The samples are summed, not averaged: the step grows with the batch.",
    "What happens to the gradient when the batch is twice as large?",
    (".mean()", ".sum()"),
)
surrogate.another_form("sum_not_mean", edit=(".mean()", ".sum() / len(ratio)"))
mistake(
    "normalized_here",
    "The advantages are normalised inside the loss; that is another function's task, and may not be wanted.",
    "What should the loss be for a ratio of 1 everywhere?",
    ("advantages.detach()", "(advantages.detach() - advantages.mean()) / (advantages.std() + 1e-8)"),
)
for deviation in ("advantages.std()", "(advantages.std(correction=0) + 1e-8)", "advantages.std(correction=0)"):
    surrogate.another_form(
        "normalized_here",
        edit=("advantages.detach()", f"((advantages - advantages.mean()) / {deviation}).detach()"),
    )
mistake(
    "gradient_through_the_clip",
    "The value is clipped but the gradient is not: samples beyond the clip go on pushing.",
    "What is the slope of a clipped ratio beyond the clip?",
    (CLIPPED, "ratio + (ratio.clamp(1.0 - clip, 1.0 + clip) - ratio).detach()"),
)
mistake(
    "half_of_the_gradient",
    "The clipped branch is detached. Inside the clip both branches are equal and share the gradient, and one share is "
    "lost.",
    "How does `torch.minimum` divide a gradient between two equal entries?",
    (CLIPPED, "ratio.detach().clamp(1.0 - clip, 1.0 + clip)"),
)
mistake(
    "shapes_unchecked",
    "Shapes that differ are let through: a column beside a row becomes a table of all pairs.",
    "Which shape has (5,) times (5, 1)? Of what is the mean taken then?",
    (SHAPES, ""),
)
surrogate.another_form("shapes_unchecked", edit=("== advantages.shape:", "== log_probs.shape:"))
surrogate.another_form(
    "shapes_unchecked", edit=("if not log_probs.shape == old_log_probs.shape", "if not log_probs.shape")
)
mistake(
    "writes_to_its_inputs",
    "An input is written to; the next epoch would find other advantages.",
    "How often does PPO use one batch?",
    (RETURN, f"loss = -{SMALLER}.mean()\n    advantages.mul_(clipped.detach())\n    return loss"),
)
surrogate.another_form(
    "writes_to_its_inputs",
    edit=(RETURN, f"loss = -{SMALLER}.mean()\n    old_log_probs.data.copy_(log_probs.data)\n    return loss"),
)
