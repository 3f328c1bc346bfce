"""A run of the training loop: the model that the judge brings, what the loop told, and what it should have told.

The model is a layer of tanh. It answers twice as strongly in evaluation mode, so that a wrong mode shows in the
numbers; one of its parameters is frozen, and one never used. The oracle trains by formulas of its own, with autograd on
plain tensors and momentum written out. So is the optimizer: torch's own would take seconds to import its compiler.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.observation import Observation, close, holds, identical
from autograder.submission import Submission

from .module_case import SINGLE, tensor

if TYPE_CHECKING:
    from torch import Tensor

BROUGHT = """
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self, weights):
        super().__init__()
        for name, value in weights.items():
            self.register_parameter(name, nn.Parameter(value, requires_grad=name != "frozen"))
        self.calls = []

    def forward(self, x):
        self.calls.append([self.training, torch.is_grad_enabled(), x.sum().item()])
        logits = torch.tanh(x.flatten(1) @ self.hidden) @ self.out + self.frozen
        return logits if self.training else 2 * logits

    def values(self):
        return {name: value for name, value in self.named_parameters()}

class Momentum:
    def __init__(self, model, rate, momentum):
        self.learned = [p for p in model.parameters() if p.requires_grad]
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

def evaluate_on(x):
    def evaluate(model):
        mode = {"training": model.training, "with_gradient": torch.is_grad_enabled()}
        return {**mode, "mean": model(x).mean().item()}
    return evaluate
"""
DEFAULTS = (10, 40)
LEARNING, EVALUATING = (True, True), (False, False)
ON_BATCH = ("step", "loss", "accuracy", "gradient_norm", "weight_norm")
ON_TEST = ("step", "training", "with_gradient", "mean")


class Told:
    """A log that lives with the judge."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def __call__(self, event: Any) -> None:
        self.events.append(event)


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """The mean of −log p(label): log(1 + e^z) − z·label, with the larger of 0 and z taken out."""
    import torch

    return (logits.clamp(min=0) - logits * labels + torch.log1p(torch.exp(-logits.abs()))).mean()


def norm(values: list[Tensor]) -> float:
    return float(np.sqrt(sum(float((value.double() ** 2).sum()) for value in values)))


class Run:
    """Batches, starting weights, and how often to log; what should come of them, and what came."""

    def __init__(self, rng: np.random.Generator, steps: int = 7, log_every: int = 3, evaluate_every: int = 2) -> None:
        self.steps, self.log_every, self.evaluate_every = steps, log_every, evaluate_every
        self.batches = []
        for _ in range(steps):
            size = int(rng.integers(3, 7))
            x, labels = rng.standard_normal((size, 3, 2)), (rng.random(size) < 0.5).astype(float)
            self.batches.append([tensor(x), tensor(labels)])
        self.test_x = tensor(rng.standard_normal((5, 3, 2)))
        shapes = {"hidden": (6, 4), "out": (4,), "frozen": (), "unused": (3,)}
        self.start = {name: tensor(rng.standard_normal(shape)) for name, shape in shapes.items()}
        self.rate, self.momentum = float(rng.uniform(0.2, 0.6)), float(rng.uniform(0.3, 0.8))

    def logits(self, weights: dict[str, Tensor], x: Tensor) -> Tensor:
        import torch

        return torch.tanh(x.flatten(1) @ weights["hidden"]) @ weights["out"] + weights["frozen"]

    def expected(self) -> tuple[list[dict[str, Any]], dict[str, Tensor]]:
        """The events, and the weights at the end."""
        import torch

        weights = {name: value.clone() for name, value in self.start.items()}
        speed = {name: torch.zeros_like(value) for name, value in weights.items()}
        events: list[dict[str, Any]] = []
        for step, (x, labels) in enumerate(self.batches, start=1):
            learned = {name: weights[name].clone().requires_grad_() for name in ("hidden", "out")}
            logits = self.logits({**weights, **learned}, x)
            loss = cross_entropy(logits, labels)
            slopes = dict(zip(learned, torch.autograd.grad(loss, list(learned.values())), strict=True))
            if step == 1 or step % self.log_every == 0:
                right = float(((logits > 0) == (labels > 0)).double().mean())
                both = {"gradient_norm": norm(list(slopes.values())), "weight_norm": norm(list(weights.values()))}
                events.append({"step": step, "loss": loss.item(), "accuracy": right, **both})
            for name, slope in slopes.items():
                speed[name] = self.momentum * speed[name] + slope
                weights[name] = weights[name] - self.rate * speed[name]
            if step == self.steps or step % self.evaluate_every == 0:
                mean = 2 * float(self.logits(weights, self.test_x).mean())
                events.append({"step": step, "training": False, "with_gradient": False, "mean": mean})
        return events, weights

    def carried_out(self, s: Submission, dtype: str = "float64", prepare: str = "") -> Run:
        """Itself, after the submission's loop: what it `told`, `calls` of the model, `weights`, and what is right."""
        import torch

        kind = getattr(torch, dtype)
        model = s.bring(BROUGHT, "Model").build("", {name: value.to(kind) for name, value in self.start.items()})
        if prepare == "stale gradients":
            model.build("get_parameter", "hidden").build("sum").tell("backward")
        if prepare == "evaluation mode":
            model.tell("eval")
        optimizer = s.bring(BROUGHT, "Momentum").build("", model, self.rate, self.momentum)
        evaluate = s.bring(BROUGHT, "evaluate_on").build("", self.test_x.to(kind))
        batches = [[x.to(kind), labels.to(kind)] for x, labels in self.batches]
        told = Told()
        log = s.lend(told, "__call__")
        often = () if (self.log_every, self.evaluate_every) == DEFAULTS else (self.log_every, self.evaluate_every)
        s.call("train", model, optimizer, batches, evaluate, log, *often)
        self.right_events, self.right_weights = self.expected()
        self.told, self.calls, self.weights = told.events, model.get("calls"), model.call("values")
        return self

    def compared_weights(self, where: str) -> Iterator[Observation]:
        for name, right in self.right_weights.items():
            size = max(1.0, float(right.abs().max()))
            got = self.weights[name]
            # Each step may double what the last one left of an error.
            yield close(f"the weights {name} {where}", got, right, roundings=256, magnitude=size, precision=SINGLE)

    def compared_events(self, kind: tuple[str, ...]) -> Iterator[Observation]:
        """The events that begin with this kind's keys: when, in which form and with which numbers."""
        mark = kind[-1]
        got = [event for event in self.told if isinstance(event, dict) and mark in event]
        right = [event for event in self.right_events if mark in event]
        steps = [event.get("step") for event in got]
        yield identical(f"the steps of events with {mark!r}", steps, [event["step"] for event in right])
        for given, event in zip(got, right, strict=True):
            yield identical(f"the keys of an event with {mark!r}", sorted(given), sorted(kind))
            for name in kind[1:]:
                value, at = given[name], f"{name} at step {event['step']}"
                plain = isinstance(value, float | int)
                yield holds(f"the type of {at}", plain, f"{at} is not a number of Python (a tensor's `item()` is one)")
                size = max(1.0, abs(event[name]))
                yield close(at, float(value), event[name], roundings=256, magnitude=size, precision=SINGLE)
