"""Judgement of `continuous.gaussian_policy`: `gaussian_log_prob`, `gaussian_entropy` and `gaussian_sample`.

Symbols: z = (action − mean) / std; an action has k dimensions. The oracle takes one number at a time. Draws are looked
at through their z, so that every row may have its own mean: how often z lies in an interval, by `frequency` at 1e-9 a
time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, frequency, holds, no_coarser, same_type
from autograder.submission import Submission

from .gaussian_case import AXES, Policy, log_density
from .gaussian_policy_misconceptions import add_misconceptions
from .inputs import unchanged

gaussian_policy = Judgement(
    "continuous.gaussian_policy",
    hints=(
        "Take k = 1 first: write down the density of a normal with mean μ and standard deviation σ, and take its "
        "logarithm by hand before you write code. Three terms remain.",
        "The dimensions are independent, so their densities multiply. What do their logarithms do, over which axis?",
        "With z = (action − mean) / σ the three terms are z² / 2, log σ and log(2π) / 2, all with a minus. log σ is "
        "given: it need not be computed. The entropy is the mean of −log π, and z² has mean 1.",
        "A draw is the mean plus σ times noise from N(0, 1), one number for each entry of the mean: `torch.randn` with "
        "the mean's shape and dtype, and `generator=generator`. `.detach()` makes it a plain number for autograd.",
    ),
)
LOG_PROB, ENTROPY, SAMPLE = "gaussian_log_prob", "gaussian_entropy", "gaussian_sample"
DRAWS = 4000
WITHIN = {0.3: 0.235823, 1.0: 0.682689, 2.0: 0.954500}
"""The share of a standard normal in [−x, x], for each x."""


def expected_log_prob(policy: Policy, actions: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """log π of each action, one number at a time, and how large its terms are."""
    mean, log_std, taken = policy.doubles(actions)
    values, sizes = np.zeros(mean.shape[:-1]), np.ones(mean.shape[:-1])
    for index in np.ndindex(mean.shape):
        one = log_density(*(float(values[index]) for values in (taken, mean, log_std)))
        values[index[:-1]] += one
        sizes[index[:-1]] += abs(one) + abs(log_std[index])
    return values, sizes


def compared(where: str, got: Any, policy: Policy, actions: Tensor) -> Iterator[Observation]:
    """The log-probabilities beside the definition, to the precision of float32."""
    expected, sizes = expected_log_prob(policy, actions)
    yield no_coarser(f"the log-probability {where}", got, torch.float32)
    yield close(f"the log-probability {where}", got, expected, magnitude=sizes, precision=torch.float32)


@gaussian_policy.check(weight=3)
def log_prob_is_that_of_the_density(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """log π(action) is the sum, over the dimensions of an action, of the logarithms of normal densities."""
    for axes in AXES:
        for each_row in (False, True):
            policy = Policy.drawn(rng, axes, each_row=each_row)
            actions = policy.actions(rng)
            got = s.call(LOG_PROB, actions, policy.mean, policy.log_std)
            yield from compared(f"with {len(axes)} axes in front", got, policy, actions)
    policy = Policy.drawn(rng, (5,), dtype=torch.float64)
    actions = policy.actions(rng)
    yield from compared("in float64", s.call(LOG_PROB, actions, policy.mean, policy.log_std), policy, actions)


@gaussian_policy.check(weight=3)
def log_prob_has_the_gradients(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """∂ log π / ∂ mean is z / std, ∂ log π / ∂ log std is z² − 1, and by the action it is −z / std."""
    for each_row in (False, True):
        policy = Policy.drawn(rng, (6,), each_row=each_row)
        actions = policy.actions(rng)
        cotangent = torch.from_numpy(rng.uniform(0.5, 2.0, 6)).float()
        _, found = s.vjp(LOG_PROB, actions, policy.mean, policy.log_std, wrt=[0, 1, 2], cotangent=cotangent)
        mean, log_std, taken = policy.doubles(actions)
        by_mean, by_log_std = np.zeros(mean.shape), np.zeros(mean.shape)
        for row, i in np.ndindex(mean.shape):
            z, weight = (taken[row, i] - mean[row, i]) / math.exp(log_std[row, i]), float(cotangent[row])
            by_mean[row, i] = weight * z / math.exp(log_std[row, i])
            by_log_std[row, i] = weight * (z * z - 1.0)
        if not each_row:
            by_log_std = by_log_std.sum(axis=0)
        size = 8.0 + float(np.abs(by_mean).max())
        for name, got, expected in (
            ("the action", found[0], -by_mean),
            ("the mean", found[1], by_mean),
            ("log_std", found[2], by_log_std),
        ):
            yield holds(f"the gradient by {name}", got is not None, f"no gradient comes from log π to {name}")
            yield close(f"the gradient by {name}", got, expected, magnitude=5 * size, precision=torch.float32)


@gaussian_policy.check(weight=2)
def log_prob_of_what_is_far_away(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Actions 100 standard deviations away, tiny and huge deviations and 60 dimensions give finite, right numbers."""
    for where, k, distance, shift in (
        ("of far actions", 3, 100.0, 0.0),
        ("at a tiny std", 3, 1.0, -14.0),
        ("at a huge std", 3, 1.0, 14.0),
        ("of 60 dimensions", 60, 4.0, 1.5),
    ):
        policy = Policy.drawn(rng, (4,), k=k, shift=shift)
        policy.mean.zero_()  # so that a tiny distance from it keeps its digits
        actions = policy.actions(rng, distance)
        yield from depends_on_all(where, s, policy, actions)
        yield from compared(where, s.call(LOG_PROB, actions, policy.mean, policy.log_std), policy, actions)


def depends_on_all(where: str, s: Submission, policy: Policy, actions: Tensor) -> Iterator[Observation]:
    """Whether log π is finite, and another one for another log_std and for other actions; not where a clip sets in."""
    given, wider = (actions, policy.mean, policy.log_std), (actions, policy.mean, policy.log_std + 0.5)
    first, of_wider, of_others = s.each(LOG_PROB, [given, wider, (1.1 * actions, *given[1:])])
    finite = bool(torch.isfinite(first).all())
    yield holds(f"the log-probabilities {where}", finite, f"the log-probability {where} is not finite")
    for what, other in (("log_std", of_wider), ("the actions", of_others)):
        name = f"the effect of {what} on the log-probability {where}"
        yield holds(name, not torch.equal(first, other), f"the log-probability {where} does not depend on {what}")


@gaussian_policy.check(weight=2)
def entropy_is_exact(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The entropy is the sum of log std + ½ log(2πe) over dimensions, and its gradient is 1 for each of them."""
    for shape in ((1,), (4,), (5, 3), (2, 3, 2)):
        log_std = torch.from_numpy(rng.uniform(-3.0, 1.5, shape)).float()
        expected = np.zeros(shape[:-1])
        for index in np.ndindex(shape):
            expected[index[:-1]] += float(log_std[index]) + 0.5 * (math.log(2 * math.pi) + 1.0)
        got, [gradient] = s.vjp(ENTROPY, log_std, wrt=[0], cotangent=torch.ones(shape[:-1]))
        name = f"the entropy for log_std with {len(shape)} axes"
        yield no_coarser(name, got, torch.float32)
        yield close(name, got, expected, magnitude=3.0 * shape[-1], precision=torch.float32)
        yield holds("the gradient", gradient is not None, "no gradient comes from the entropy to log_std")
        yield close("the gradient of the entropy", gradient, np.ones(shape), precision=torch.float32)


def is_a_draw(name: str, got: Any, policy: Policy) -> Iterator[Observation]:
    """Whether draws have the mean's shape and dtype, and are numbers."""
    yield same_type(name, got, policy.mean)
    yield holds(name, bool(got.isfinite().all()), f"{name} are not finite")


def follows(where: str, z: np.ndarray) -> Iterator[Observation]:
    """Whether each dimension of z (draws, k) is standard normal, as far as a few intervals tell."""
    for i in range(z.shape[-1]):
        name = f"{where} in one dimension"
        yield frequency(f"the share of draws above the mean {name}", int((z[:, i] > 0).sum()), len(z), 0.5)
        for x, share in WITHIN.items():
            inside = int((np.abs(z[:, i]) < x).sum())
            yield frequency(f"the share of draws within {x:g} std of the mean {name}", inside, len(z), share)


@gaussian_policy.check(weight=3)
def samples_follow_the_law(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each dimension of a draw is normal about its own mean, with its own standard deviation exp(log_std)."""
    for each_row in (False, True):
        policy = Policy.drawn(rng, (DRAWS,), k=3, each_row=each_row, extremes=True)
        got = s.call(SAMPLE, policy.mean, policy.log_std)
        yield from is_a_draw("the draws", got, policy)
        yield from follows("with log_std for each row" if each_row else "with one log_std", policy.z(got))


@gaussian_policy.check(weight=2)
def samples_are_independent(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The noise of every dimension, row and call is its own: deviations agree in sign half of the time."""
    policy = Policy.drawn(rng, (DRAWS,), k=2)
    above = []
    for _ in range(2):
        got = s.call(SAMPLE, policy.mean, policy.log_std)
        yield from is_a_draw("the draws", got, policy)
        above.append(policy.z(got) > 0)
    first, second = above
    half = DRAWS // 2
    for where, one, other in (
        ("two dimensions", first[:, 0], first[:, 1]),
        ("neighbouring rows", first[::2, 0], first[1::2, 0]),
        ("rows half a batch apart", first[:half, 1], first[half:, 1]),
        ("two calls", first[:, 0], second[:, 0]),
    ):
        name = f"the share of draws on the same side of the mean in {where}"
        yield frequency(name, int((one == other).sum()), len(one), 0.5)


@gaussian_policy.check()
def samples_have_the_means_form(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A draw has the shape and dtype of the mean, whatever its axes, and every entry is drawn."""
    for axes in AXES:
        for dtype in (torch.float32, torch.float64):
            policy = Policy.drawn(rng, axes, dtype=dtype)
            # Two draws of one float32 may agree by chance, once in some 10⁷ times; three do not.
            draws = [s.call(SAMPLE, policy.mean, policy.log_std) for _ in range(3)]
            for got in draws:
                yield same_type("a draw", got, policy.mean)
            moved = bool(((draws[0] != draws[1]) | (draws[1] != draws[2])).all())
            yield holds("the entries of the draws", moved, "an entry is the same in three draws")


@gaussian_policy.check(weight=2)
def no_gradient_flows_through_a_sample(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A draw is a plain number to autograd: no gradient reaches the mean or log_std."""
    policy = Policy.drawn(rng, (5,))
    _, gradients = s.vjp(SAMPLE, policy.mean, policy.log_std, wrt=[0, 1], cotangent=torch.ones(()))
    for name, gradient in zip(("the mean", "log_std"), gradients, strict=True):
        none = gradient is None or not bool(gradient.any())
        yield holds(f"the gradient to {name}", none, f"a gradient flows through the draw to {name}")


@gaussian_policy.check()
def samples_come_from_the_generator(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A generator decides the draw: in the same state it gives the same actions, and drawing moves it on."""
    policy = Policy.drawn(rng, (DRAWS,), k=2)
    generator, seed = s.library("torch").build("Generator"), int(rng.integers(1 << 40))
    generator.tell("manual_seed", seed)
    first, second = (s.call(SAMPLE, policy.mean, policy.log_std, generator=generator) for _ in range(2))
    generator.tell("manual_seed", seed)
    again = s.call(SAMPLE, policy.mean, policy.log_std, generator=generator)
    for got in (first, second, again):
        yield from is_a_draw("the draws from a generator", got, policy)
    yield from follows("from a generator", policy.z(first))
    problem = "two calls draw differently, although their generators are in the same state"
    yield holds("the draws from the same state", torch.equal(again, first), problem)
    yield holds("the next draws", bool((first != second).any()), "drawing does not move the generator on")


@gaussian_policy.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Inputs of any memory layout are right, and none is changed."""
    policy = Policy.drawn(rng, (7,), k=3, each_row=True)
    actions = policy.actions(rng)
    inputs = [value.T.contiguous().T for value in (actions, policy.mean, policy.log_std)]
    held = [s.hold(value) for value in inputs]
    yield from compared("of transposed inputs", s.call(LOG_PROB, *held), policy, actions)
    s.call(SAMPLE, *held[1:])
    s.call(ENTROPY, held[2])
    yield unchanged(dict(zip(("actions", "mean", "log_std"), zip(held, inputs, strict=True), strict=True)))


add_misconceptions(gaussian_policy)
