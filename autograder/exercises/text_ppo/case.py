"""A small model of text that the judge brings, with texts that it could have written; and what the model makes of them.

The stream at a position is a tanh of the mean of all that stands up to it. It is read as logits and as a value. The
token 0 has the logit −inf: the model never writes it, and where it stands as a pad its log-prob is −inf. The oracle
reads one position of one text at a time, in double precision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.submission import Remote, Submission

from .texts import numbers, runs

BROUGHT = """
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self, weights, rate=0.0):
        super().__init__()
        for name, value in weights.items():
            self.register_parameter(name, nn.Parameter(value.clone()))
        self.dropout = nn.Dropout(rate)

    def forward(self, tokens):
        seen = torch.arange(1, tokens.shape[1] + 1)[:, None]
        x = torch.tanh(self.embedding[tokens].cumsum(1) / seen)
        x = self.dropout(x)
        logits = x @ self.out
        never = torch.zeros(logits.shape[-1], dtype=torch.bool)
        never[0] = True
        return logits.masked_fill(never, float("-inf")), x @ self.value

    def values(self):
        return {name: value for name, value in self.named_parameters()}

class Momentum:
    def __init__(self, model, rate, momentum):
        self.learned = list(model.parameters())
        self.speed = [torch.zeros_like(p) for p in self.learned]
        self.rate, self.momentum = rate, momentum

    def zero_grad(self, set_to_none=True):
        for p in self.learned:
            p.grad = None

    @torch.no_grad()
    def step(self):
        for p, speed in zip(self.learned, self.speed):
            if p.grad is not None:
                speed.mul_(self.momentum).add_(p.grad)
                p.sub_(self.rate * speed)
"""
VOCAB, WIDTH = 6, 4
Weights = dict[str, Tensor]
Arrays = dict[str, np.ndarray]


def draw_weights(rng: np.random.Generator) -> Weights:
    shapes = {"embedding": (VOCAB, WIDTH), "out": (WIDTH, VOCAB), "value": (WIDTH,)}
    return {name: 1.5 * numbers(rng, *shape) for name, shape in shapes.items()}


def moved(rng: np.random.Generator, weights: Weights, far: float = 0.3) -> Weights:
    """Other weights, not far from these."""
    return {name: value + far * numbers(rng, *value.shape) for name, value in weights.items()}


def bring(s: Submission, weights: Weights, rate: float = 0.0) -> Remote:
    """The model, placed with the submission."""
    return s.bring(BROUGHT, "Model").build("", weights, rate)


@dataclass(frozen=True)
class Reading:
    """What the model makes of the state before one token, in double precision."""

    text: list[int]
    """What stands there, so the last entry is the token before."""
    x: np.ndarray
    log_p: np.ndarray
    """Of every token, (vocab,); -inf for token 0."""
    value: float


def doubled(weights: Weights) -> Arrays:
    return {name: value.double().numpy().copy() for name, value in weights.items()}


def read(weights: Arrays, text: list[int]) -> Reading:
    """The model at the last position of a text."""
    x = np.tanh(sum(weights["embedding"][token] for token in text) / len(text))
    scores = x @ weights["out"]
    scores[0] = -np.inf
    return Reading(text, x, scores - np.log(np.exp(scores[1:]).sum()), float(x @ weights["value"]))


def add_gradient(total: Arrays, weights: Arrays, at: Reading, token: int, by_log_p: float, by_value: float) -> None:
    """Add the gradient of by_log_p · log p(token) + by_value · value, by the chain rule."""
    scores = -by_log_p * np.exp(at.log_p)
    scores[token] += by_log_p
    total["out"] += np.outer(at.x, scores)
    total["value"] += by_value * at.x
    mean = (weights["out"] @ scores + by_value * weights["value"]) * (1.0 - at.x**2)
    for earlier in at.text:
        total["embedding"][earlier] += mean / len(at.text)


@dataclass
class Texts:
    """Texts with a mask: `kept` lists (text, t) where the mask keeps the token at t + 1."""

    tokens: Tensor
    mask: Tensor

    @property
    def kept(self) -> list[tuple[int, int]]:
        return [(int(text), int(t)) for text, t in self.mask.nonzero()]

    def before(self, text: int, t: int) -> list[int]:
        """What stands before the token of column t."""
        return [int(token) for token in self.tokens[text, : t + 1]]

    def written(self, text: int, t: int) -> int:
        """The token of column t."""
        return int(self.tokens[text, t + 1])


def draw_texts(rng: np.random.Generator, texts: int = 6) -> Texts:
    """Texts of unequal lengths whose kept tokens are at least 1; the others are 0 as often as not.

    Every text keeps at least one token.
    """
    mask = runs(rng, 6, texts + 1)
    mask = mask[mask.any(dim=1)]  # without the one that keeps nothing
    tokens = torch.from_numpy(rng.integers(1, VOCAB, size=(texts, mask.shape[1] + 1)))
    pads = torch.from_numpy(rng.random(tuple(mask.shape)) < 0.5) & ~mask
    tokens[:, 1:][pads] = 0
    return Texts(tokens, mask)


def at_kept(texts: Texts, value: Any) -> Any:
    """The kept entries of (batch, time), as a vector; what has another shape is left for the comparison to refuse."""
    if isinstance(value, Tensor) and value.shape == texts.mask.shape:
        return value[texts.mask]
    return value
