"""One update as `text.diagnostics` sees it, and what its numbers are: one element at a time, in double precision.

`Graph` is a loss that the judge brings. It is linear in log-probs, old log-probs and weights, so its gradients are the
arrays that it was made of.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.observation import Observation, close, holds, identical

BROUGHT = """
import torch

class Graph:
    def __init__(self, values, slopes, leaf, all_learn):
        self.leaves = {name: value.clone() for name, value in values.items()}
        for name, value in self.leaves.items():
            value.requires_grad_(all_learn or name in slopes)
        self.made = {name: value if leaf else 1.0 * value for name, value in self.leaves.items()}
        self.used = list(slopes)
        self.total = torch.zeros(())
        for name, slope in slopes.items():
            self.total = self.total + (slope * self.made[name]).sum()

    def loss(self):
        return self.total

    def part(self, name):
        return self.made[name]

    def gradients(self):
        return {name: value.grad for name, value in self.leaves.items() if name in self.used}

    def backward(self):
        self.total.backward()
"""
DISTRIBUTION = ("sum_error", "largest_log_prob", "ratio_error", "entropy", "surprise", "log_chance")
GRADIENT = ("gradient_norm", "gradient_cosine", "gradient_outside", "gradient_elsewhere")
SAMPLE = ("weight_mean", "weight_std", "weight_agreement", "repetition", "variety")
Numbers = dict[str, float]


def some_mask(rng: np.random.Generator, batch: int, time: int) -> Tensor:
    """A mask in any pattern, with a row that keeps all and one that keeps nothing."""
    mask = torch.from_numpy(rng.random((batch, time)) < 0.6)
    mask[0], mask[1] = True, False
    return mask


def some_weights(rng: np.random.Generator, batch: int, time: int, per_token: bool) -> Tensor:
    return torch.from_numpy(rng.normal(0.3, 1.5, (batch, time) if per_token else batch))


def right_distribution(log_distribution: Tensor, log_probs: Tensor, old: Tensor, mask: Tensor) -> Numbers:
    sums, largest, ratios, entropies, surprises = [], [], [], [], []
    bounds = {0.5: 0.0, -0.5: 0.0}
    for place in zip(*np.nonzero(mask.numpy()), strict=True):
        probs = [math.exp(float(value)) for value in log_distribution[place]]
        log_prob = float(log_probs[place])
        entropy = -sum(p * math.log(p) for p in probs if p > 0)
        sums.append(abs(sum(probs) - 1.0))
        largest.append(log_prob)
        ratios.append(abs(math.exp(log_prob - float(old[place])) - 1.0))
        entropies.append(entropy)
        surprises.append(-log_prob - entropy)
        for s in bounds:
            bounds[s] += math.log(sum(p ** (1.0 - s) for p in probs)) + s * log_prob
    return {
        "sum_error": max(sums),
        "largest_log_prob": max(largest),
        "ratio_error": max(ratios),
        "entropy": float(np.mean(entropies)),
        "surprise": float(np.mean(surprises)),
        "log_chance": min(0.0, *bounds.values()),
    }


def right_gradient(slopes: dict[str, Tensor], weights: Tensor, mask: Tensor) -> Numbers:
    """For a loss that has these slopes; what it does not depend on is absent."""
    shape = tuple(mask.shape)
    g = slopes["log_probs"].double().numpy() if "log_probs" in slopes else np.zeros(shape)
    ideal = np.zeros(shape)
    outside = 0.0
    for b, t in np.ndindex(shape):
        if mask[b, t]:
            ideal[b, t] = -float(weights[b, t] if weights.ndim == 2 else weights[b])
        else:
            outside += float(g[b, t]) ** 2
    norm = math.sqrt(float((g**2).sum()))
    lengths = sum(
        math.sqrt(float((row**2).sum()) * float((right**2).sum())) for row, right in zip(g, ideal, strict=True)
    )
    elsewhere = sum(float((slopes[name].double() ** 2).sum()) for name in ("weights", "old") if name in slopes)
    return {
        "gradient_norm": norm,
        "gradient_cosine": float((g * ideal).sum()) / lengths if lengths else 0.0,
        "gradient_outside": math.sqrt(outside) / norm if norm else 0.0,
        "gradient_elsewhere": math.sqrt(elsewhere),
    }


def right_sample(tokens: Tensor, rewards: Tensor, weights: Tensor, mask: Tensor) -> Numbers:
    kept, means, paid, texts = [], [], [], []
    for b in range(len(tokens)):
        own = [t for t in range(tokens.shape[1]) if mask[b, t]]
        values = [float(weights[b, t] if weights.ndim == 2 else weights[b]) for t in own]
        kept += values
        if own:
            means.append(sum(values) / len(values))
            paid.append(float(rewards[b]))
        if len(own) >= 4:
            texts.append(tuple(int(tokens[b, t]) for t in own))
    x, y = np.array(means) - np.mean(means), np.array(paid) - np.mean(paid)
    flat = len(set(means)) < 2 or len(set(paid)) < 2
    shares = [max(Counter(text).values()) / len(text) for text in texts]
    return {
        "weight_mean": float(np.mean(kept)),
        "weight_std": math.sqrt(float(np.mean((np.array(kept) - np.mean(kept)) ** 2))),
        "weight_agreement": 0.0 if flat else float(x @ y / math.sqrt(float(x @ x) * float(y @ y))),
        "repetition": sum(shares) / len(shares) if shares else 0.0,
        "variety": (len(set(texts)) - 1) / (len(texts) - 1) if len(texts) > 1 else 1.0,
    }


def compared(where: str, got: Any, expected: Numbers, size: float = 1.0) -> Iterator[Observation]:
    """A dict of numbers beside what they should be; `size` is that of a sum in which they may cancel."""
    keys = sorted(got) if isinstance(got, dict) else []
    yield identical(f"the keys {where}", keys, sorted(expected), f"the result {where} has not exactly the right keys")
    for name, right in expected.items():
        plain = isinstance(got[name], float | int) and not isinstance(got[name], bool)
        yield holds(f"the type of {name}", plain, f"{name} is not a float of Python (a tensor's `item()` is one)")
        magnitude = max(1.0, size, abs(right))
        yield close(
            f"{name} {where}", float(got[name]), right, roundings=64, magnitude=magnitude, precision=torch.float32
        )


THRESHOLDS: dict[str, tuple[float, ...]] = {
    "sum_error": (0.0, 1e-3, 0.00101),
    "largest_log_prob": (-1.0, 0.0, 1e-4, 0.00011),
    "ratio_error": (0.0, 1e-2, 0.0101),
    "entropy": (1.0, 0.0),
    "surprise": (0.0, 3.0, -3.0),
    "log_chance": (0.0, -20.0, -20.1, -math.inf),
    "gradient_norm": (1.0, 1e-3, 0.0),
    "gradient_cosine": (1.0, 0.95, 0.949, 0.0, -0.5, -0.51, -1.0),
    "gradient_outside": (0.0, 1e-6, 1.1e-6),
    "gradient_elsewhere": (0.0, 1e-12),
    "weight_mean": (0.0, 2.0, -2.0, 2.1, -2.1, 20.0),
    "weight_std": (1.0, 0.0, 10.0, 10.1),
    "weight_agreement": (1.0, 0.0, -0.5, -0.51),
    "repetition": (0.5, 0.9, 0.91),
    "variety": (1.0, 0.05, 0.049),
}
"""For each number values on both sides of every threshold, and on it; first a sound one."""


def right_names(numbers: Numbers) -> list[str]:
    """What `policy_gradient_diagnostics` should return."""
    if any(not math.isfinite(value) for name, value in numbers.items() if name != "log_chance"):
        return ["not_finite"]
    nothing_to_learn = numbers["weight_mean"] == numbers["weight_std"] == 0
    found = []
    if numbers["sum_error"] > 0.001:
        found.append("not_a_distribution")
    if numbers["largest_log_prob"] > 0.0001:
        found.append("positive_log_prob")
    if numbers["log_chance"] < -20:
        found.append("not_drawn_from_it")
    if numbers["ratio_error"] > 0.01:
        found.append("ratio_not_one")
    if not nothing_to_learn:
        if numbers["gradient_norm"] == 0:
            found.append("no_gradient")
        if numbers["gradient_cosine"] < -0.5:
            found.append("sign_flipped")
        elif numbers["gradient_cosine"] < 0.95 and numbers["gradient_norm"] != 0:
            found.append("gradient_astray")
    for name, key, limit in (
        ("outside_the_mask", "gradient_outside", 1e-6),
        ("not_detached", "gradient_elsewhere", 0.0),
    ):
        if numbers[key] > limit:
            found.append(name)
    if abs(numbers["weight_mean"]) > 2 * numbers["weight_std"]:
        found.append("not_centred")
    if numbers["weight_std"] > 10:
        found.append("not_scaled")
    if numbers["weight_agreement"] < -0.5:
        found.append("against_the_rewards")
    if numbers["repetition"] > 0.9 or numbers["variety"] < 0.05:
        found.append("degenerate_text")
    return found
