"""Judgement of `text.diagnostics`: the numbers of one update of a policy gradient, and the names of what is wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical
from autograder.submission import Submission

from .diagnostics_case import (
    BROUGHT,
    THRESHOLDS,
    compared,
    right_distribution,
    right_gradient,
    right_names,
    right_sample,
    some_mask,
    some_weights,
)
from .diagnostics_misconceptions import add_misconceptions

diagnostics = Judgement(
    "text.diagnostics",
    hints=(
        "Take one number at a time, and try it on a batch that you can work out by hand: one sequence, two tokens, two "
        "choices. `x[mask]` gathers what is kept into one axis.",
        "0 · log 0 is NaN in floating point; torch.xlogy(p, p) is p log p with 0 for p = 0. For the chance: the sum "
        "over the kept positions of log Σ p^(1 − s), plus s times the sum of the log-probs, for s = 0.5 and s = −0.5.",
        "torch.autograd.grad(loss, [x], retain_graph=True, allow_unused=True) gives the gradient by x, or None where "
        "the loss does not depend on it. It raises where loss or x does not require a gradient: ask that first.",
        "Weights (batch,) become (batch, time) by `weights.reshape(len(weights), -1).expand(mask.shape)`. Texts can be "
        "counted as tuples: `set` leaves one of each.",
        "Build a dict from each name to whether it is found, in the order of the table; return the names that are.",
    ),
)


def draw_distribution(rng: np.random.Generator, dtype: torch.dtype = torch.float64) -> tuple[Tensor, ...]:
    """log_distribution, log_probs, old_log_probs and mask; what is masked is NaN, and one token has probability 0."""
    batch, time, vocab = (int(size) for size in rng.permutation([4, 5, 7]))
    log_distribution = torch.from_numpy(2.0 * rng.standard_normal((batch, time, vocab))).log_softmax(-1)
    log_distribution[0, 0] = torch.tensor([-torch.inf, *[-math.log(vocab - 1)] * (vocab - 1)])
    log_probs = torch.from_numpy(-rng.uniform(0.01, 3.0, (batch, time)))
    old = log_probs + torch.from_numpy(rng.normal(0.0, 0.3, (batch, time)))
    mask = some_mask(rng, batch, time)
    for value in (log_distribution, log_probs, old):
        value[~mask] = torch.nan
    return log_distribution.to(dtype), log_probs.to(dtype), old.to(dtype), mask


@diagnostics.check(weight=2)
def looks_at_the_distributions(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """distribution_numbers gives its six numbers of the kept positions, and of no others."""
    for dtype in (torch.float64, torch.float32, torch.float64):
        inputs = draw_distribution(rng, dtype)
        right = right_distribution(*inputs)
        size, held = float(inputs[1][inputs[3]].abs().sum()), [s.hold(value) for value in inputs]
        yield from compared(f"of distributions in {dtype}", s.call("distribution_numbers", *held), right, size)
        for remote, value in zip(held, inputs, strict=True):
            yield identical("what was given", remote.fetch(), value, "distribution_numbers changes an argument")


@diagnostics.check()
def sees_what_is_no_distribution(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Raw logits in the place of log-probs show: sums far from 1 on either side, and log-probs above 0."""
    for shift in (-2.0, 1.5):
        log_distribution, log_probs, old, mask = draw_distribution(rng)
        each = torch.from_numpy(shift * rng.uniform(0.2, 1.0, (*mask.shape, 1)))
        inputs = (log_distribution + each, log_probs + 3.0, old, mask)
        right, size = right_distribution(*inputs), 10.0 * log_probs.numel()
        yield from compared(f"shifted by {shift}", s.call("distribution_numbers", *inputs), right, size)


@diagnostics.check(weight=2)
def bounds_the_chance(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """log_chance is near 0 for draws from the distributions, and far below for tokens too unlikely or too likely."""
    for kind in ("drawn", "too unlikely", "too likely"):
        log_distribution = torch.from_numpy(rng.standard_normal((6, 30, 5))).log_softmax(-1)
        probs = log_distribution.exp().reshape(-1, 5).numpy()
        if kind == "drawn":
            picked = np.array([rng.choice(5, p=row / row.sum()) for row in probs])
        else:
            picked = probs.argmin(axis=-1) if kind == "too unlikely" else probs.argmax(axis=-1)
        tokens = torch.from_numpy(picked).reshape(6, 30, 1)
        log_probs = log_distribution.gather(-1, tokens).squeeze(-1)
        mask = torch.ones(6, 30, dtype=torch.bool)
        inputs = (log_distribution, log_probs, log_probs.clone(), mask)
        right = right_distribution(*inputs)
        yield from compared(f"of tokens that are {kind}", s.call("distribution_numbers", *inputs), right, 500.0)


def draw_graph(rng: np.random.Generator, per_token: bool) -> tuple[dict[str, Tensor], Tensor]:
    """Log-probs, old log-probs and weights, and a mask."""
    batch, time = (int(size) for size in rng.permutation([4, 6]))
    log_probs = torch.from_numpy(-rng.uniform(0.1, 3.0, (batch, time)))
    old = log_probs + torch.from_numpy(rng.normal(0.0, 0.3, (batch, time)))
    weights = some_weights(rng, batch, time, per_token)
    return {"log_probs": log_probs, "old": old, "weights": weights}, some_mask(rng, batch, time)


def slope(rng: np.random.Generator, kind: str, weights: Tensor, mask: Tensor) -> Tensor:
    """The gradient by log-probs of a loss of this kind."""
    right = -torch.where(mask, weights.reshape(len(weights), -1), 0.0) / len(mask)
    noise = torch.from_numpy(rng.standard_normal(mask.shape))
    return {
        "right": right,
        "a mean over each text": right / mask.sum(1, keepdim=True).clamp(min=1),
        "flipped": -right,
        "unmasked": right + 0.3 * noise * ~mask,
        "another": noise,
        "zero": 0.0 * right,
    }[kind]


@diagnostics.check(weight=3)
def follows_the_gradient(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """gradient_numbers gives the norm, the direction and the whereabouts of the loss's gradient."""
    for number, kind in enumerate(("right", "a mean over each text", "flipped", "unmasked", "another", "zero", "none")):
        for per_token in (False, True):
            values, mask = draw_graph(rng, per_token)
            slopes = {} if kind == "none" else {"log_probs": slope(rng, kind, values["weights"], mask)}
            if kind in ("another", "none"):
                slopes |= {"weights": torch.from_numpy(rng.standard_normal(tuple(values["weights"].shape)))}
            if kind in ("another", "unmasked"):
                slopes |= {"old": torch.from_numpy(rng.standard_normal(tuple(mask.shape)))}
            graph = s.bring(BROUGHT, "Graph").build("", values, slopes, per_token, number % 2 == 0)
            parts = [graph.build("part", name) for name in ("log_probs", "old", "weights")]
            got = s.call("gradient_numbers", graph.build("loss"), *parts, mask)
            yield from compared(f"of a loss that is {kind}", got, right_gradient(slopes, values["weights"], mask))


@diagnostics.check()
def survives_what_has_no_gradient(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where nothing has a gradient, or the weights are all 0, numbers are 0 and never NaN."""
    values, mask = draw_graph(rng, False)
    for where, slopes in (
        ("without any path", {}),
        ("with weights of 0", {"log_probs": slope(rng, "another", values["weights"], mask)}),
    ):
        weights = values["weights"] if not slopes else torch.zeros_like(values["weights"])
        graph = s.bring(BROUGHT, "Graph").build("", {**values, "weights": weights}, slopes, False, False)
        parts = [graph.build("part", name) for name in ("log_probs", "old", "weights")]
        got = s.call("gradient_numbers", graph.build("loss"), *parts, mask)
        yield from compared(where, got, right_gradient(slopes, weights, mask))


@diagnostics.check()
def leaves_the_graph_as_it_was(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """After gradient_numbers no tensor has a .grad that it had not before, and loss.backward() gives the right ones."""
    values, mask = draw_graph(rng, True)
    slopes = {
        "log_probs": slope(rng, "right", values["weights"], mask),
        "weights": torch.from_numpy(rng.standard_normal(tuple(mask.shape))),
    }
    graph = s.bring(BROUGHT, "Graph").build("", values, slopes, False, False)
    parts = [graph.build("part", name) for name in ("log_probs", "old", "weights")]
    held, before = s.hold(mask), graph.call("loss")
    s.call("gradient_numbers", graph.build("loss"), *parts, held)
    yield identical("the mask", held.fetch(), mask, "gradient_numbers changes the mask")
    yield identical("the loss", graph.call("loss"), before, "gradient_numbers changes the loss")
    untouched = all(gradient is None for gradient in graph.call("gradients").values())
    yield holds("the gradients afterwards", untouched, "gradient_numbers leaves gradients in .grad")
    graph.tell("backward")
    for name, gradient in graph.call("gradients").items():
        yield close(f"the gradient of backward by {name}", gradient, slopes[name])


@diagnostics.check(weight=2)
def looks_at_weights_and_texts(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """sample_numbers gives mean, spread and agreement of the weights, repetition and variety of the texts."""
    for number in range(4):
        tokens = torch.from_numpy(rng.integers(0, 3, (9, 7)))
        mask = some_mask(rng, 9, 7)
        mask[2:6], mask[6, 3:] = True, False
        mask[7], mask[8] = torch.arange(7) < 4, torch.arange(7) < 3
        tokens[3] = tokens[2]  # two of a kind
        tokens[7, 4:] = 9  # not part of the text
        rewards = torch.from_numpy(rng.standard_normal(9)).to(torch.float32)
        weights = some_weights(rng, 9, 7, per_token=number % 2 == 0)
        if number < 2:
            weights[~mask if weights.ndim == 2 else ~mask.any(dim=1)] = torch.nan
        if number == 3:
            weights = weights + rewards
        held = [s.hold(value) for value in (tokens, rewards, weights, mask)]
        yield from compared(
            "of texts", s.call("sample_numbers", *held), right_sample(tokens, rewards, weights, mask), 4.0
        )
        for name, remote, value in zip(
            ("tokens", "rewards", "weights", "mask"), held, (tokens, rewards, weights, mask), strict=True
        ):
            yield identical(name, remote.fetch(), value, f"the {name} were changed")


@diagnostics.check()
def knows_the_edges_of_texts(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Equal rewards or weights agree by 0; texts of fewer than 4 tokens do not count; all alike have variety 0."""
    tokens, mask = torch.from_numpy(rng.integers(0, 5, (5, 6))), torch.ones(5, 6, dtype=torch.bool)
    rewards, weights = (torch.from_numpy(rng.standard_normal(5)) for _ in range(2))
    alike, half = tokens[:1].repeat(5, 1), torch.full((5,), 0.5, dtype=torch.float64)
    one_long = mask & (torch.arange(6) < 3)
    one_long[1] = True
    two_long = one_long.clone()
    two_long[3] = True
    for where, inputs in (
        ("where rewards are equal", (tokens, half, weights, mask)),
        ("where weights are equal", (tokens, rewards, half, mask)),
        ("of texts that are all alike", (alike, rewards, weights, mask)),
        ("of one token again and again", (torch.full_like(tokens, 3), rewards, weights, mask)),
        ("of three tokens each", (tokens, rewards, weights, torch.arange(6).expand(5, 6) < 3)),
        ("of four tokens each", (tokens, rewards, weights, torch.arange(6).expand(5, 6) < 4)),
        ("of which one alone is long", (tokens, rewards, weights, one_long)),
        ("of which two are long and alike", (alike, rewards, weights, two_long)),
    ):
        yield from compared(where, s.call("sample_numbers", *inputs), right_sample(*inputs), 4.0)


@diagnostics.check(weight=2)
def names_what_is_wrong(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """policy_gradient_diagnostics names all that the table says, in its order: at, above and below each threshold."""
    sound = {name: values[0] for name, values in THRESHOLDS.items()}
    inputs = [sound, *({**sound, name: value} for name, values in THRESHOLDS.items() for value in values[1:])]
    for mean, std in ((0.0, 0.0), (-0.5, 0.0), (0.0, 1.0)):
        for cosine, norm in ((0.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (-1.0, 1.0)):
            weights, gradient = (
                {"weight_mean": mean, "weight_std": std},
                {"gradient_cosine": cosine, "gradient_norm": norm},
            )
            inputs.append({**sound, **weights, **gradient})
    inputs += [{**sound, "weight_mean": mean, "weight_std": std} for mean in (0.5, -0.5) for std in (0.0, 0.25, 0.2)]
    inputs += [{name: float(rng.choice(values)) for name, values in THRESHOLDS.items()} for _ in range(60)]
    for numbers, got in zip(inputs, s.each("policy_gradient_diagnostics", [(item,) for item in inputs]), strict=True):
        changed = ", ".join(f"{name} = {numbers[name]:g}" for name in numbers if numbers[name] != sound[name])
        found = list(got) if isinstance(got, list | tuple) else got
        yield identical(f"what is wrong with {changed or 'a sound update'}", found, right_names(numbers))


@diagnostics.check()
def says_one_thing_of_what_is_not_finite(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Where a number is infinite or NaN, that alone is named; log_chance may be minus infinity."""
    sound = {name: values[0] for name, values in THRESHOLDS.items()}
    for name in THRESHOLDS:
        for value in (math.nan, math.inf):
            if name != "log_chance":
                numbers = {**sound, "repetition": 1.0, name: value}
                got = s.call("policy_gradient_diagnostics", numbers)
                yield identical(f"what is wrong where {name} is {value}", list(got), ["not_finite"])
    got = s.call("policy_gradient_diagnostics", {**sound, "log_chance": -math.inf})
    yield identical("what is wrong where log_chance is −inf", list(got), ["not_drawn_from_it"])


add_misconceptions(diagnostics)
