"""A small model of text that the judge brings, pairs of texts, and what the model makes of them.

The stream at a position is a tanh of the mean of all that stands up to it, read as logits. The token 0 has the logit
−inf: the model never writes it, and where it stands as a pad its log-prob is −inf. The oracle reads one position of one
text at a time, in double precision, and writes gradients and momentum out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from autograder.submission import Remote, Submission

from .inputs import a_mask, numbers

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
        x = self.dropout(torch.tanh(self.embedding[tokens].cumsum(1) / seen))
        never = torch.zeros(self.out.shape[1], dtype=torch.bool)
        never[0] = True
        return (x @ self.out).masked_fill(never, float("-inf"))

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
SIDES = ("chosen", "rejected")


def draw_weights(rng: np.random.Generator) -> Weights:
    return {"embedding": 1.5 * numbers(rng, VOCAB, WIDTH), "out": 1.5 * numbers(rng, WIDTH, VOCAB)}


def moved(rng: np.random.Generator, weights: Weights) -> Weights:
    """Other weights, not far from these."""
    return {name: value + 0.4 * numbers(rng, *value.shape) for name, value in weights.items()}


def doubled(weights: Weights) -> Arrays:
    return {name: value.double().numpy().copy() for name, value in weights.items()}


def bring(s: Submission, weights: Weights, rate: float = 0.0) -> Remote:
    """The model, placed with the submission."""
    return s.bring(BROUGHT, "Model").build("", weights, rate)


@dataclass
class Pairs:
    """Pairs of texts; in each row of tokens the kept ones are at least 1, the others 0 as often as not."""

    tensors: dict[str, Tensor]

    @classmethod
    def draw(cls, rng: np.random.Generator, pairs: int = 4, time: int = 6) -> Pairs:
        tensors = {}
        for side in SIDES:
            mask = a_mask(rng, pairs, time)
            tokens = torch.from_numpy(rng.integers(1, VOCAB, size=(pairs, time + 1)))
            pads = torch.from_numpy(rng.random((pairs, time)) < 0.5) & ~mask
            tokens[:, 1:][pads] = 0
            tensors[side], tensors[f"{side}_mask"] = tokens, mask
        return cls(tensors)

    def __len__(self) -> int:
        return len(self.tensors["chosen"])

    def kept(self, side: str, pair: int) -> list[tuple[list[int], int]]:
        """For each kept token of a text: what stands before it, and the token."""
        tokens, mask = self.tensors[side][pair].tolist(), self.tensors[f"{side}_mask"][pair].tolist()
        return [(tokens[: t + 1], tokens[t + 1]) for t, keep in enumerate(mask) if keep]

    def log_prob(self, weights: Arrays, side: str, pair: int) -> float:
        """The log-prob of a text's kept tokens."""
        return sum(float(read(weights, before)[1][token]) for before, token in self.kept(side, pair))

    def add_gradient(self, total: Arrays, weights: Arrays, side: str, pair: int, factor: float) -> None:
        """Add the gradient of factor · the log-prob of a text, by the chain rule."""
        for before, token in self.kept(side, pair):
            x, log_p = read(weights, before)
            slope = -factor * np.exp(log_p)
            slope[token] += factor
            total["out"] += np.outer(x, slope)
            mean = (weights["out"] @ slope) * (1.0 - x**2) / len(before)
            for earlier in before:
                total["embedding"][earlier] += mean


def read(weights: Arrays, text: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """The stream at the last position of a text, and the log-probs of what may come next (−inf for token 0)."""
    x = np.tanh(sum(weights["embedding"][token] for token in text) / len(text))
    scores = x @ weights["out"]
    scores[0] = -np.inf
    return x, scores - np.log(np.exp(scores[1:]).sum())
