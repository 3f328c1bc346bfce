"""Judgement of `attention.multi_head_attention` (Vaswani et al. 2017, section 3.2.2).

Symbols: query (batch, query_time, d_model), key and value (batch, key_time, d_model); head h owns the columns h·head_dim
to (h + 1)·head_dim of their projections. The oracle takes one head at a time, in double precision; a test holds it to
torch.nn.MultiheadAttention, which cannot be asked here: in a learner's kernel it is forbidden to the judge as well.

torch is imported where it is used, so that the chapter's NumPy exercises need not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, no_coarser, raises
from autograder.submission import Remote, Submission, SubmissionRaised

if TYPE_CHECKING:
    from torch import Tensor

    Weights = dict[str, Tensor]

multi_head = Judgement(
    "attention.multi_head_attention",
    hints=(
        "Three steps are old friends: split into heads, attend, merge. What is new is what comes before the first and "
        "after the last of them, and that these numbers are to be trained.",
        "A torch.nn.Linear(d_model, d_model) that is assigned to self is a projection whose weight and bias "
        "`parameters()` finds. Four of them are all that is to be learnt.",
        "`x.unflatten(-1, (n_head, -1)).transpose(1, 2)` is (batch, heads, time, head_dim), and "
        "`heads.transpose(1, 2).flatten(2)` takes it back. `masked_fill(~mask, -torch.inf)` hides scores.",
        "The softmax of a row of -inf is NaN. `masked_fill(~mask, 0.0)` on the weights repairs it, gradient included. "
        "Where the four layers are called q, k, v and out, `self.load_state_dict(weights)` loads them.",
    ),
)
NAME = "MultiHeadAttention"
PARTS = [f"{layer}.{part}" for layer in ("q", "k", "v", "out") for part in ("weight", "bias")]
# d_model and n_head: sizes that differ, so that no two can be taken for each other, and equal ones, so that a mix-up
# shows in the values and not in the shape.
SIZES = ((12, 2), (12, 3), (9, 3), (4, 2), (5, 1), (3, 3))


def by_definition(weights: Weights, n_head: int, query: Tensor, key: Tensor, value: Tensor, mask: Any) -> list[Tensor]:
    """Output and weights in double precision, one head at a time."""
    import torch

    w = {name: tensor.double() for name, tensor in weights.items()}
    q, k, v = (x.double() @ w[f"{n}.weight"].T + w[f"{n}.bias"] for n, x in zip("qkv", (query, key, value), strict=True))
    shape = (len(query), n_head, query.shape[1], key.shape[1])
    allowed = torch.ones(shape, dtype=torch.bool) if mask is None else mask.expand(shape)
    width, heads, outputs = q.shape[-1] // n_head, [], []
    for head in range(n_head):
        columns, visible = slice(head * width, (head + 1) * width), allowed[:, head]
        scores = torch.einsum("bid,bjd->bij", q[..., columns], k[..., columns]) / width**0.5
        largest = torch.where(visible, scores, -1e300).amax(dim=-1, keepdim=True).detach()
        powers = torch.where(visible, scores - largest, -1e300).exp() * visible
        heads.append(powers / torch.where(visible.any(dim=-1, keepdim=True), powers.sum(dim=-1, keepdim=True), 1.0))
        outputs.append(torch.einsum("bij,bjd->bid", heads[-1], v[..., columns]))
    return [torch.cat(outputs, dim=-1) @ w["out.weight"].T + w["out.bias"], torch.stack(heads, dim=1)]


class Case:
    """Weights and inputs of one module, and what it is to make of them."""

    def __init__(self, rng: np.random.Generator, d_model: int, n_head: int, times: Sequence[int] = (), batch: int = 2):
        self.n_head = n_head
        self.query_time, self.key_time = times or (int(n) for n in rng.choice([3, 4, 5, 6], size=2, replace=False))
        self.weights = {
            name: tensor(1.2 * rng.standard_normal((d_model, d_model)) / d_model**0.5)
            if name.endswith("weight")
            else tensor(0.5 * rng.standard_normal(d_model))
            for name in PARTS
        }
        shapes = [(batch, time, d_model) for time in (self.query_time, self.key_time, self.key_time)]
        self.inputs = [tensor(rng.standard_normal(shape)) for shape in shapes]
        self.shape = (batch, n_head, self.query_time, self.key_time)

    def to(self, dtype: str, scale: float = 1.0) -> Case:
        """Itself, with all numbers in this dtype and the inputs scaled."""
        import torch

        kind = getattr(torch, dtype)
        self.inputs = [(scale * x).to(kind) for x in self.inputs]
        self.weights = {name: x.to(kind) for name, x in self.weights.items()}
        return self

    def mask(self, rng: np.random.Generator, *shape: int) -> Tensor:
        """A random mask of this shape (default: one entry for each weight) under which every query sees a key."""
        shape = shape or self.shape
        mask = rng.random(shape) < 0.5
        seen = rng.integers(0, shape[-1], size=shape[:-1])
        np.put_along_axis(mask, seen[..., None], True, axis=-1)
        if shape[-1] > 1:
            np.put_along_axis(mask, (seen[..., None] + 1) % shape[-1], False, axis=-1)
        return tensor(mask)

    def module(self, s: Submission) -> Remote:
        """The submission's module with these weights, in their dtype."""
        module = s.build(NAME, len(self.weights["q.bias"]), self.n_head)
        dtype = str(self.weights["q.bias"].dtype).removeprefix("torch.")
        if dtype != "float32":
            module.tell({"float64": "double"}.get(dtype, dtype))
        module.tell("load_weights", self.weights)
        return module

    def expected(self, mask: Any = None) -> list[Tensor]:
        return by_definition(self.weights, self.n_head, *self.inputs, mask)

    def growth(self) -> float:
        """How much rounding can grow: exp turns the absolute error of a score into a relative error of its weight."""
        q, k = (
            (x.double() @ self.weights[f"{n}.weight"].double().T + self.weights[f"{n}.bias"].double())
            .unflatten(-1, (self.n_head, -1))
            .norm(dim=-1)
            .max()
            for n, x in zip("qk", self.inputs[:2], strict=True)
        )
        return 1.0 + float(q * k) / (len(self.weights["q.bias"]) // self.n_head) ** 0.5

    def compared(self, where: str, got: Any, mask: Any = None, roundings: int = 16) -> Iterator[Observation]:
        """The pair that the submission gave beside the definition, weights first: they say the most."""
        yield holds("the result", isinstance(got, list) and len(got) == 2, "the result is not a pair: output, weights")
        dtype = self.inputs[0].dtype
        for name, part, right in zip(("weights", "output"), got[::-1], self.expected(mask)[::-1], strict=True):
            size = self.growth() * max(1.0, float(right.abs().max()))
            yield no_coarser(f"the {name}", part, dtype)
            yield close(f"the {name} {where}", part, right, roundings=roundings, magnitude=size, precision=dtype)


def tensor(array: np.ndarray) -> Tensor:
    import torch

    return torch.from_numpy(array)


@multi_head.check(weight=3)
def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Weights and output agree with the definition, for any numbers of heads, queries and keys."""
    for d_model, n_head in SIZES:
        case = Case(rng, d_model, n_head)
        yield from case.compared(f"of {n_head} heads", case.module(s)(*case.inputs))
    case = Case(rng, 4, 2, times=(4, 4), batch=4)
    x, *_ = case.inputs = [case.inputs[0]] * 3
    yield from case.compared("where query, key and value are one", case.module(s)(x, x, x, mask=None))


@multi_head.check(weight=2)
def obeys_the_mask(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A mask of any shape that broadcasts is obeyed: True means that the query may attend to the key."""
    case = Case(rng, 6, 3)
    module = case.module(s)
    full = case.shape
    for shape in (full, full[2:], (2, 1, *full[2:]), (3, *full[2:]), (2, 1, 1, full[3]), (full[2], 1), full[3:]):
        mask = case.mask(rng, *shape)
        yield from case.compared(f"under a mask of {len(shape)} axes", module(*case.inputs, mask), mask)
    case = Case(rng, 6, 2, times=(5, 5))
    causal = tensor(np.tril(np.ones((5, 5), dtype=bool)))
    yield from case.compared("under a causal mask", case.module(s)(*case.inputs, mask=causal), causal)


@multi_head.check()
def gives_nothing_where_nothing_is_visible(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """A query that may attend to no key has weights 0 and the output out.bias, never NaN; others are not affected."""
    case = Case(rng, 6, 2)
    module = case.module(s)
    mask = case.mask(rng)
    mask[0, 0, 0] = mask[1, :, -1] = False  # hidden in one head, and in all
    yield from case.compared("with fully masked rows", module(*case.inputs, mask), mask)
    padding = tensor(np.array([False, True]))[:, None, None, None].expand(2, 1, 1, case.key_time)
    yield from case.compared("of a sequence of padding", module(*case.inputs, padding), padding)
    nothing = tensor(np.zeros(case.shape[2:], dtype=bool))
    yield from case.compared("where all is hidden", module(*case.inputs, nothing), nothing)


@multi_head.check()
def survives_large_scores(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Scores of ±10,000 give the right weights, also where a hidden score is by far the largest."""
    for dtype in ("float64", "float32"):
        case = Case(rng, 8, 2).to(dtype, scale=60.0)
        module = case.module(s)
        yield from case.compared("of large scores", module(*case.inputs))
        mask = case.mask(rng)
        yield from case.compared("of large masked scores", module(*case.inputs, mask), mask)
        case = Case(rng, 8, 2, times=(3, 4)).to(dtype)
        mask = case.mask(rng)
        scores = np.where(mask, -1e4 + rng.standard_normal(case.shape), 1e4)
        # Keys are unit vectors in each head, and nothing is projected: then the entries of a query are its scores.
        case.weights |= {f"{n}.weight": tensor(np.eye(8)) for n in "qk"} | {f"{n}.bias": tensor(np.zeros(8)) for n in "qk"}
        case.inputs[0] = tensor(2.0 * scores).transpose(1, 2).flatten(2)
        case.inputs[1] = tensor(np.eye(4)).repeat(2, 1, 2)
        case.to(dtype)
        yield from case.compared("of low scores beside high hidden ones", case.module(s)(*case.inputs, mask), mask)


@multi_head.check()
def keys_have_no_order(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """Keys, values and the mask's columns in another order give the same output, and the weights in that order."""
    case = Case(rng, 8, 2)
    module, mask = case.module(s), case.mask(rng)
    query, key, value = case.inputs
    order = np.roll(np.arange(case.key_time), int(rng.integers(1, case.key_time)))
    for where, before, after in (
        ("without a mask", module(query, key, value), module(query, key[:, order], value[:, order])),
        ("under a mask", module(query, key, value, mask), module(query, key[:, order], value[:, order], mask[..., order])),
    ):
        yield from case.compared(where, before, mask if "under" in where else None)
        yield close(f"the weights of reordered keys {where}", after[1], before[1][..., order], magnitude=case.growth())
        size = case.growth() * float(before[0].abs().max())
        yield close(f"the output of reordered keys {where}", after[0], before[0], magnitude=size)


@multi_head.check(weight=2)
def lets_gradients_through(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The gradients of query, key and value are right and finite, fully masked rows included; heads share all inputs."""
    case = Case(rng, 6, 2)
    mask = case.mask(rng)
    mask[1, :, 0] = False
    for where, chosen in (("without a mask", None), ("with fully masked rows", mask)):
        cotangent = tensor(rng.standard_normal((2, case.query_time, 6)))
        held, _ = backward(s, case, chosen, cotangent)
        for x in case.inputs:
            x.requires_grad_().grad = None
        case.expected(chosen)[0].backward(cotangent)
        for name, remote, x in zip(("query", "key", "value"), held, case.inputs, strict=True):
            yield from compared_gradient(f"{name} {where}", remote.get("grad"), x.grad, case)


@multi_head.check(weight=2)
def every_number_is_trained(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """The parameters are the numbers of load_weights and no others, and each of them receives its gradient."""
    case = Case(rng, 6, 2)
    cotangent = tensor(rng.standard_normal((2, case.query_time, 6)))
    held, module = backward(s, case, None, cotangent)
    values, gradients = [], []
    for name, value in module.call("state_dict").items():
        with suppress(SubmissionRaised):  # a buffer is not trained
            gradient = module.build("get_parameter", name).get("grad")
            yield holds("the gradients", gradient is not None, "no gradient reaches some of the parameters")
            values.append(value.flatten().numpy())
            gradients.append(gradient.flatten().numpy())
    got = np.concatenate([np.empty(0), *values])
    loaded = np.concatenate([tensor.flatten().numpy() for tensor in case.weights.values()])
    yield identical("the number of trained numbers", len(got), len(loaded))
    # Whatever the arrangement, a number is known by its value: no two that were drawn are equal.
    yield close("the trained numbers, sorted,", np.sort(got), np.sort(loaded))
    for weight in case.weights.values():
        weight.requires_grad_()
    case.expected()[0].backward(cotangent)
    right = np.concatenate([weight.grad.flatten().numpy() for weight in case.weights.values() if weight.grad is not None])
    ordered = np.concatenate(gradients)[np.argsort(got)]
    yield from compared_gradient("the parameters", ordered, right[np.argsort(loaded)], case)
    assert held


def backward(s: Submission, case: Case, mask: Any, cotangent: Tensor) -> tuple[list[Remote], Remote]:
    """The submission's inputs and its module, after `cotangent` was propagated back from its output."""
    held = [s.hold(x.detach()) for x in case.inputs]
    for remote in held:
        remote.tell("requires_grad_")
    module = case.module(s)
    module.build("", *held, mask).build("__getitem__", 0).tell("backward", cotangent)
    return held, module


def compared_gradient(name: str, got: Any, expected: Any, case: Case) -> Iterator[Observation]:
    yield holds(f"the path to {name}", got is not None, f"no gradient reaches {name}")
    size = case.growth() ** 2 * max(1.0, float(np.abs(np.asarray(expected)).max()))
    yield close(f"the gradient of {name}", got, expected, magnitude=size, roundings=64)


@multi_head.check()
def works_in_any_precision_size_and_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """float32, bfloat16, any memory layout, one query, one key, one sequence and heads of width one work."""
    for dtype, roundings in (("float32", 16), ("bfloat16", 4)):
        case = Case(rng, 8, 2).to(dtype, scale=0.5)
        mask = case.mask(rng)
        mask[0, 0, 0] = False
        module = case.module(s)
        yield from case.compared(f"in {dtype}", module(*case.inputs), roundings=roundings)
        yield from case.compared(f"in {dtype} under a mask", module(*case.inputs, mask), mask, roundings)
    case = Case(rng, 6, 3)
    flipped = [x.transpose(0, 1).contiguous().transpose(0, 1) for x in case.inputs]
    mask = case.mask(rng, *case.shape[:1:-1]).T
    yield from case.compared("of another memory layout", case.module(s)(*flipped, mask), mask)
    for times, batch in (((1, 4), 2), ((4, 1), 2), ((1, 1), 1), ((3, 5), 1)):
        case = Case(rng, 4, 4, times, batch)
        yield from case.compared(f"of {times[0]} queries and {times[1]} keys", case.module(s)(*case.inputs))


@multi_head.check()
def refuses_heads_that_do_not_divide(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """ValueError is raised where d_model is not divisible by n_head."""
    for d_model, n_head in ((10, 4), (7, 2), (9, 6), (3, 4)):
        yield raises(f"d_model = {d_model} with n_head = {n_head}", partial(s.build, NAME, d_model, n_head), "ValueError")


@multi_head.check()
def leaves_its_inputs_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
    """query, key, value and the mask are not changed, and a second set of weights takes the place of the first."""
    case, other = Case(rng, 6, 2), Case(rng, 6, 2)
    mask = case.mask(rng)
    mask[0, 0, 0] = False
    module = other.module(s)
    module.tell("load_weights", case.weights)
    held = [s.hold(x) for x in (*case.inputs, mask)]
    yield from case.compared("after other weights were loaded", module(*held), mask)
    for name, remote, x in zip(("query", "key", "value", "mask"), held, (*case.inputs, mask), strict=True):
        yield identical(f"the input {name}", remote.fetch(), x, f"the input {name} was changed")
