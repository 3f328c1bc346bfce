"""Checks that the modules of the ladder share: each has weights of the judge's, by `load_weights`, and a free design.

A parameter is known by its value, however the module arranges it. torch is imported where it is used, so that the
chapter's NumPy exercises need not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.exercise import Judgement
from autograder.observation import Observation, close, holds, identical, no_coarser
from autograder.submission import Remote, Submission

if TYPE_CHECKING:
    from torch import Tensor

    Weights = dict[str, Tensor]
    Shapes = dict[str, tuple[int, ...]]

# The precision that is asked for, in double precision too: a softmax or a norm in float32 is no mistake.
SINGLE = "float32"
# Every parameter with its gradient in one exchange.
TRAINED = "def trained(module): return [(p, p.grad, p.requires_grad) for p in module.parameters()]"


def tensor(array: Any) -> Tensor:
    import torch

    return torch.from_numpy(np.asarray(array))


@dataclass(frozen=True)
class Model:
    """A class that a submission is to write."""

    name: str
    shapes: Callable[..., Shapes]
    """Names and shapes of the weights, from the arguments of the class."""
    definition: Callable[..., dict[str, Tensor]]
    """(weights, *arguments, x) → what each method returns: see `definitions`."""
    sizes: Sequence[tuple[tuple[Any, ...], tuple[int, ...]]]
    """Arguments of the class, each with the shape of an x."""


class Case:
    """A model with drawn weights, an x for it, and what it is to make of that."""

    def __init__(
        self, rng: np.random.Generator, model: Model, arguments: Sequence[Any] = (), shape: Sequence[int] = ()
    ) -> None:
        self.rng, self.model = rng, model
        self.arguments = tuple(arguments) or model.sizes[0][0]
        self.shape = tuple(shape) or model.sizes[0][1]
        self.weights: Weights = {}
        for name, size in model.shapes(*self.arguments).items():
            spread = 1.5 / size[-1] ** 0.5 if len(size) > 1 else 0.7
            # The scales of a norm stay away from 0, lest what passes it cannot be seen.
            around = 1.0 if name.endswith("norm.weight") else 0.0
            self.weights[name] = tensor(around + spread * rng.standard_normal(size))
        self.x = tensor(rng.standard_normal(self.shape))

    def to(self, dtype: str) -> Case:
        """Itself, with all numbers in this dtype."""
        import torch

        self.x = self.x.to(getattr(torch, dtype))
        self.weights = {name: value.to(getattr(torch, dtype)) for name, value in self.weights.items()}
        return self

    @property
    def dtype(self) -> str:
        return str(self.x.dtype).removeprefix("torch.")

    def module(self, s: Submission) -> Remote:
        """The submission's module, of this dtype and with these weights."""
        module = s.build(self.model.name, *self.arguments)
        if self.dtype != "float32":
            module.tell({"float64": "double"}.get(self.dtype, self.dtype))
        module.tell("load_weights", self.weights)
        return module

    def right(self) -> dict[str, Tensor]:
        """What each method returns, and how rounding grows."""
        weights = {name: value.double() for name, value in self.weights.items()}
        return self.model.definition(weights, *self.arguments, self.x.double())

    def compared(self, module: Remote, where: str, roundings: int = 16) -> Iterator[Observation]:
        """Each method's result beside the definition."""
        found = self.right()
        growth = float(found.pop("growth", 1.0))
        for method, right in found.items():
            name = f"{self.model.name}'s {method or 'output'}"
            got = module.call(method, self.x)
            yield no_coarser(name, got, self.dtype)
            size = growth * max(1.0, float(right.abs().max()))
            precision = SINGLE if self.dtype == "float64" else self.dtype
            yield close(f"{name} {where}", got, right, roundings=roundings, magnitude=size, precision=precision)

    def gradients(self, cotangent: Tensor) -> tuple[Tensor, Weights]:
        """Of x and of the weights: the derivatives of cotangentᵀ · output."""
        import torch

        weights = {name: value.clone().requires_grad_() for name, value in self.weights.items()}
        x = self.x.clone().requires_grad_()
        output = self.model.definition(weights, *self.arguments, x)[""]
        of_x, *others = torch.autograd.grad(output, [x, *weights.values()], cotangent)
        return of_x, dict(zip(weights, others, strict=True))

    def compared_gradient(self, name: str, got: Any, right: Any) -> Observation:
        growth = float(self.right().get("growth", 1.0))
        size = growth**2 * max(1.0, float(np.abs(np.asarray(right)).max()))
        return close(f"the gradient of {name}", got, right, magnitude=size, roundings=64, precision=SINGLE)


def judge_modules(judgement: Judgement, *models: Model) -> None:
    """Register the checks that all modules share."""

    def cases(rng: np.random.Generator) -> Iterator[Case]:
        for model in models:
            for arguments, shape in model.sizes:
                yield Case(rng, model, arguments, shape)

    def smallest(rng: np.random.Generator) -> Iterator[Case]:
        """Of each model those arguments that come first, and the last, which may differ in kind."""
        for model in models:
            for arguments, shape in {model.sizes[0]: None, model.sizes[-1]: None}:
                yield Case(rng, model, arguments, shape)

    @judgement.check(weight=2)
    def agrees_with_the_definition(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """With given weights every result is that of the definition, for any sizes and for a batch of one."""
        for case in cases(rng):
            module = case.module(s)
            yield from case.compared(module, f"of {case.model.name}{case.arguments}".replace("None", "no positions"))
            case.x = tensor(rng.standard_normal((1, *case.shape[1:])))
            yield from case.compared(module, "of a batch of one")

    @judgement.check()
    def lets_gradients_through(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """The gradient of the output with respect to x is right."""
        for case in smallest(rng):
            right = case.right()[""]
            cotangent = tensor(rng.standard_normal(tuple(right.shape)))
            got = case.module(s).vjp("", case.x, wrt=[0], cotangent=cotangent)[1][0]
            name = f"{case.model.name}'s x"
            yield holds(f"the path to {name}", got is not None, f"no gradient reaches {name}")
            yield case.compared_gradient(name, got, case.gradients(cotangent)[0])

    @judgement.check()
    def every_number_is_trained(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """The parameters hold the numbers of load_weights, each once, and no others; each gets its gradient."""
        for case in smallest(rng):
            module, name = case.module(s), f"{case.model.name}'s parameters"
            cotangent = tensor(rng.standard_normal(tuple(case.right()[""].shape)))
            module.build("", case.x).tell("backward", cotangent)
            rows = [row for row in s.bring(TRAINED, "trained")(module) if row[2] is True]
            # However they are arranged, a number is known by its value: no two that were drawn are equal.
            found = np.concatenate([np.empty(0), *(value.double().numpy().ravel() for value, *_ in rows)])
            got = [np.zeros(v.numel()) if grad is None else grad.double().numpy().ravel() for v, grad, _ in rows]
            _, slopes = case.gradients(cotangent)
            loaded, right = (
                np.concatenate([part[key].numpy().ravel() for key in case.weights]) for part in (case.weights, slopes)
            )
            yield identical(f"the number of numbers in {name}", len(found), len(loaded))
            yield close(f"{name}, sorted,", np.sort(found), np.sort(loaded))
            sorted_gradients = np.concatenate(got)[np.argsort(found)]
            yield case.compared_gradient(name, sorted_gradients, right[np.argsort(loaded)])

    @judgement.check()
    def works_in_any_precision_and_layout(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """float32 and bfloat16 work, and so does any memory layout of x."""
        for case in smallest(rng):
            for dtype, roundings in (("float32", 16), ("bfloat16", 8)):
                case.to(dtype)
                yield from case.compared(case.module(s), f"in {dtype}", roundings)
            case.to("float64")
            case.x = case.x.transpose(0, 1).contiguous().transpose(0, 1)
            yield from case.compared(case.module(s), "of another memory layout")

    @judgement.check()
    def takes_over_weights_and_leaves_x_alone(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """Weights loaded later take the place of earlier ones, and x is not changed."""
        for case in smallest(rng):
            module = Case(rng, case.model, case.arguments, case.shape).module(s)
            module.tell("", case.x)
            module.tell("load_weights", case.weights)
            held = s.hold(case.x)
            for method in case.right():
                if method != "growth":
                    module.tell(method, held)
            yield identical("x", held.fetch(), case.x, "x was changed")
            yield from case.compared(module, "after other weights were loaded")


def judge_attention(judgement: Judgement, model: Model, query: str) -> None:
    """Register the checks that the modules with attention share; `query` begins the names of what forms the queries."""

    @judgement.check()
    def survives_large_scores(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """Scores of up to 10,000 give the right results, never NaN or infinity."""
        for dtype in ("float64", "float32"):
            case = Case(rng, model)
            factor = 1e4 / (float(case.right()["growth"]) - 1.0)
            for name in case.weights:
                if name.startswith(query):
                    case.weights[name] *= factor
            yield from case.to(dtype).compared(case.module(s), f"of large scores in {dtype}")

    @judgement.check()
    def steps_have_no_order(s: Submission, rng: np.random.Generator) -> Iterator[Observation]:
        """Without positions, steps in another order get the same, in that order; and so does their mean."""
        case = Case(rng, model)
        module, growth = case.module(s), float(case.right()["growth"])
        order = np.roll(np.arange(case.shape[1]), int(rng.integers(1, case.shape[1])))
        for method in (method for method in case.right() if method != "growth"):
            before, after = module.call(method, case.x), module.call(method, case.x[:, order])
            yield from case.compared(module, "before")
            if before.ndim > 1:
                before = before[:, order]
            if method == "weights" and before.ndim > 2:
                before = before[:, :, order]
            size = growth * max(1.0, float(before.abs().max()))
            name = f"the {method or 'output'} of reordered steps"
            yield close(name, after, before, magnitude=size, precision=SINGLE)
