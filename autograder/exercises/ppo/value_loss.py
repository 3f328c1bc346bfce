"""Judgement of `ppo.clipped_value_loss`: ½ · mean of max((v − R)², (v′ − R)²), and where its gradient goes.

Symbols: R the return, v′ the value moved to within ε of the old one. The oracle takes one sample at a time: where v
lies within ε of the old value v′ = v, and elsewhere the larger of the two squares counts, the second of which is flat.
No value is drawn near the edges, where the slope jumps, nor where both squares are nearly equal.
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

value_loss = Judgement(
    "ppo.clipped_value_loss",
    hints=(
        "Fix an old value of 0, a return of 3 and a clip of 1. Draw both squares against v. Which is larger, where?",
        "How far has the value moved since the batch was recorded? Clip *that*, and add it to the old value.",
        "`torch.maximum` takes the larger of two tensors, entry by entry: the clip may not make the loss smaller.",
        "`clipped = old_values + (values - old_values).clamp(-clip, clip)`, with old values and returns detached. Then "
        "half the mean of the larger square. Compare the three shapes before all that.",
    ),
)
NAME = "clipped_value_loss"
INPUTS = ("values", "old_values", "returns")
Case = tuple[Tensor, Tensor, Tensor, float]


def by_definition(case: Case) -> tuple[float, np.ndarray]:
    """The loss and its gradient by `values`, one sample at a time."""
    values, old, returns = (tensor.double().numpy() for tensor in case[:3])
    clip, total, slope = case[3], 0.0, np.zeros(values.shape)
    for index in np.ndindex(values.shape):
        v, before, target = float(values[index]), float(old[index]), float(returns[index])
        moved = v - before
        at_most = before + math.copysign(min(abs(moved), clip), moved)
        if abs(moved) > clip and abs(at_most - target) > abs(v - target):
            total += (at_most - target) ** 2
        else:
            total += (v - target) ** 2
            slope[index] = v - target
    return 0.5 * total / values.size, slope / values.size


def draw(rng: np.random.Generator, *shape: int, dtype: torch.dtype = torch.float64) -> Case:
    """Samples of all kinds in random places: values that moved little or far, up or down, to the return or from it."""
    clip, size = float(rng.uniform(0.2, 0.6)), math.prod(shape)
    kinds = rng.permutation(np.arange(size))
    far = np.where(kinds % 2, rng.uniform(1.3, 3.0, size), rng.uniform(0.1, 0.8, size))
    moved = clip * far * np.where(kinds // 2 % 2, 1.0, -1.0)
    # The return lies well beyond the value, well behind the clipped one, or (where it moved far) near the value.
    beyond = np.choose(kinds // 4 % 3, [1.5 * moved, -0.8 * moved, 1.1 * moved]) + 0.1 * np.sign(moved)
    old = rng.normal(1.0, 2.0, size)
    tensors = (torch.from_numpy(x.reshape(shape)).to(dtype) for x in (old + moved, old, old + beyond))
    return (*tensors, clip)  # type: ignore[return-value]


def size_of(case: Case) -> float:
    """What rounding is relative to: squares of the largest numbers there are."""
    return 4.0 * float(max(tensor.abs().max() for tensor in case[:3])) ** 2 + 1.0


def compared(where: str, got: Any, case: Case) -> Iterator[Observation]:
    yield no_coarser(f"the loss {where}", got, case[0].dtype)
    expected = np.float64(by_definition(case)[0])
    yield close(f"the loss {where}", got, expected, magnitude=size_of(case), precision=case[0].dtype)


@value_loss.check(weight=2)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The loss is half the mean of the larger square, for values that moved in all ways."""
    cases = [draw(rng, 24), draw(rng, 6, 4), draw(rng, 13, 1), draw(rng, 2, 3, 4)]
    for case, got in zip(cases, s.each(NAME, cases), strict=True):
        yield from compared(f"of shape {tuple(case[0].shape)}", got, case)


@value_loss.check()
def a_single_value_moved(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Right for one sample whose value has moved little, far past the clip to the return, and far away from it."""
    clip = float(rng.uniform(0.3, 0.6))
    ways = {"little": (0.5 * clip, 3.0), "far to the return": (3.0, 3.2), "far from the return": (-3.0, 3.0)}
    ways |= {"past the return": (3.0, 0.5), "not at all": (0.0, 2.0)}
    for where, (moved, target) in ways.items():
        for sign in (1.0, -1.0):
            old = torch.tensor([float(rng.normal(0.0, 2.0))], dtype=torch.float64)
            case = (old + sign * moved, old, old + sign * target, clip)
            yield from compared(f"of a value that moved {where}", s.call(NAME, *case), case)


@value_loss.check(weight=2)
def has_the_gradient(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradient by `values` is (v − R)/n, and exactly 0 where the clipped square is the larger one."""
    for shape in ((24,), (8, 3)):
        case, scale = draw(rng, *shape), float(rng.uniform(0.5, 2.0))
        _, [gradient] = s.vjp(NAME, *case, wrt=[0], cotangent=torch.tensor(scale, dtype=torch.float64))
        yield holds("the gradient", gradient is not None, "no gradient comes from the loss to values")
        yield close("the gradient", gradient, scale * by_definition(case)[1], magnitude=size_of(case))
    case = draw(rng, 10)
    first = (case[1], case[1], case[2], case[3])  # the values have not moved
    _, [gradient] = s.vjp(NAME, *first, wrt=[0], cotangent=torch.ones((), dtype=torch.float64))
    expected = (case[1] - case[2]).numpy() / 10
    yield close("the gradient of values that have not moved", gradient, expected, magnitude=size_of(case))


@value_loss.check()
def data_gets_no_gradient(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """No gradient reaches the old values or the returns, and that by `values` is still there."""
    case = draw(rng, 24)
    _, gradients = s.vjp(NAME, *case, wrt=[0, 1, 2], cotangent=torch.ones((), dtype=torch.float64))
    expected = by_definition(case)[1]
    for name, gradient, right in zip(INPUTS, gradients, (expected, 0 * expected, 0 * expected), strict=True):
        nothing = torch.zeros(24, dtype=torch.float64)
        yield close(
            f"the gradient by {name}", nothing if gradient is None else gradient, right, magnitude=size_of(case)
        )


@value_loss.check()
def shapes_must_agree(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Shapes that differ raise ValueError, though torch could broadcast them."""
    for shapes in (
        *(((5, 1), (5,), (5,)), ((5,), (5, 1), (5, 1)), ((5,), (5,), (5, 1)), ((5,), (5, 1), (5,))),
        *(((5, 1), (5, 1), (5,)), ((4, 3), (4, 3), (3,)), ((4, 3), (3,), (4, 3)), ((6,), (6,), ()), ((1,), (6,), (6,))),
    ):
        inputs = [torch.from_numpy(rng.standard_normal(shape)) for shape in shapes]
        yield raises(f"a call with the shapes {shapes}", partial(s.call, NAME, *inputs, 0.2), "ValueError")


@value_loss.check()
def any_precision_and_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float32 and float64 in any memory layout give the loss in that precision, and the inputs are not changed."""
    for dtype in (torch.float32, torch.float64):
        case = draw(rng, 4, 6, dtype=dtype)
        strided = tuple(tensor.T.contiguous().T for tensor in case[:3])
        yield from compared(f"in {dtype}", s.call(NAME, *strided, clip=case[3]), case)
        yield unchanged(s, NAME, dict(zip(INPUTS, case[:3], strict=True)), case[3])


DETACHED = "old_values, returns = old_values.detach(), returns.detach()"
CLIPPED = "clipped = old_values + (values - old_values).clamp(-clip, clip)"
LARGER = "torch.maximum((values - returns) ** 2, (clipped - returns) ** 2)"
RETURN = f"return 0.5 * {LARGER}.mean()"
SHAPES = (
    "    if not values.shape == old_values.shape == returns.shape:\n"
    '        raise ValueError(f"shapes differ: {values.shape}, {old_values.shape}, {returns.shape}")\n'
)


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    value_loss.misconception(identity, edits=edits, message=message, question=question)


mistake(
    "shapes_unchecked",
    "Shapes that differ are let through: values (n, 1) beside returns (n,) become a table of all pairs.",
    "Which shape has (5,) − (5, 1)? Towards which number does its mean square pull every value?",
    (SHAPES, ""),
)
value_loss.another_form("shapes_unchecked", edit=("== returns.shape:", "== values.shape:"))
value_loss.another_form(
    "shapes_unchecked", edit=("if not values.shape == old_values.shape ==", "if not values.shape ==")
)
mistake(
    "all_pairs",
    "An axis was added on one side: every value is compared with every return, so all of them are pulled to the mean.",
    "Print the shape of values − returns. How many differences should there be?",
    (
        RETURN,
        f"values, clipped, returns = values.flatten(), clipped.flatten(), returns.flatten()[:, None]\n    {RETURN}",
    ),
)
mistake(
    "minimum_for_maximum",
    "The smaller of the two squares is taken, so the clip can only make the loss smaller.",
    "A value has moved far away from its return. Which of the two squares should it pay for?",
    ("torch.maximum", "torch.minimum"),
)
mistake(
    "no_clip",
    "The clip has no effect: this is half the mean squared error.",
    "What should the loss be for a value that has moved far, to exactly its return?",
    (LARGER, "((values - returns) ** 2)"),
)
mistake(
    "clipped_alone",
    "Only the clipped value counts. A value that has moved away from its return beyond the clip is not pulled back.",
    "What is the slope of the clipped square beyond the clip?",
    (LARGER, "((clipped - returns) ** 2)"),
)
mistake(
    "clips_the_value",
    "The value itself is clipped to ±ε, not how far it has moved.",
    "The old value is 100 and the clip 0.2. Between which numbers may the new one move?",
    (CLIPPED, "clipped = values.clamp(-clip, clip)"),
)
# Within ε of the return, and not of the old value, the clipped square is never the larger one.
value_loss.another_form("no_clip", edit=(CLIPPED, "clipped = returns + (values - returns).clamp(-clip, clip)"))
mistake(
    "clips_in_proportion",
    "The old value is multiplied by 1 ± ε, as if it were a ratio; the clip is a distance here.",
    "What is left of such a region around an old value of 0?",
    (CLIPPED, "clipped = torch.clamp(values, old_values * (1 - clip), old_values * (1 + clip))"),
)
mistake(
    "clips_the_error",
    "The error v − R is clipped, not the movement of v.",
    "What should the loss be for a value that has not moved at all and is off by 10?",
    (LARGER, "((values - returns).clamp(-clip, clip) ** 2)"),
)
mistake(
    "one_side_only",
    "The movement is clipped upwards alone; a value that falls is not held.",
    "May a value fall further in one update than it may rise?",
    ("clamp(-clip, clip)", "clamp(max=clip)"),
)
value_loss.another_form("one_side_only", edit=("clamp(-clip, clip)", "clamp(min=-clip)"))
mistake(
    "half_left_out",
    "The factor ½ is missing.",
    "What is the derivative of ½x²?",
    ("0.5 * ", ""),
)
mistake(
    "sum_not_mean",
    "The samples are summed, not averaged: the step grows with the batch.",
    "What happens to the gradient when the batch is twice as large?",
    (".mean()", ".sum()"),
)
value_loss.another_form("sum_not_mean", edit=(".mean()", ".sum() / len(values)"))
mistake(
    "absolute_error",
    "The error is not squared: the minimum is then at the median of the returns, not at their mean.",
    "A state has returns 0, 0 and 9. Which number is V?",
    (LARGER, "torch.maximum((values - returns).abs(), (clipped - returns).abs())"),
)
mistake(
    "larger_of_the_means",
    "The maximum is taken of the two means; each sample is to have its own.",
    "If half of the values moved well and half badly, which of the means is larger?",
    (f"{LARGER}.mean()", "torch.maximum(((values - returns) ** 2).mean(), ((clipped - returns) ** 2).mean())"),
)
mistake(
    "old_values_not_detached",
    "A gradient flows into the old values. Where they come from the same network, it adds to that of the clip.",
    "Are the old values something that can still change?",
    (DETACHED, "returns = returns.detach()"),
)
mistake(
    "returns_not_detached",
    "A gradient flows into the returns, which were computed from values: the target runs towards its prediction.",
    "Values and returns can meet in two ways. Which of them should move?",
    (DETACHED, "old_values = old_values.detach()"),
)
mistake(
    "nothing_to_learn_from",
    "The values are detached or the loss is a plain number: no gradient reaches the value function.",
    "Of the three tensors, which one depends on the weights that are to change?",
    (DETACHED, f"values = values.detach()\n    {DETACHED}"),
)
for number in (".mean().detach()", ".mean().item()"):
    value_loss.another_form("nothing_to_learn_from", edit=(".mean()", number))
mistake(
    "gradient_through_the_clip",
    "The value is clipped but the gradient is not: values beyond the clip go on moving.",
    "What is the slope of a clipped value beyond the clip?",
    (CLIPPED, "clipped = values + (old_values + (values - old_values).clamp(-clip, clip) - values).detach()"),
)
mistake(
    "half_of_the_gradient",
    "The clipped square is detached. Inside the clip both squares are equal and share the gradient; one share is lost.",
    "How does `torch.maximum` divide a gradient between two equal entries?",
    (CLIPPED, CLIPPED.replace("values - old", "values.detach() - old")),
)
mistake(
    "writes_to_its_inputs",
    "An input is written to; the next epoch would find other returns.",
    "How often does PPO use one batch?",
    (RETURN, f"loss = {RETURN[7:]}\n    returns.sub_(clipped.detach())\n    return loss"),
)
value_loss.another_form(
    "writes_to_its_inputs",
    edit=(RETURN, f"squares = {LARGER}\n    values -= returns\n    return 0.5 * squares.mean()"),
)
