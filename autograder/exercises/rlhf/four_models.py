"""Four small models that the judge brings, and texts that the policy could have written.

In each model the stream at a position is a tanh of the mean of all that stands up to it. The policy reads it as
logits, the value model as a value at every position, the reward model as a score at the last one. The token 0 has the
logit −inf: no policy writes it, and as a pad its log-prob is −inf. The oracle reads one position of one text at a time,
in double precision.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from autograder.submission import Remote, Submission

from .texts import numbers

BROUGHT = """
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self, weights):
        super().__init__()
        for name, value in weights.items():
            self.register_parameter(name, nn.Parameter(value.clone()))

    def stream(self, tokens):
        seen = torch.arange(1, tokens.shape[1] + 1)[:, None]
        return torch.tanh(self.embedding[tokens].cumsum(1) / seen)

    def weights(self):
        return {name: value for name, value in self.named_parameters()}

    def gradients(self):
        return {name: value.grad for name, value in self.named_parameters()}

class Policy(Model):
    def forward(self, tokens, cache=None):
        logits = self.stream(tokens) @ self.out
        never = torch.zeros(logits.shape[-1], dtype=torch.bool)
        never[0] = True
        return logits.masked_fill(never, float("-inf"))

class Values(Model):
    def forward(self, tokens):
        return self.stream(tokens) @ self.out

class Reward(Model):
    def forward(self, tokens):
        return self.stream(tokens)[:, -1] @ self.out

class Momentum:
    def __init__(self, models, rate, momentum):
        self.learned = [p for model in models for p in model.parameters()]
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
KINDS = {"policy": "Policy", "reference": "Policy", "reward_model": "Reward", "value_model": "Values"}
VOCAB, WIDTH = 6, 4
Weights = dict[str, Tensor]
Arrays = dict[str, np.ndarray]


def draw_weights(rng: np.random.Generator) -> dict[str, Weights]:
    """Of all four models; the reference is not far from the policy."""
    found = {}
    for name, kind in KINDS.items():
        out = (WIDTH, VOCAB) if kind == "Policy" else (WIDTH,)
        found[name] = {"embedding": 1.5 * numbers(rng, VOCAB, WIDTH), "out": 1.5 * numbers(rng, *out)}
    found["reference"] = {name: x + 0.3 * numbers(rng, *x.shape) for name, x in found["policy"].items()}
    return found


def bring(s: Submission, weights: dict[str, Weights]) -> dict[str, Remote]:
    """The four models, placed with the submission."""
    return {name: s.bring(BROUGHT, kind).build("", weights[name]) for name, kind in KINDS.items()}


def doubled(weights: Weights) -> Arrays:
    return {name: value.double().numpy().copy() for name, value in weights.items()}


@dataclass(frozen=True)
class Reading:
    """What a model's stream is where the last token of `text` stands."""

    text: list[int]
    x: np.ndarray


def stream(weights: Arrays, text: list[int]) -> Reading:
    return Reading(text, np.tanh(sum(weights["embedding"][token] for token in text) / len(text)))


def log_p(weights: Arrays, at: Reading) -> np.ndarray:
    """Of every token, (vocab,); -inf for token 0."""
    logits = at.x @ weights["out"]
    logits[0] = -np.inf
    return logits - np.log(np.exp(logits[1:]).sum())


def add_gradient(total: Arrays, weights: Arrays, at: Reading, by_out: np.ndarray | float) -> None:
    """Add the gradient of what has the gradient `by_out` by the logits (vocab,), or by the value."""
    total["out"] += np.multiply.outer(at.x, by_out)
    by_x = weights["out"] @ by_out if np.ndim(by_out) else weights["out"] * by_out
    for token in at.text:
        total["embedding"][token] += by_x * (1.0 - at.x**2) / len(at.text)


@dataclass(frozen=True)
class Texts:
    """Texts of which some have ended; `kept` lists (text, t) where the policy wrote the token at t + 1."""

    tokens: Tensor
    prompt_length: int
    eos: int
    kept: list[tuple[int, int]]
    ended: list[bool]

    def before(self, text: int, t: int) -> list[int]:
        return [int(token) for token in self.tokens[text, : t + 1]]

    def written(self, text: int, t: int) -> int:
        return int(self.tokens[text, t + 1])


def draw_texts(rng: np.random.Generator) -> Texts:
    """Six texts: one ends at once, one at the last place, two between, and two never.

    An eos in the prompt ends nothing, and behind the first one there may stand anything.
    """
    # As many texts as columns would hide a mean over the wrong axis.
    prompt_length, room, eos = int(rng.choice([1, 3, 4])), 5, int(rng.integers(1, VOCAB))
    others = [token for token in range(1, VOCAB) if token != eos]
    tokens = rng.integers(1, VOCAB, size=(6, prompt_length + room))
    kept, ended = [], []
    for row, end in enumerate(rng.permutation([0, room - 1, int(rng.integers(1, 4)), int(rng.integers(1, 4)), 9, 9])):
        tokens[row, prompt_length:] = rng.choice(others, size=room)
        if end < room:
            tokens[row, prompt_length + end] = eos
            behind = rng.integers(0, VOCAB, size=room - end - 1)
            tokens[row, prompt_length + end + 1 :] = behind * (rng.random(len(behind)) < 0.5)
        ended.append(bool(end < room))
        kept += [(row, prompt_length + place - 1) for place in range(min(int(end) + 1, room))]
    return Texts(torch.from_numpy(tokens), prompt_length, eos, kept, ended)
