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
from autograder.observation import Observation, close, frequency, holds, identical, no_coarser, same_type
from autograder.submission import Submission

from .gaussian_case import AXES, Policy, log_density

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


@gaussian_policy.check(weight=2)
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


@gaussian_policy.check(weight=2)
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


@gaussian_policy.check()
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
        yield from compared(where, s.call(LOG_PROB, actions, policy.mean, policy.log_std), policy, actions)


@gaussian_policy.check()
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


@gaussian_policy.check(weight=2)
def samples_follow_the_law(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Each dimension of a draw is normal about its own mean, with its own standard deviation exp(log_std)."""
    for each_row in (False, True):
        policy = Policy.drawn(rng, (DRAWS,), k=3, each_row=each_row, extremes=True)
        got = s.call(SAMPLE, policy.mean, policy.log_std)
        yield from is_a_draw("the draws", got, policy)
        yield from follows("with log_std for each row" if each_row else "with one log_std", policy.z(got))


@gaussian_policy.check()
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
            first, second = (s.call(SAMPLE, policy.mean, policy.log_std) for _ in range(2))
            yield same_type("a draw", first, policy.mean)
            moved = bool((first != second).all())
            yield holds("the entries of two draws", moved, "an entry is the same in two draws")


@gaussian_policy.check()
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
    for name, remote, value in zip(("actions", "mean", "log_std"), held, inputs, strict=True):
        yield identical(name, remote.fetch(), value, f"the input {name} was changed")


def mistake(identity: str, message: str, question: str, *edits: tuple[str, str], source: str = "") -> None:
    gaussian_policy.misconception(identity, edits=edits, source=source, message=message, question=question)


Z = "z = (actions - mean) * torch.exp(-log_std)"
VALUE = "-(0.5 * z.square() + log_std + 0.5 * math.log(2 * math.pi)).sum(dim=-1)"
NOISE = "torch.empty_like(mean).normal_(generator=generator)"
UNIFORM = "torch.rand(mean.shape, generator=generator, dtype=mean.dtype)"
DRAWN = "(mean + log_std.exp() * noise).detach()"
H = "(log_std + 0.5 * math.log(2 * math.pi * math.e)).sum(dim=-1)"

mistake(
    "averaged_over_dimensions",
    "The log-probability is averaged over the dimensions of an action. Its exponential is then the k-th root of the "
    "density, and PPO's ratio the k-th root of the ratio: the clip sets in far too late.",
    "Two independent events have probabilities p and q. What is the probability of both, and what its logarithm?",
    (VALUE, VALUE.replace("sum", "mean")),
)
mistake(
    "not_summed",
    "Every dimension has a log-probability of its own; the action, which is all of them together, has none.",
    "How many actions were taken in a batch of 64, and how many log-probabilities come back?",
    (VALUE, VALUE.removesuffix(".sum(dim=-1)")),
)
mistake(
    "summed_over_the_batch",
    "The sum runs over the batch as well, so all actions share one number.",
    "Which axis holds the dimensions of one action?",
    (VALUE, VALUE.replace("dim=-1", "")),
)
gaussian_policy.another_form("summed_over_the_batch", edit=(VALUE, VALUE.replace("dim=-1", "dim=0")))
mistake(
    "log_std_as_std",
    "log_std itself is used as the standard deviation.",
    "A network may put out any real number. Which function makes a standard deviation of it here?",
    (Z, "z = (actions - mean) / log_std"),
    (VALUE, VALUE.replace("+ log_std +", "+ log_std.log() +")),
)
gaussian_policy.another_form("log_std_as_std", edit=(Z, "z = (actions - mean) / log_std"))
gaussian_policy.another_form("log_std_as_std", edit=(DRAWN, DRAWN.replace("log_std.exp()", "log_std")))
mistake(
    "log_std_as_log_variance",
    "log_std is taken for the logarithm of the variance: the standard deviation is the root of what it should be.",
    "What is the variance, if log σ = 1?",
    (Z, "z = (actions - mean) * torch.exp(-0.5 * log_std)"),
    (VALUE, VALUE.replace("+ log_std +", "+ 0.5 * log_std +")),
)
gaussian_policy.another_form("log_std_as_log_variance", edit=(DRAWN, DRAWN.replace("exp()", "exp().sqrt()")))
gaussian_policy.another_form("log_std_as_log_variance", edit=(H, H.replace("log_std +", "0.5 * log_std +")))
gaussian_policy.another_form(
    "log_std_as_log_variance",
    edits=(
        (Z, "z = (actions - mean) * torch.exp(-0.5 * log_std)"),
        (VALUE, VALUE.replace("+ log_std +", "+ 0.5 * log_std +")),
        (H, H.replace("log_std +", "0.5 * log_std +")),
        (DRAWN, DRAWN.replace("exp()", "exp().sqrt()")),
    ),
)
mistake(
    "std_not_squared",
    "The squared distance is divided by the standard deviation, not by the variance.",
    "In which unit is (action − mean)², if actions are in metres, and in which must the exponent be?",
    (Z, "z = (actions - mean) * torch.exp(-0.5 * log_std)"),
)
mistake(
    "variance_for_std",
    "The variance stands where the standard deviation should.",
    "If σ is 3, how far from the mean is a typical draw?",
    (DRAWN, DRAWN.replace("exp()", "exp().square()")),
)
gaussian_policy.another_form("variance_for_std", edit=(Z, "z = (actions - mean) * torch.exp(-2 * log_std)"))
gaussian_policy.another_form("variance_for_std", edit=(VALUE, VALUE.replace("+ log_std +", "+ 2 * log_std +")))
mistake(
    "softplus_for_exp",
    "The standard deviation is softplus(log_std). That is another way to name a policy, and not the one of this task.",
    "Of what is log_std the logarithm, by its name?",
    (DRAWN, DRAWN.replace("log_std.exp()", "torch.nn.functional.softplus(log_std)")),
)
gaussian_policy.another_form(
    "softplus_for_exp",
    edits=(
        (Z, "z = (actions - mean) / torch.nn.functional.softplus(log_std)"),
        (VALUE, VALUE.replace("+ log_std +", "+ torch.nn.functional.softplus(log_std).log() +")),
    ),
)
mistake(
    "without_half_log_2pi",
    "½ log 2π is missing. It cancels in a ratio of two policies; but this is no log-probability, and beside an entropy "
    "or another density it is wrong by 0.92 for each dimension.",
    "What is the area under exp(−z² / 2)?",
    (VALUE, VALUE.replace(" + 0.5 * math.log(2 * math.pi)", "")),
)
gaussian_policy.another_form(
    "without_half_log_2pi",
    edit=(VALUE, "-(0.5 * z.square() + log_std).sum(dim=-1) - 0.5 * math.log(2 * math.pi)"),
)
gaussian_policy.another_form("without_half_log_2pi", edit=(VALUE, VALUE.replace("0.5 * math.log", "math.log")))
mistake(
    "without_the_log_std_term",
    "The term −log σ is missing. Then a wider policy makes every action likelier, and σ grows without end.",
    "If a density becomes twice as wide, what happens to its height?",
    (VALUE, VALUE.replace(" + log_std", "")),
)
gaussian_policy.another_form("without_the_log_std_term", edit=(VALUE, VALUE.replace("+ log_std +", "- log_std +")))
mistake(
    "without_the_half",
    "z² is not halved.",
    "What is the exponent in the density of a standard normal?",
    (VALUE, VALUE.replace("0.5 * z", "z")),
)
mistake(
    "negated",
    "The sign is the other way round: this is −log π.",
    "Which action should have the larger log-probability, one at the mean or one far from it?",
    (VALUE, VALUE[1:]),
)
mistake(
    "density_not_its_logarithm",
    "This is the density, not its logarithm.",
    "Which of the two is asked for, and which can be negative?",
    (VALUE, f"({VALUE}).exp()"),
)
mistake(
    "log_of_the_density",
    "The logarithm is taken of the finished density. Far from the mean, or over many dimensions, the density is 0 in "
    "floating point, and its logarithm −inf.",
    "What is log exp(x), and does the exponential have to be computed?",
    (VALUE, f"({VALUE}).exp().log()"),
)
gaussian_policy.another_form("log_of_the_density", edit=(VALUE, f"torch.log(({VALUE}).exp() + 1e-8)"))
gaussian_policy.another_form(
    "log_of_the_density", edit=(VALUE, f"({VALUE.removesuffix('.sum(dim=-1)')}).exp().log().sum(dim=-1)")
)
gaussian_policy.another_form(
    "log_of_the_density", edit=(VALUE, f"({VALUE.removesuffix('.sum(dim=-1)')}).exp().prod(dim=-1).log()")
)
mistake(
    "clips_the_action",
    "The action is clipped before its log-probability is taken. The policy drew another action than the one it is "
    "asked about; the clip belongs between the policy and the environment.",
    "Which number was drawn from the Gaussian: the one before the clip, or the one after it?",
    (Z, "z = (actions.clamp(-1, 1) - mean) * torch.exp(-log_std)"),
)
gaussian_policy.another_form("clips_the_action", edit=(DRAWN, "(mean + log_std.exp() * noise).clamp(-1, 1).detach()"))
gaussian_policy.another_form("clips_the_action", edit=(DRAWN, "(mean + log_std.exp() * noise).tanh().detach()"))
mistake(
    "clips_log_std",
    "log_std is clipped on the way, so a policy that is wide or sharp is taken for another one.",
    "What was asked for at log_std = −14?",
    (Z, "log_std = log_std.clamp(-5, 2)\n    " + Z),
)
mistake(
    "std_without_gradient",
    "No gradient reaches log_std: the policy can never learn how much to explore.",
    "Which two tensors does the policy learn?",
    (VALUE, VALUE.replace("+ log_std +", "+ log_std.detach() +")),
    (Z, Z.replace("-log_std", "-log_std.detach()")),
)
gaussian_policy.another_form("std_without_gradient", edit=(Z, Z.replace("-log_std", "-log_std.detach()")))
gaussian_policy.another_form(
    "std_without_gradient", edit=(Z, Z.replace("(actions - mean)", "(actions - mean.detach())"))
)
gaussian_policy.another_form("std_without_gradient", edit=(VALUE, f"({VALUE}).detach()"))
mistake(
    "entropy_averaged",
    "The entropy is averaged over dimensions; that of independent parts adds up.",
    "What is the entropy of two fair coins, and of one?",
    (H, H.replace("sum", "mean")),
)
gaussian_policy.another_form("entropy_averaged", edit=(H, H.removesuffix(".sum(dim=-1)")))
gaussian_policy.another_form("entropy_averaged", edit=(H, H.replace("dim=-1", "")))
mistake(
    "entropy_without_its_half",
    "The constant is wrong: z² / 2 has the mean ½, and that half belongs to the entropy.",
    "What is the mean of z², if z is standard normal?",
    (H, H.replace(" * math.e", "")),
)
gaussian_policy.another_form("entropy_without_its_half", edit=(H, "log_std.sum(dim=-1)"))
gaussian_policy.another_form("entropy_without_its_half", edit=(H, H.replace("0.5 * ", "")))
gaussian_policy.another_form(
    "entropy_without_its_half",
    edit=(H, "log_std.sum(dim=-1) + 0.5 * math.log(2 * math.pi * math.e)"),
)
mistake(
    "entropy_sign",
    "The entropy has the wrong sign: a wider policy must have more of it.",
    "Is the entropy the mean of log π or of −log π?",
    (H, f"-{H}"),
)
mistake(
    "entropy_never_negative",
    "The entropy is cut off at 0. Densities may exceed 1, so the entropy of a sharp policy is negative.",
    "How high is the density of a normal with σ = 0.01 at its mean?",
    (H, f"{H}.clamp(min=0)"),
)
mistake(
    "gradient_through_the_sample",
    "Gradients flow through the draw. In log π(mean + σ · noise) the mean cancels, so the policy gradient by the mean "
    "is exactly 0, and nothing is learned.",
    "Put a = μ + σε into (a − μ) / σ. What is left of μ?",
    (DRAWN, DRAWN.removesuffix(".detach()")),
)
gaussian_policy.another_form("gradient_through_the_sample", edit=(DRAWN, "mean + (log_std.exp() * noise).detach()"))
gaussian_policy.another_form("gradient_through_the_sample", edit=(DRAWN, "mean.detach() + log_std.exp() * noise"))
mistake(
    "noise_without_std",
    "The noise is not scaled: the standard deviation is 1, whatever log_std says.",
    "What should a draw be when σ is nearly 0?",
    (DRAWN, "(mean + noise).detach()"),
)
mistake(
    "no_noise",
    "The mean is returned; nothing is drawn.",
    "How does a policy learn about actions that it never tries?",
    (DRAWN, "mean.detach().clone()"),
)
mistake(
    "uniform_noise",
    "The noise is not normal.",
    "`torch.rand` and `torch.randn` differ by one letter. Which draws from which law?",
    (NOISE, UNIFORM),
)
gaussian_policy.another_form("uniform_noise", edit=(NOISE, f"(2 * {UNIFORM} - 1)"))
gaussian_policy.another_form("uniform_noise", edit=(NOISE, f"({UNIFORM} - 0.5) * 12**0.5"))
mistake(
    "one_noise_for_the_batch",
    "All rows get the same noise, so the copies of the environment explore in step.",
    "A batch has 64 states. How many independent draws does it need?",
    (NOISE, NOISE.replace("(mean)", "(mean.reshape(-1, mean.shape[-1])[0])")),
)
mistake(
    "one_noise_for_the_dimensions",
    "All dimensions of an action get the same noise: the policy explores along one line only.",
    "What does *independent* dimensions mean for the noise?",
    (NOISE, NOISE.replace("(mean)", "(mean[..., :1])")),
)
mistake(
    "the_same_draw_at_every_call",
    "The generator is seeded anew inside the function, so every call draws the same.",
    "Who should decide where the random numbers start, and how often?",
    ("    noise = ", "    torch.default_generator.manual_seed(0)\n    noise = "),
)
mistake(
    "ignores_the_generator",
    "The generator is not handed to what draws, so a run cannot be repeated.",
    "Where does `torch.randn` take its random numbers from when it is given no generator?",
    (NOISE, NOISE.replace("generator=generator", "")),
)
mistake(
    "always_float32",
    "A draw is float32, whatever the dtype of the mean.",
    "Which dtype does `torch.randn` use when none is named, and what does adding two dtypes give?",
    (DRAWN, DRAWN.replace(".detach()", ".float().detach()")),
)
mistake(
    "changes_its_input",
    "The mean is changed in place: the caller's tensor is no longer what the network said.",
    "What is the difference between `x + y` and `x += y` for the caller of the function?",
    (DRAWN, "mean.detach().add_(log_std.exp().detach() * noise)"),
)
