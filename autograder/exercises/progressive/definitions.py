"""What the models of the ladder compute, by their formulas, in double precision and without torch's layers.

Each takes its weights by the names of `load_weights`, the arguments of its class and x, and returns what it has for
each method ("" is the call of the module). "growth" says by how much rounding can grow: exp turns the absolute error of
a score into a relative error of its weight.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    Weights = dict[str, Tensor]
    Found = dict[str, Tensor]


def linear(weights: Weights, layer: str, x: Tensor) -> Tensor:
    return x @ weights[f"{layer}.weight"].T + weights[f"{layer}.bias"]


def attended(queries: Tensor, keys: Tensor) -> tuple[Tensor, Tensor]:
    """Weights (…, query_time, key_time) whose rows sum to 1, and the growth of rounding."""
    width = queries.shape[-1]
    scores = queries @ keys.mT / math.sqrt(width)
    powers = (scores - scores.amax(dim=-1, keepdim=True).detach()).exp()
    largest = queries.detach().norm(dim=-1).max() * keys.detach().norm(dim=-1).max()
    return powers / powers.sum(dim=-1, keepdim=True), 1.0 + largest / math.sqrt(width)


def logistic_regression(weights: Weights, time: int, features: int, x: Tensor) -> Found:
    table = weights["weight"].reshape(time, features)
    return {"": (x * table).sum(dim=(1, 2)) + weights["bias"][0]}


def attention_pooling(weights: Weights, features: int, d_model: int, x: Tensor) -> Found:
    shares, growth = attended(weights["query"][None], linear(weights, "key", x))  # (batch, 1, time)
    pooled = (shares @ linear(weights, "value", x))[:, 0]
    return {"weights": shares[:, 0], "": linear(weights, "head", pooled)[:, 0], "growth": growth}


def embedding(weights: Weights, features: int, d_model: int, positions: int | None, x: Tensor) -> Found:
    embedded = linear(weights, "content", x)
    return {"": embedded if positions is None else embedded + weights["position"][: x.shape[1]]}


def self_attention(weights: Weights, features: int, d_model: int, positions: int | None, x: Tensor) -> Found:
    below = {name.removeprefix("embedding."): value for name, value in weights.items()}
    steps = embedding(below, features, d_model, positions, x)[""]
    shares, growth = attended(linear(weights, "query", steps), linear(weights, "key", steps))
    answers = shares @ linear(weights, "value", steps)
    return {"weights": shares, "": linear(weights, "head", answers.mean(dim=1))[:, 0], "growth": growth}


def normalised(weights: Weights, layer: str, x: Tensor) -> Tensor:
    centred = x - x.mean(dim=-1, keepdim=True)
    variance = (centred**2).mean(dim=-1, keepdim=True)
    return centred / (variance + 1e-5).sqrt() * weights[f"{layer}.weight"] + weights[f"{layer}.bias"]


def encoder_block(weights: Weights, d_model: int, n_head: int, x: Tensor) -> Found:
    import torch

    steps, width = normalised(weights, "attention_norm", x), d_model // n_head
    q, k, v = (linear(weights, name, steps) for name in "qkv")
    heads, growths = [], []
    for head in range(n_head):
        own = slice(head * width, (head + 1) * width)
        shares, growth = attended(q[..., own], k[..., own])
        heads.append(shares @ v[..., own])
        growths.append(growth)
    stream = x + linear(weights, "out", torch.cat(heads, dim=-1))
    hidden = linear(weights, "up", normalised(weights, "mlp_norm", stream))
    gelu = hidden * (1 + torch.erf(hidden / math.sqrt(2))) / 2
    return {"": stream + linear(weights, "down", gelu), "growth": torch.stack(growths).max()}
