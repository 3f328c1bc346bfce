"""What a module of multi-head attention is tried with, and what is right.

Symbols: query (batch, query_time, d_model), key and value (batch, key_time, d_model); head h owns the columns
h·head_dim to (h + 1)·head_dim of their projections. The oracle takes one head at a time, in double precision. A test
holds it to torch.nn.MultiheadAttention, which cannot be asked here: in a learner's kernel the judge has none either.

torch is imported where it is used, so that the chapter's NumPy exercises need not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.observation import Observation, close, holds, no_coarser
from autograder.submission import Remote, Submission

if TYPE_CHECKING:
    from torch import Tensor

    Weights = dict[str, Tensor]

NAME = "MultiHeadAttention"
LAYERS = ("q", "k", "v", "out")
HIDDEN = -1e300  # finite, so that no gradient of the oracle is NaN
# The precision that is asked for, in double precision too: a square root or a softmax in float32 is no mistake.
SINGLE = "float32"


def tensor(array: np.ndarray) -> Tensor:
    import torch

    return torch.from_numpy(array)


def by_definition(
    weights: Weights, n_head: int, inputs: Sequence[Tensor], mask: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Output and weights for query, key and value, in double precision, one head at a time."""
    import torch

    q, k, v, out = ((weights[f"{name}.weight"].double(), weights[f"{name}.bias"].double()) for name in LAYERS)
    queries, keys, values = (x.double() @ w.T + b for x, (w, b) in zip(inputs, (q, k, v), strict=True))
    shape = (len(queries), n_head, queries.shape[1], keys.shape[1])
    allowed = torch.ones(shape, dtype=torch.bool) if mask is None else mask.expand(shape)
    width, maps, found = queries.shape[-1] // n_head, [], []
    for head in range(n_head):
        columns, visible = slice(head * width, (head + 1) * width), allowed[:, head]
        scores = queries[..., columns] @ keys[..., columns].mT / width**0.5
        largest = torch.where(visible, scores, HIDDEN).amax(dim=-1, keepdim=True).detach()
        powers = torch.where(visible, scores - largest, HIDDEN).exp() * visible
        maps.append(powers / torch.where(visible.any(dim=-1, keepdim=True), powers.sum(dim=-1, keepdim=True), 1.0))
        found.append(maps[-1] @ values[..., columns])
    return torch.cat(found, dim=-1) @ out[0].T + out[1], torch.stack(maps, dim=1)


class Case:
    """Weights of a module, inputs for it, and what it is to make of them."""

    def __init__(self, rng: np.random.Generator, d_model: int, n_head: int, times: Sequence[int] = ()) -> None:
        self.rng, self.d_model, self.n_head = rng, d_model, n_head
        self.weights: Weights = {}
        for name in LAYERS:
            self.weights[f"{name}.weight"] = tensor(1.2 * rng.standard_normal((d_model, d_model)) / d_model**0.5)
            self.weights[f"{name}.bias"] = tensor(0.5 * rng.standard_normal(d_model))
        self.draw(times)

    def draw(self, times: Sequence[int] = (), batch: int = 2) -> Case:
        """Other inputs, with as many queries and keys as `times` says, or different numbers of them."""
        chosen = self.rng.choice([3, 4, 5, 6], size=2, replace=False)
        self.query_time, self.key_time = times or (int(n) for n in chosen)
        shapes = [(batch, time, self.d_model) for time in (self.query_time, self.key_time, self.key_time)]
        self.inputs = [tensor(self.rng.standard_normal(shape)) for shape in shapes]
        self.shape = (batch, self.n_head, self.query_time, self.key_time)
        return self

    def to(self, dtype: str, scale: float = 1.0) -> Case:
        """Itself, with the inputs scaled and all numbers in this dtype."""
        import torch

        self.inputs = [(scale * x).to(getattr(torch, dtype)) for x in self.inputs]
        self.weights = {name: x.to(getattr(torch, dtype)) for name, x in self.weights.items()}
        return self

    def mask(self, *shape: int) -> Tensor:
        """A random mask (of the weights' shape, or another) in which every query sees a key, and not every one."""
        shape = shape or self.shape
        mask = self.rng.random(shape) < 0.5
        seen = self.rng.integers(0, shape[-1], size=shape[:-1])
        np.put_along_axis(mask, seen[..., None], True, axis=-1)
        if shape[-1] > 1:
            np.put_along_axis(mask, (seen[..., None] + 1) % shape[-1], False, axis=-1)
        return tensor(mask)

    @property
    def dtype(self) -> str:
        return str(self.weights["q.bias"].dtype).removeprefix("torch.")

    def module(self, s: Submission) -> Remote:
        """The submission's module, of the dtype of these weights and with them."""
        module = s.build(NAME, self.d_model, self.n_head)
        if self.dtype != "float32":
            module.tell({"float64": "double"}.get(self.dtype, self.dtype))
        module.tell("load_weights", self.weights)
        return module

    def growth(self) -> float:
        """How much rounding can grow: exp turns the absolute error of a score into a relative error of its weight."""
        norms = []
        for name, x in zip("qk", self.inputs[:2], strict=True):
            projected = x.double() @ self.weights[f"{name}.weight"].double().T + self.weights[f"{name}.bias"].double()
            norms.append(float(projected.unflatten(-1, (self.n_head, -1)).square().sum(dim=-1).max()) ** 0.5)
        return 1.0 + norms[0] * norms[1] / (self.d_model // self.n_head) ** 0.5

    def compared(self, where: str, got: Any, mask: Tensor | None = None, roundings: int = 16) -> Iterator[Observation]:
        """The pair that the submission gave beside the definition, weights first: they say the most."""
        yield holds("the result", isinstance(got, list) and len(got) == 2, "the result is not a pair: output, weights")
        output, weights = by_definition(self.weights, self.n_head, self.inputs, mask)
        growth, dtype = self.growth(), self.dtype
        for name, part, right in (("weights", got[1], weights), ("output", got[0], output)):
            size = growth * max(1.0, float(right.abs().max()))
            yield no_coarser(f"the {name}", part, dtype)
            precision = SINGLE if dtype == "float64" else dtype
            yield close(f"the {name} {where}", part, right, roundings=roundings, magnitude=size, precision=precision)

    def propagated_back(
        self, s: Submission, cotangent: Tensor, mask: Tensor | None = None
    ) -> tuple[list[Remote], Remote]:
        """The submission's query, key and value, and its module, with the gradients of cotangentᵀ · output."""
        held = [s.hold(x) for x in self.inputs]
        for remote in held:
            remote.tell("requires_grad_")
        module = self.module(s)
        module.build("", *held, mask).build("__getitem__", 0).tell("backward", cotangent)
        return held, module

    def gradients(self, cotangent: Tensor, mask: Tensor | None = None) -> tuple[list[Tensor], Weights]:
        """What they should be: of query, key and value, and of the weights."""
        import torch

        inputs = [x.clone().requires_grad_() for x in self.inputs]
        weights = {name: x.clone().requires_grad_() for name, x in self.weights.items()}
        output, _ = by_definition(weights, self.n_head, inputs, mask)
        found = torch.autograd.grad(output, [*inputs, *weights.values()], cotangent)
        return list(found[:3]), dict(zip(weights, found[3:], strict=True))

    def compared_gradient(self, name: str, got: Any, right: Any) -> Observation:
        if got is None:
            return holds(f"the gradient of {name}", False, f"no gradient reaches {name}")
        size = self.growth() ** 2 * max(1.0, float(np.abs(np.asarray(right)).max()))
        return close(f"the gradient of {name}", got, right, magnitude=size, roundings=64, precision=SINGLE)
