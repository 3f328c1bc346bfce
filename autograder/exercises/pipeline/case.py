"""A small model in stages that the judge brings, and the oracle: the whole model on the whole batch in one process."""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.ranks import Ranks, on_every_rank
from autograder.submission import Remote, Submission
from curriculum import live_memory
from curriculum.fabric import Event, Fabric

from .replaying import Passes, Schedule, hold_passes

BROUGHT = """
import gc

import torch
from torch import nn

class Work(torch.autograd.Function):
    # Passes x on, and lets the rank's clock run for the forward and for the backward pass of the n-th call.

    @staticmethod
    def forward(ctx, x, comm, seconds, n):
        ctx.comm, ctx.seconds, ctx.n = comm, seconds[1], n
        comm.compute(seconds[0], f"F{n}")
        return x.view_as(x)

    @staticmethod
    def backward(ctx, gradient):
        ctx.comm.compute(ctx.seconds, f"B{ctx.n}")
        return gradient, None, None, None

class Stage(nn.Module):
    def __init__(self, weight, bias, comm, seconds, meter):
        super().__init__()
        self.weight = nn.Parameter(weight.clone())
        self.bias = nn.Parameter(bias.clone())
        self.comm, self.seconds, self.meter, self.calls = comm, seconds, meter, 0

    def forward(self, x):
        if self.meter is not None:
            self.meter.look()
        self.calls += 1
        return Work.apply(torch.tanh(x @ self.weight + self.bias), self.comm, self.seconds, self.calls - 1)

class Meter:
    # The most bytes that are held when a forward pass begins, beside those that were there.

    def __init__(self, memory):
        gc.freeze()  # what is there already: it would have to be looked through each time
        self.memory, self.before, self.most = memory, memory.now, 0

    def look(self):
        gc.collect()  # messages leave circles behind, which are nobody's activations
        self.most = max(self.most, self.memory.now - self.before)

    def end(self):
        gc.unfreeze()
        return self.most

class Loss:
    # The mean squared error of a micro-batch.

    def __init__(self, targets):
        self.targets = targets

    def __call__(self, output, i):
        return (output - self.targets[i]).square().mean()
"""
NAMES = ("weight", "bias")
LIVE_MEMORY = inspect.getsource(live_memory)
FORWARD, BACKWARD = 1.0, 2.0
"""Seconds of simulated time that a pass of each kind takes."""


@dataclass
class Run:
    """A batch, a model in stages, and what should come of them."""

    weights: list[dict[str, Tensor]]
    inputs: Tensor
    """(micro-batches, examples, width)."""
    targets: Tensor

    @classmethod
    def draw(
        cls,
        rng: np.random.Generator,
        stages: int,
        micro_batches: int,
        examples: int = 3,
        widths: list[int] | None = None,
        dtype: torch.dtype = torch.float32,
    ) -> Run:
        # No two alike: what enters a stage has another shape than what leaves it.
        widths = widths or [int(width) for width in 3 + rng.permutation(stages + 1)]

        def numbers(*shape: int) -> Tensor:
            return torch.from_numpy(rng.normal(size=shape)).to(dtype)

        weights = [
            {"weight": numbers(before, after) * 1.5 / math.sqrt(before), "bias": 0.5 * numbers(after)}
            for before, after in itertools.pairwise(widths)
        ]
        inputs, targets = (numbers(micro_batches, examples, width) for width in (widths[0], widths[-1]))
        return cls(weights, inputs, targets)

    @property
    def dtype(self) -> torch.dtype:
        return self.inputs.dtype

    def right(self) -> tuple[float, list[dict[str, Tensor]]]:
        """The mean loss of the batch, and its gradient by what each stage learns, in double precision."""
        weights = [{name: value.double().requires_grad_() for name, value in stage.items()} for stage in self.weights]
        x = self.inputs.double().flatten(0, 1)
        for stage in weights:
            x = torch.tanh(x @ stage["weight"] + stage["bias"])
        loss = (x - self.targets.double().flatten(0, 1)).square().mean()
        loss.backward()
        return loss.item(), [{name: value.grad for name, value in stage.items()} for stage in weights]  # type: ignore[misc]

    def bytes_sent(self) -> list[int]:
        """By each rank: the activations that leave it to the right, and the gradients that leave it to the left."""
        elements, size = self.inputs.shape[0] * self.inputs.shape[1], self.dtype.itemsize
        widths = [self.inputs.shape[2]] + [stage["bias"].numel() for stage in self.weights]
        between = [0, *widths[1:-1], 0]  # nothing comes from outside
        return [elements * size * (left + right) for left, right in itertools.pairwise(between)]

    def carried_out(
        self,
        s: Submission,
        schedule: Schedule,
        memory: bool = False,
        forward: Sequence[float] | None = None,
        backward: Sequence[float] | None = None,
    ) -> Done:
        """What comes of it on ranks; messages take no time. With `memory`, the bytes that each rank holds too.

        forward, backward: the seconds that such a pass takes on each stage.
        """
        stages = len(self.weights)
        forward, backward = forward or [FORWARD] * stages, backward or [BACKWARD] * stages

        def work(copy: Submission, comm: Remote, rank: int) -> Any:
            mine, seconds = self.weights[rank], [forward[rank], backward[rank]]
            inputs = copy.hold(list(self.inputs) if rank == 0 else [])
            targets = list(self.targets) if rank == stages - 1 else []
            loss_of = copy.bring(BROUGHT, "Loss").build("", targets)
            template = copy.hold(torch.full((self.inputs.shape[1], len(mine["weight"])), math.nan).to(self.dtype))
            passes = hold_passes(copy, schedule[rank])
            counted = copy.bring(LIVE_MEMORY, "LiveMemory").build("", inputs)
            meter = copy.bring(BROUGHT, "Meter").build("", counted) if memory else None
            stage = copy.bring(BROUGHT, "Stage").build("", mine["weight"], mine["bias"], comm, seconds, meter)
            if memory:
                counted.tell("__enter__")
            loss = copy.call("run_stage", stage, passes, comm, inputs, loss_of, template)
            if memory:
                counted.tell("__exit__", None, None, None)
            gradients = {name: stage.build("get_parameter", name).get("grad") for name in NAMES}
            return loss, gradients, inputs.fetch(), meter.call("end") if meter else 0

        fabric = Fabric(stages, latency=0.0, bandwidth=math.inf)
        return Done(on_every_rank(s, stages, work, fabric, memory=memory))


@dataclass
class Done:
    """What came of a run."""

    ranks: Ranks

    @property
    def losses(self) -> list[Any]:
        return [result[0] for result in self.ranks.results]

    @property
    def gradients(self) -> list[dict[str, Any]]:
        return [result[1] for result in self.ranks.results]

    @property
    def inputs(self) -> Any:
        return self.ranks.results[0][2]

    @property
    def held(self) -> list[int]:
        """The most bytes of tensors that each rank held when it began a forward pass, beside the batch."""
        return [result[3] for result in self.ranks.results]

    @property
    def seconds(self) -> float:
        return self.ranks.fabric.seconds

    def passes(self, rank: int) -> list[str]:
        """The passes that a rank made, by the judge's clock: "F0", "F1", "B0", numbered by the forward passes."""
        return [event.label for event in self._worked(rank)]

    def starts(self, rank: int) -> list[float]:
        """When it began each."""
        return [event.start for event in self._worked(rank)]

    def _worked(self, rank: int) -> list[Event]:
        events = [event for event in self.ranks.fabric.events if event.rank == rank and event.kind == "compute"]
        return sorted(events, key=lambda event: event.start)


def numbered(passes: Passes) -> list[str]:
    """The same of a stage's passes."""
    order = [i for kind, i in passes if kind == "F"]
    return [f"{kind}{order.index(i)}" for kind, i in passes]
