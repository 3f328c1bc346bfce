"""Causal attention, its module, the MLP and the block by their definitions, in double precision.

One position at a time and every formula written out: oracles that share no line with `curriculum.gpt`.
`weights` are named as in the statements, and each matrix is (outputs, inputs).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from autograder.observation import Observation, frequency, holds
from autograder.submission import Remote, SubmissionRaised

Weights = dict[str, Tensor]
SDPA = ("torch.nn.functional.scaled_dot_product_attention", "aten::scaled_dot_product_attention")


def random(rng: np.random.Generator, *shape: int, size: float = 1.0) -> Tensor:
    """Independent normal numbers of standard deviation `size`."""
    return torch.from_numpy(size * rng.standard_normal(shape))


def attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """softmax(q·k/√head_dim) over the keys up to the query's own position; the queries are the last of the keys."""
    q, k, v = q.double(), k.double(), v.double()
    outputs = []
    for i in range(q.shape[2]):
        seen = k.shape[2] - q.shape[2] + i + 1
        scores = k[:, :, :seen] @ q[:, :, i, :, None] / q.shape[3] ** 0.5  # (batch, heads, seen, 1)
        powers = torch.exp(scores - scores.detach().amax(dim=2, keepdim=True))
        outputs.append((powers * v[:, :, :seen]).sum(dim=2) / powers.sum(dim=2))
    return torch.stack(outputs, dim=2)


def linear(x: Tensor, weights: Weights, name: str) -> Tensor:
    return x @ weights[f"{name}.weight"].double().T + weights[f"{name}.bias"].double()


def self_attention(x: Tensor, weights: Weights, n_head: int) -> Tensor:
    """Head h attends with its own columns of the queries, keys and values; `out` mixes the heads."""
    parts = [linear(x.double(), weights, name).chunk(n_head, dim=2) for name in "qkv"]
    outputs = attention(*(torch.stack(part, dim=1) for part in parts))
    return linear(torch.cat([outputs[:, h] for h in range(n_head)], dim=2), weights, "out")


def mlp(x: Tensor, weights: Weights) -> Tensor:
    """down(gelu(up(x))), with GPT-2's form of the GELU."""
    a = linear(x.double(), weights, "up")
    gelu = 0.5 * a * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (a + 0.044715 * a**3)))
    return linear(gelu, weights, "down")


def norm(x: Tensor, weights: Weights, name: str) -> Tensor:
    """Each position's vector with mean 0 and variance 1, times a weight, plus a bias."""
    centred = x.double() - x.double().mean(dim=2, keepdim=True)
    variance = (centred**2).mean(dim=2, keepdim=True)
    scaled = centred / torch.sqrt(variance + 1e-5)
    return scaled * weights[f"{name}.weight"].double() + weights[f"{name}.bias"].double()


def block(x: Tensor, weights: Weights, n_head: int) -> Tensor:
    """x + attention(norm(x)), then x + mlp(norm(x))."""
    inner = {name.removeprefix("attention."): value for name, value in weights.items() if name.startswith("attention.")}
    x = x.double() + self_attention(norm(x, weights, "attention_norm"), inner, n_head)
    return x + mlp(norm(x, weights, "mlp_norm"), weights)


def attention_weights(rng: np.random.Generator, d_model: int, prefix: str = "") -> Weights:
    """Matrices that keep the size of what they are given, and biases that matter."""
    found = {}
    for name in ("q", "k", "v", "out"):
        found[f"{prefix}{name}.weight"] = random(rng, d_model, d_model, size=d_model**-0.5)
        found[f"{prefix}{name}.bias"] = random(rng, d_model, size=0.5)
    return found


def mlp_weights(rng: np.random.Generator, d_model: int) -> Weights:
    return {
        "up.weight": random(rng, 4 * d_model, d_model, size=d_model**-0.5),
        "up.bias": random(rng, 4 * d_model, size=0.5),
        "down.weight": random(rng, d_model, 4 * d_model, size=(4 * d_model) ** -0.5),
        "down.bias": random(rng, d_model, size=0.5),
    }


def block_weights(rng: np.random.Generator, d_model: int) -> Weights:
    norms = {
        f"{name}_norm.{part}": random(rng, d_model, size=0.5) + (part == "weight")
        for name in ("attention", "mlp")
        for part in ("weight", "bias")
    }
    return attention_weights(rng, d_model, "attention.") | norms | mlp_weights(rng, d_model)


def silent(weights: Weights, *names: str) -> Weights:
    """The same weights with some layers set to 0."""
    return {name: 0.0 * value if name.rpartition(".")[0] in names else value for name, value in weights.items()}


class GrowingCache:
    """Lent to a submission as its cache: all keys and values that it was given, in order."""

    def __init__(self, *shape: int) -> None:
        """`shape` is (batch, heads, head_dim)."""
        self.shape = shape
        self.k = self.v = torch.zeros(shape[0], shape[1], 0, shape[2], dtype=torch.float64)

    def extended(self, k: Tensor, v: Tensor) -> list[Tensor]:
        for new in (k, v):
            if new.ndim != 4 or (new.shape[0], new.shape[1], new.shape[3]) != self.shape or new.shape != k.shape:
                raise ValueError("extended takes keys and values (batch, heads, time, head_dim)")
        self.k, self.v = torch.cat([self.k, k], dim=2), torch.cat([self.v, v], dim=2)
        return [self.k, self.v]


def gradient_of_each_parameter(module: Remote, most: int = 100) -> list[Tensor | None]:
    """The gradients that a module's parameters hold, in the order of the module; None where one has none."""
    parameters, found = module.build("parameters"), []
    for _ in range(most):
        try:
            parameter = parameters.build("__next__")
            found.append(parameter.get("grad"))
        except SubmissionRaised as raised:
            if raised.type != "StopIteration":
                raise
            break
    return found


def sorted_numbers(tensors: Sequence[Tensor]) -> Tensor:
    """All numbers in `tensors`, smallest first: what no arrangement of weights in parameters can change."""
    return torch.cat([tensor.double().flatten() for tensor in tensors]).sort().values


def same_again(where: str, first: object, second: object) -> Observation:
    """Whether two calls in evaluation gave the same."""
    tensors = isinstance(first, Tensor) and isinstance(second, Tensor) and first.shape == second.shape
    same = tensors and torch.allclose(first, second, equal_nan=True)  # type: ignore[arg-type]
    return holds(f"two calls of {where}", same, f"two calls of {where} in evaluation give different results")


def dropped_independently(name: str, kept: np.ndarray, rate: float) -> Iterator[Observation]:
    """Whether entries are dropped at this rate, each on its own: pairs along every axis say so."""
    yield frequency(f"the share kept of {name}", int(kept.sum()), kept.size, 1.0 - rate)
    for axis in range(kept.ndim):
        one, other = np.split(kept, 2, axis=axis)
        both = f"the share of pairs kept of {name} along axis {axis}"
        yield frequency(both, int((one & other).sum()), one.size, (1.0 - rate) ** 2)
