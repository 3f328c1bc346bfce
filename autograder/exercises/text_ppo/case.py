"""A small model of text that the judge brings, with texts that it could have written; and what the model makes of them.

The stream at a position is a tanh of the mean of all that stands up to it. It is read as logits and as a value. The
token 0 has the logit −inf: the model never writes it, and where it stands as a pad its log-prob is −inf. The oracle
reads one position of one text at a time, in double precision; `torch.float64` gives it gradients.
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


def draw_weights(rng: np.random.Generator) -> Weights:
    shapes = {"embedding": (VOCAB, WIDTH), "out": (WIDTH, VOCAB), "value": (WIDTH,)}
    return {name: 1.5 * numbers(rng, *shape) for name, shape in shapes.items()}


def moved(rng: np.random.Generator, weights: Weights, far: float = 0.3) -> Weights:
    """Other weights, not far from these."""
    return {name: value + far * numbers(rng, *value.shape) for name, value in weights.items()}


def bring(s: Submission, weights: Weights, rate: float = 0.0) -> Remote:
    """The model, placed with the submission."""
    return s.bring(BROUGHT, "Model").build("", weights, rate)


def read(weights: Weights, text: Tensor, t: int) -> tuple[Tensor, Tensor]:
    """Log-probabilities (vocab,) of the token at t + 1 and the value of what stands up to t, in double precision."""
    embedding, out, value = (weights[name].double() for name in ("embedding", "out", "value"))
    x = torch.tanh(torch.stack([embedding[int(token)] for token in text[: t + 1]]).mean(dim=0))
    scores = x @ out
    log_sum = torch.logsumexp(scores[1:], dim=0)
    return scores - log_sum, x @ value


@dataclass
class Texts:
    """Texts with a mask: `kept` lists (text, t) where the mask keeps the token at t + 1."""

    tokens: Tensor
    mask: Tensor

    @property
    def kept(self) -> list[tuple[int, int]]:
        return [(int(text), int(t)) for text, t in self.mask.nonzero()]


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
