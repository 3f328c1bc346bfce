"""Judgement of `continuous.squashed_policy`: `squash`, `squashed_log_prob` and `squashed_entropy`.

Symbols: u is an action before it is squashed into [low, high]; half = (high − low) / 2; the *slope* is ∂ squash / ∂ u =
half · (1 − tanh²u). The oracle takes one number at a time, and writes log(1 − tanh²u) as
log 4 − 2|u| − 2 log(1 + exp(−2|u|)).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, no_coarser, same_type
from autograder.submission import Submission

from .gaussian_case import AXES, Policy, log_density
from .inputs import unchanged
from .squashed_policy_misconceptions import add_misconceptions

squashed_policy = Judgement(
    "continuous.squashed_policy",
    hints=(
        "Take one dimension. `squash` maps the interval [u, u + du] to one of another length, and the probability in "
        "it stays. So what happens to the density, which is probability for each unit of length?",
        "log π(a) = log N(u) − log(da/du), summed over dimensions. Differentiate `squash`: tanh has the slope "
        "1 − tanh², and the stretching to the bounds has a slope too.",
        "1 − tanh²(u) is 0 in float32 from |u| = 9 on, and the logarithm of 0 is lost. Write tanh by exponentials and "
        "find 1 − tanh²(u) = 4 σ(2u) σ(−2u), with the logistic function σ. `F.logsigmoid` is its logarithm, and "
        "keeps its digits.",
        "The entropy: u = mean + exp(log_std) · noise, then the mean over the samples of −squashed_log_prob(u, …). "
        "Detach nothing: mean and log_std move u. And `torch.clamp(…, low, high)` undoes the rounding in `squash`.",
    ),
)
SQUASH, LOG_PROB, ENTROPY = "squash", "squashed_log_prob", "squashed_entropy"


def bounds(rng: np.random.Generator, k: int, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    """Bounds (k,) that differ from dimension to dimension, and are not symmetric about 0."""
    low, width = rng.uniform(-3.0, 1.0, k), rng.uniform(0.3, 6.0, k)
    return torch.from_numpy(low).to(dtype), torch.from_numpy(low + width).to(dtype)


def log_slope(u: float, low: float, high: float) -> float:
    """log(∂ squash / ∂ u) at one number."""
    far = 2.0 * abs(u)
    return math.log(4.0) - far - 2.0 * math.log1p(math.exp(-far)) + math.log((high - low) / 2.0)


def expected_log_prob(policy: Policy, u: Tensor, low: Tensor, high: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """log π of each action, one number at a time, and how large its terms are."""
    mean, log_std, drawn = policy.doubles(u)
    values, sizes = np.zeros(mean.shape[:-1]), np.ones(mean.shape[:-1])
    for index in np.ndindex(mean.shape):
        normal = log_density(*(float(values[index]) for values in (drawn, mean, log_std)))
        slope = log_slope(float(drawn[index]), float(low[index[-1]]), float(high[index[-1]]))
        values[index[:-1]] += normal - slope
        sizes[index[:-1]] += abs(normal) + abs(slope) + 2.0 + 2.0 * abs(drawn[index])
    return values, sizes


def compared(where: str, got: Any, policy: Policy, u: Tensor, limits: Sequence[Tensor]) -> Iterator[Observation]:
    """The log-probabilities beside the definition, to the precision of float32."""
    expected, sizes = expected_log_prob(policy, u, *limits)
    yield no_coarser(f"the log-probability {where}", got, torch.float32)
    yield close(f"the log-probability {where}", got, expected, magnitude=sizes, precision=torch.float32)


@squashed_policy.check(weight=2)
def log_prob_changes_variables(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """log π(squash(u)) is log N(u) less the logarithm of the slope of `squash` at u, summed over dimensions."""
    for axes in AXES:
        for each_row in (False, True):
            policy = Policy.drawn(rng, axes, each_row=each_row)
            u, limits = policy.actions(rng), bounds(rng, policy.mean.shape[-1])
            got = s.call(LOG_PROB, u, policy.mean, policy.log_std, *limits)
            yield from compared(f"with {len(axes)} axes in front", got, policy, u, limits)
    policy = Policy.drawn(rng, (5,), dtype=torch.float64)
    u, limits = policy.actions(rng), bounds(rng, policy.mean.shape[-1], torch.float64)
    got = s.call(LOG_PROB, u, policy.mean, policy.log_std, *limits)
    yield from compared("in float64", got, policy, u, limits)


@squashed_policy.check()
def density_integrates_to_one(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The density exp(log π) has an area of 1 over the actions between the bounds."""
    policy = Policy.drawn(rng, (), k=1)
    limits = bounds(rng, 1)
    u = torch.linspace(-12.0, 12.0, 2401)[:, None]
    got = s.call(LOG_PROB, u, policy.mean.expand(2401, 1).contiguous(), policy.log_std, *limits)
    low, high = (float(value) for value in limits)
    yield no_coarser("the log-probability", got, torch.float32)
    yield identical("the shape of log π", list(getattr(got, "shape", ())), [2401])
    slopes = np.exp([log_slope(float(value), low, high) for value in u[:, 0]])
    with np.errstate(over="ignore", invalid="ignore"):
        area = float(np.sum(np.exp(np.asarray(got, dtype=float)) * slopes) * 0.01)
    yield close(
        "the area under the density", np.float64(area), np.float64(1.0), magnitude=60.0, precision=torch.float32
    )


@squashed_policy.check(weight=2)
def log_prob_has_the_gradients(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """By u the gradient is 2 tanh u − z / std, by the mean z / std and by log_std z² − 1."""
    for each_row in (False, True):
        policy = Policy.drawn(rng, (6,), each_row=each_row)
        u, limits = policy.actions(rng), bounds(rng, policy.mean.shape[-1])
        cotangent = torch.from_numpy(rng.uniform(0.5, 2.0, 6)).float()
        _, found = s.vjp(LOG_PROB, u, policy.mean, policy.log_std, *limits, wrt=[0, 1, 2], cotangent=cotangent)
        yield from compared_gradients("", found, policy, u, cotangent.double().numpy(), each_row)


def compared_gradients(
    where: str, found: Sequence[Any], policy: Policy, u: Tensor, weights: np.ndarray, each_row: bool
) -> Iterator[Observation]:
    """The gradients of log π by u, mean and log_std beside the definition."""
    _, log_std, drawn = policy.doubles(u)
    z = policy.z(u)
    by_mean = weights[:, None] * z / np.exp(log_std)
    by_log_std = weights[:, None] * (z * z - 1.0)
    by_u = weights[:, None] * 2.0 * np.tanh(drawn) - by_mean
    size = 8.0 + float(np.abs(by_mean).max())
    for name, got, expected in (
        ("u", found[0], by_u),
        ("the mean", found[1], by_mean),
        ("log_std", found[2], by_log_std if each_row else by_log_std.sum(axis=0)),
    ):
        yield holds(f"the gradient by {name}{where}", got is not None, f"no gradient comes from log π to {name}")
        yield close(f"the gradient by {name}{where}", got, expected, magnitude=5 * size, precision=torch.float32)


@squashed_policy.check(weight=2)
def survives_saturation(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where the action stands at a bound, |u| from 5 to 1,000, log π and its gradients are still right."""
    policy = Policy.drawn(rng, (4,), k=3)
    sides, limits = torch.from_numpy(rng.choice([-1.0, 1.0], (4, 3))).float(), bounds(rng, 3)
    near, far = s.each(LOG_PROB, [(u * sides, policy.mean, policy.log_std, *limits) for u in (30.0, 40.0)])
    yield holds("log π at |u| = 30", bool(torch.isfinite(near).all()), "log π at |u| = 30 is not finite")
    yield holds("log π at |u| = 40", not torch.equal(near, far), "log π is the same at |u| = 30 and at |u| = 40")
    for size in (5.0, 8.0, 12.0, 30.0, 60.0, 1000.0):
        policy = Policy.drawn(rng, (4,), k=3)
        policy.mean = torch.from_numpy(size * rng.choice([-1.0, 1.0], (4, 3)) + rng.uniform(-0.5, 0.5, (4, 3))).float()
        u, limits = policy.actions(rng), bounds(rng, 3)
        given = (u, policy.mean, policy.log_std, *limits)
        got, found = s.vjp(LOG_PROB, *given, wrt=[0, 1, 2], cotangent=torch.ones(4))
        where = f" at |u| = {size:g}"
        yield from compared(where.strip(), got, policy, u, limits)
        yield from compared_gradients(where, found, policy, u, np.ones(4), False)


@squashed_policy.check(weight=2)
def squash_fits_the_bounds(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """squash(u) is tanh u, stretched and moved from [−1, 1] to [low, high]; its slope is half · (1 − tanh²u)."""
    for axes in AXES:
        for dtype in (torch.float32, torch.float64):
            k = int(rng.integers(1, 5))
            u = torch.from_numpy(rng.uniform(-2.5, 2.5, (*axes, k))).to(dtype)
            low, high = bounds(rng, k, dtype)
            got, [gradient] = s.vjp(SQUASH, u, low, high, wrt=[0], cotangent=torch.ones((), dtype=dtype))
            half = (high.double() - low.double()).numpy() / 2.0
            tanh = np.tanh(u.double().numpy())
            expected = low.double().numpy() + half * (tanh + 1.0)
            name = f"squash(u) with {len(axes)} axes in front"
            yield same_type(name, got, u)
            yield close(name, got, expected, magnitude=8.0, precision=torch.float32)
            yield holds("the gradient of squash", gradient is not None, "no gradient comes from squash to u")
            slope = half * (1.0 - tanh**2)
            yield close("the gradient of squash", gradient, slope, magnitude=8.0, precision=torch.float32)


@squashed_policy.check()
def squash_never_leaves_the_bounds(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """At |u| from 10 to 1,000 an action stands at its bound, and never beyond it, not even by a rounding."""
    for dtype in (torch.float32, torch.float64):
        low, high = bounds(rng, 300, dtype)
        u = torch.from_numpy(rng.choice([-1.0, 1.0], (2, 300)) * rng.choice([30.0, 100.0, 1e3], (2, 300))).to(dtype)
        got = s.call(SQUASH, u, low, high)
        yield same_type("squash(u) far out", got, u)
        yield close("squash(u) far out", got, torch.where(u > 0, high, low), precision=torch.float32)
        inside = bool(((got >= low) & (got <= high)).all())
        yield holds("the actions far out", inside, "an action lies beyond its bound, by a rounding")


@squashed_policy.check(weight=2)
def entropy_is_the_mean_over_the_samples(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The entropy is the mean of −log π(squash(mean + std · noise)) over the samples, for each mean."""
    for samples, axes in ((1, (3,)), (5, ()), (7, (4,)), (6, (2, 3))):
        policy, noise, limits = with_noise(rng, samples, axes)
        got = s.call(ENTROPY, noise, policy.mean, policy.log_std, *limits)
        expected, sizes = np.zeros(axes), np.ones(axes)
        for one in noise:
            u = policy.mean.double() + policy.log_std.double().exp() * one.double()
            value, size = expected_log_prob(policy, u, *limits)
            expected, sizes = expected - value / samples, sizes + size / samples
        name = f"the entropy with {len(axes)} axes in front"
        yield no_coarser(name, got, torch.float32)
        yield close(name, got, expected, magnitude=sizes, precision=torch.float32)


@squashed_policy.check(weight=2)
def entropy_has_the_gradients(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """By the mean the gradient is the mean of −2 tanh u, by log_std that of 1 − 2 tanh(u) · std · noise."""
    for each_row in (False, True):
        policy, noise, limits = with_noise(rng, 8, (5,), each_row)
        cotangent = torch.from_numpy(rng.uniform(0.5, 2.0, 5)).float()
        given = (noise, policy.mean, policy.log_std, *limits)
        _, found = s.vjp(ENTROPY, *given, wrt=[1, 2], cotangent=cotangent)
        mean, log_std, drawn = policy.doubles(noise)
        weights, moved = cotangent.double().numpy()[:, None], np.exp(log_std) * drawn
        pull = -2.0 * np.tanh(mean + moved)
        by_mean, by_log_std = weights * pull.mean(axis=0), weights * (1.0 + pull * moved).mean(axis=0)
        if not each_row:
            by_log_std = by_log_std.sum(axis=0)
        for name, got, expected in (("the mean", found[0], by_mean), ("log_std", found[1], by_log_std)):
            yield holds(f"the gradient by {name}", got is not None, f"no gradient comes from the entropy to {name}")
            yield close(f"the gradient by {name}", got, expected, magnitude=60.0, precision=torch.float32)


def with_noise(
    rng: np.random.Generator, samples: int, axes: tuple[int, ...], each_row: bool = False
) -> tuple[Policy, Tensor, tuple[Tensor, Tensor]]:
    """A policy, noise (samples, …, k) and bounds."""
    policy = Policy.drawn(rng, axes, each_row=each_row)
    noise = torch.from_numpy(rng.standard_normal((samples, *policy.mean.shape))).float()
    return policy, noise, bounds(rng, policy.mean.shape[-1])


@squashed_policy.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Inputs of any memory layout are right, and none is changed."""
    policy = Policy.drawn(rng, (7,), k=3, each_row=True)
    u, limits = policy.actions(rng), bounds(rng, 3)
    rows = [value.T.contiguous().T for value in (u, policy.mean, policy.log_std)]
    held = [s.hold(value) for value in (*rows, *limits)]
    yield from compared("of transposed inputs", s.call(LOG_PROB, *held), policy, u, limits)
    s.call(SQUASH, held[0], held[3], held[4])
    noise = torch.from_numpy(rng.standard_normal((4, 7, 3))).float()
    held.append(s.hold(noise))
    s.call(ENTROPY, held[5], *held[1:5])
    names = ("u", "mean", "log_std", "low", "high", "noise")
    yield unchanged(dict(zip(names, zip(held, (*rows, *limits, noise), strict=True), strict=True)))


add_misconceptions(squashed_policy)
