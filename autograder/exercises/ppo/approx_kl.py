"""Judgement of `ppo.approx_kl`: three estimates of KL(old ‖ new) from samples of the old policy.

Symbols: ℓ = log_probs − old_log_probs; k1 = −ℓ, k2 = ℓ²/2, k3 = e^ℓ − 1 − ℓ. The oracle sums the series of e^ℓ where ℓ
is small. Log-probabilities that lie close to each other are drawn so that their difference has no rounding: what is
lost after that is the submission's own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, same_type
from autograder.submission import Submission

from .inputs import unchanged

approx_kl = Judgement(
    "ppo.approx_kl",
    hints=(
        "KL(old ‖ new) is the mean of ln(old/new) over actions of the old policy. Which sign has ℓ in it?",
        "k1 is that logarithm itself. k2 is half its square. k3 adds to k1 something whose mean is 0: ratio − 1.",
        "exp(0.0001) in float32 is 1.0001, with an error of 6e-8; k3 is 5e-9 there. `torch.expm1` computes exp(ℓ) − 1 "
        "without the 1 in between.",
        "`return -log_ratio, 0.5 * log_ratio**2, torch.expm1(log_ratio) - log_ratio`",
    ),
)
NAME = "approx_kl"
ESTIMATES = ("k1", "k2", "k3")
Pair = tuple[Tensor, Tensor]


def third(log_ratio: float) -> float:
    """e^ℓ − 1 − ℓ."""
    if abs(log_ratio) > 0.1:
        return math.exp(log_ratio) - 1.0 - log_ratio
    return math.fsum(log_ratio**n / math.factorial(n) for n in range(2, 15))


def by_definition(pair: Pair) -> list[np.ndarray]:
    new, old = (tensor.double().numpy() for tensor in pair)
    ratios = [float(a) - float(b) for a, b in zip(new.flat, old.flat, strict=True)]
    each = ([-x for x in ratios], [x * x / 2.0 for x in ratios], [third(x) for x in ratios])
    return [np.reshape(numbers, new.shape) for numbers in each]


def draw(rng: np.random.Generator, *shape: int, apart: float = 1.0, dtype: torch.dtype = torch.float64) -> Pair:
    """Log-probabilities and old ones, differences of both signs of the order of `apart`."""
    sign = np.where(rng.permutation(np.arange(math.prod(shape))) % 2, 1.0, -1.0).reshape(shape)
    old = rng.uniform(-3.0, -0.3, shape)
    new = old + sign * rng.uniform(0.2, 1.5, shape) * apart
    return torch.from_numpy(new).to(dtype), torch.from_numpy(old).to(dtype)


def compared(where: str, got: Any, pair: Pair) -> Iterator[Observation]:
    """The three estimates, each to a few roundings of ℓ."""
    three = isinstance(got, list | tuple) and len(got) == 3
    yield holds(f"the result {where}", three, "the result is not a tuple of the three tensors k1, k2, k3")
    size = (pair[0] - pair[1]).double().abs().numpy()
    for name, estimate, expected in zip(ESTIMATES, got, by_definition(pair), strict=True):
        yield same_type(f"{name} {where}", estimate, pair[0])
        yield close(f"{name} {where}", estimate, expected, magnitude=size + abs(expected), precision=pair[0].dtype)


@approx_kl.check(weight=4)
def agrees_with_the_definitions(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """For each sample k1 is −ℓ, k2 is ℓ²/2 and k3 is e^ℓ − 1 − ℓ, with ℓ = log_probs − old_log_probs."""
    pairs = [draw(rng, 8), draw(rng, 4, 3), draw(rng, 6, 1), draw(rng, 2, 3, 2)]
    for pair, got in zip(pairs, s.each(NAME, pairs), strict=True):
        yield from compared(f"of shape {tuple(pair[0].shape)}", got, pair)


@approx_kl.check()
def nothing_where_nothing_moved(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where both policies agree all three are 0."""
    _, old = draw(rng, 7)
    yield from compared("of equal policies", s.call(NAME, old, old.clone()), (old, old))


@approx_kl.check(weight=2)
def their_means_are_the_kl(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Weighed with the old policy's probabilities, k1 and k3 sum to KL(old ‖ new), and not to KL(new ‖ old)."""
    old, new = (rng.dirichlet(np.full(5, 2.0)) + 0.02 for _ in range(2))
    old, new = old / old.sum(), new / new.sum()
    divergence = np.sum(old * np.log(old / new))
    pair = torch.from_numpy(np.log(new)), torch.from_numpy(np.log(old))
    got = s.call(NAME, *pair)
    three = isinstance(got, list | tuple) and len(got) == 3
    yield holds("the result", three, "the result is not a tuple of the three tensors k1, k2, k3")
    for name, estimate in (("k3", got[2]), ("k1", got[0])):
        sums = np.sum(old * estimate.double().numpy())
        yield close(f"the mean of {name} under the old policy", sums, divergence, magnitude=4.0)


@approx_kl.check(weight=2)
def keeps_the_digits_of_small_steps(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """For policies 1e-3 to 1e-6 apart, in float32 too, the error stays a few roundings of ℓ."""
    for dtype, apart in ((torch.float32, 1e-3), (torch.float32, 1e-4), (torch.float64, 1e-4), (torch.float64, 1e-6)):
        pair = draw(rng, 6, 2, apart=apart, dtype=dtype)
        yield from compared(f"for policies {apart:g} apart in {dtype}", s.call(NAME, *pair), pair)


@approx_kl.check()
def any_precision_and_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float32 and float64 in any memory layout come back in their dtype and shape, and the inputs are not changed."""
    for dtype in (torch.float32, torch.float64):
        pair = draw(rng, 4, 6, dtype=dtype)
        strided = tuple(tensor.T.contiguous().T for tensor in pair)
        yield from compared(f"in {dtype}", s.call(NAME, *strided), pair)
        yield unchanged(s, NAME, dict(zip(("log_probs", "old_log_probs"), pair, strict=True)))


K1, K2, K3 = "-log_ratio", "0.5 * log_ratio**2", "torch.expm1(log_ratio) - log_ratio"
RETURN = f"return {K1}, {K2}, {K3}"
RATIO = "log_ratio = log_probs - old_log_probs"


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str]) -> None:
    approx_kl.misconception(identity, edits=edits, message=message, question=question)


mistake(
    "wrong_way_round",
    "ℓ has the wrong sign: k1 then estimates −KL, and k3 something else altogether, for samples of the old policy.",
    "Over whose actions is the mean of ln(old/new) a KL, and which policy drew these?",
    (RATIO, "log_ratio = old_log_probs - log_probs"),
)
mistake(
    "k1_without_the_minus",
    "k1 has the wrong sign: its mean is −KL.",
    "A KL is never negative. Actions of the old policy: which of the two gives them more probability on average?",
    (f"return {K1},", "return log_ratio,"),
)
mistake(
    "k1_as_absolute_value",
    "k1 is made positive for each sample; its mean is then no longer the KL.",
    "May an unbiased estimate of a positive number be negative at times?",
    (f"return {K1},", "return log_ratio.abs(),"),
)
mistake(
    "half_left_out",
    "k2 lacks the factor ½.",
    "Expand e^ℓ − 1 − ℓ for small ℓ. What is its first term?",
    (K2, "log_ratio**2"),
)
mistake(
    "k2_of_the_ratio",
    "k2 is half the square of ratio − 1; it is to be that of the logarithm.",
    "For which ratios are ln ρ and ρ − 1 nearly the same?",
    (K2, "0.5 * torch.expm1(log_ratio)**2"),
)
mistake(
    "k3_of_the_other_ratio",
    "k3 is computed with old/new in the place of new/old: over actions of the old policy its mean is not the KL.",
    "Over actions of the old policy, which of the two ratios has the mean 1?",
    (K3, "torch.expm1(-log_ratio) + log_ratio"),
)
mistake(
    "k3_without_the_logarithm",
    "k3 is ratio − 1 alone, whose mean is 0.",
    "What does the mean of ratio − 1 say about the distance of two policies?",
    (K3, "torch.expm1(log_ratio)"),
)
mistake(
    "k3_with_the_wrong_sign",
    "k3 adds ℓ where it is to be taken off, so it is not 0 to first order.",
    "What should k3 be near ℓ = 0: a line or a parabola?",
    (K3, "torch.expm1(log_ratio) + log_ratio"),
)
mistake(
    "k3_without_the_1",
    "k3 lacks the −1: it is 1 where nothing has moved.",
    "What should all estimates be for two equal policies?",
    (K3, "log_ratio.exp() - log_ratio"),
)
mistake(
    "digits_lost",
    "k3 is computed as exp(ℓ) − 1 − ℓ: the 1 swallows the digits of a small ℓ.",
    "How many digits has 1.00000001 in float32?",
    (K3, "log_ratio.exp() - 1.0 - log_ratio"),
)
mistake(
    "averaged",
    "The estimates are averaged; each sample is to have its own.",
    "Can the standard error still be computed from this?",
    (RETURN, f"return ({K1}).mean(), ({K2}).mean(), ({K3}).mean()"),
)
mistake(
    "in_another_order",
    "The three estimates stand in another order than k1, k2, k3.",
    "Which of the three can be negative?",
    (RETURN, f"return {K1}, {K3}, {K2}"),
)
approx_kl.another_form("in_another_order", edit=(RETURN, f"return {K3}, {K2}, {K1}"))
mistake(
    "probabilities_for_logarithms",
    "The log-probabilities are used as probabilities: their logarithm is taken once more, or they are exponentiated.",
    "What is given: p or ln p?",
    (RATIO, "log_ratio = log_probs.exp() - old_log_probs.exp()"),
)
approx_kl.another_form("probabilities_for_logarithms", edit=(RATIO, "log_ratio = (log_probs / old_log_probs).log()"))
mistake(
    "weighed_by_the_probability",
    "Each sample is weighed by its probability once more; the samples are drawn with it already.",
    "An action with probability 0.9 makes up which share of the samples?",
    (RETURN, f"p = old_log_probs.exp()\n    return p * ({K1}), p * ({K2}), p * ({K3})"),
)
mistake(
    "always_another_precision",
    "The results do not have the dtype of the inputs.",
    "Which dtype should be in the log beside all other numbers?",
    (RATIO, "log_ratio = log_probs.double() - old_log_probs.double()"),
)
mistake(
    "writes_to_its_inputs",
    "An input is written to, and the loss that comes next would use what is left of it.",
    "What does `log_probs -= old_log_probs` do to the caller's tensor?",
    (RATIO, "log_ratio = log_probs.sub_(old_log_probs)"),
)
