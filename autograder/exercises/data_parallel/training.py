"""Training on several ranks, and the same in one process: model, data and loop that the judge brings.

In the model one parameter is frozen, one may go unused, and there are buffers of two dtypes, one of which is not in its
`state_dict`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.observation import Observation, close
from autograder.ranks import on_every_rank
from autograder.submission import Remote, Submission
from curriculum.fabric import Fabric

from .case import in_buckets

BROUGHT = """
import torch
from torch import nn

class Model(nn.Module):
    def __init__(self, tensors):
        super().__init__()
        for name, value in tensors.items():
            if name in ("scale", "seen"):
                self.register_buffer(name, value.clone(), persistent=name != "seen")
            else:
                self.register_parameter(name, nn.Parameter(value.clone(), requires_grad=name != "frozen"))
        self.held = dict(self.named_parameters()) | dict(self.named_buffers())

    def forward(self, x, skip=False):
        x = torch.tanh(x @ self.first * self.scale + self.frozen)
        return x @ self.second + (0 if skip else self.offset)

    def tensors(self):
        return {name: value.detach() for name, value in self.held.items()}

    def gradients(self):
        return {name: value.grad for name, value in self.held.items()}

class Momentum:
    def __init__(self, model, rate, momentum):
        self.learned = [p for p in model.parameters() if p.requires_grad]
        self.speed = [torch.zeros_like(p) for p in self.learned]
        self.rate, self.momentum = rate, momentum

    def zero_grad(self):
        for p in self.learned:
            p.grad = None

    @torch.no_grad()
    def step(self):
        for p, speed in zip(self.learned, self.speed):
            speed.mul_(self.momentum).add_(p.grad)
            p.sub_(self.rate * speed)

def loss_of(model, x, y, *skip):
    return (model(x, *skip) - y).square().mean()

def train(parallel, optimizer, steps, finish, skip, error):
    told = []
    if error:
        try:
            with parallel.no_sync():
                raise KeyError
        except KeyError:
            pass
    for batches in steps:
        optimizer.zero_grad()
        told.append([])
        for number, (x, y) in enumerate(batches):
            arguments = (x, y, True) if skip else (x, y)
            if number < len(batches) - 1 or not finish:
                with parallel.no_sync():
                    told[-1].append(parallel.backward(loss_of(parallel, *arguments), len(x)))
            else:
                told[-1].append(parallel.backward(loss_of(parallel, *arguments), len(x)))
        if finish and not skip:
            optimizer.step()
    return told
"""
RATE, MOMENTUM = 0.3, 0.5
STEPS = 3
WIDTH, HIDDEN = 3, 4
Batches = list[tuple[Tensor, Tensor]]


@dataclass
class Ran:
    """What came of it on each rank: the tensors of the model, the gradients of the last step, and what was told."""

    fabric: Fabric
    ends: list[dict[str, Tensor]]
    gradients: list[dict[str, Tensor | None]]
    told: list[list[list[Any]]]


@dataclass
class Training:
    """For each rank its own start and, for each step, its micro-batches of inputs (n, WIDTH) and targets (n, 1)."""

    start: list[dict[str, Tensor]]
    data: list[list[Batches]]

    @classmethod
    def draw(cls, rng: np.random.Generator, world_size: int, most_batches: int = 1) -> Training:
        """Unequal numbers of tokens; the first rank has `most_batches` micro-batches, the others at least two."""

        def numbers(*shape: int) -> Tensor:
            return torch.from_numpy(np.asarray(rng.normal(size=shape))).float()

        def start() -> dict[str, Tensor]:
            return {
                "first": numbers(WIDTH, HIDDEN),
                "frozen": numbers(HIDDEN),
                "second": numbers(HIDDEN, 1),
                "offset": numbers(1),
                "scale": 1 + 0.3 * numbers(HIDDEN),
                "seen": torch.from_numpy(rng.integers(1000, size=(2,))),
            }

        def batches(rank: int) -> Batches:
            count = most_batches if rank == 0 or most_batches < 3 else most_batches - 1
            sizes = [int(n) for n in rng.integers(1, 5, size=count) + 6 * rng.permutation(count) + 9 * rank]
            return [(numbers(n, WIDTH), (1 + rank) * numbers(n, 1) + rank) for n in sizes]

        data = [[batches(rank) for _ in range(STEPS)] for rank in range(world_size)]
        return cls([start() for _ in range(world_size)], data)

    @property
    def world_size(self) -> int:
        return len(self.start)

    def buckets_of(self, bucket_bytes: int) -> list[int]:
        """How many elements each bucket of gradients holds."""
        sizes = [self.start[0][name].numel() for name in ("first", "second", "offset")]
        return [sum(sizes[i] for i in bucket) for bucket in in_buckets([4 * size for size in sizes], bucket_bytes)]

    def carried_out(
        self,
        s: Submission,
        steps: int = STEPS,
        finish: bool = True,
        skip: bool = False,
        error: bool = False,
        bucket_bytes: int = 1 << 20,
    ) -> Ran:
        """Train with the submission. Without `finish`, all micro-batches are within no_sync and no step is made.

        With `skip` only rank 0 uses `offset`, and no step is made. With `error` there is one within no_sync beforehand.
        """

        def work(copy: Submission, comm: Remote, rank: int) -> tuple[Any, Any, Any]:
            model = copy.bring(BROUGHT, "Model").build("", self.start[rank])
            optimizer = copy.bring(BROUGHT, "Momentum").build("", model, RATE, MOMENTUM)
            parallel = copy.construct("DataParallel", model, comm, bucket_bytes)
            # What stays in `BROUGHT` is made anew for each name, so the loop gets its objects.
            train = copy.bring(BROUGHT, "train")
            told = train.call("", parallel, optimizer, self.data[rank][:steps], finish, skip and rank > 0, error)
            return model.call("tensors"), model.call("gradients"), told

        ran = on_every_rank(s, self.world_size, work)
        return Ran(ran.fabric, *([result[part] for result in ran.results] for part in range(3)))

    def expected(self, steps: int = STEPS, skip: bool = False) -> tuple[list[dict[str, np.ndarray]], list[float]]:
        """In one process and double precision: the tensors at the end (with `skip` the gradients), and the losses."""
        names: dict[str, Any] = {}
        exec(BROUGHT, names)
        wide = {name: value.double() if value.is_floating_point() else value for name, value in self.start[0].items()}
        model = names["Model"](wide)
        optimizer = names["Momentum"](model, RATE, MOMENTUM)
        losses = []
        for step in range(steps):
            optimizer.zero_grad()
            total = torch.zeros((), dtype=torch.float64)
            count = 0
            for rank in range(self.world_size):
                for x, y in self.data[rank][step]:
                    arguments = (x.double(), y.double(), skip and rank > 0)
                    total = total + names["loss_of"](model, *arguments) * len(x)
                    count += len(x)
            (total / count).backward()
            losses.append((total / count).item())
            if not skip:
                optimizer.step()
        found = model.gradients() if skip else model.tensors()
        return [{name: value.numpy() for name, value in found.items() if value is not None}], losses

    def compared_weights(self, ran: Ran, where: str) -> Iterator[Observation]:
        """Whether every rank ended where one process ends."""
        [right], _ = self.expected()
        for rank, end in enumerate(ran.ends):
            for name, wanted in right.items():
                size = max(2.0, float(np.abs(wanted).max()))
                at = f"{name} on rank {rank} {where}"
                yield close(at, end[name], wanted, roundings=512, magnitude=size, precision=torch.float32)

    def compared_gradients(self, ran: Ran, skip: bool) -> Iterator[Observation]:
        """Whether every rank has the gradients that one process has."""
        [right], _ = self.expected(steps=1, skip=skip)
        for rank, gradients in enumerate(ran.gradients):
            for name, wanted in right.items():
                size = max(4.0, float(np.abs(wanted).max()))
                at = f"the gradient of {name} on rank {rank}, where others did not use a parameter"
                yield close(at, gradients[name], wanted, roundings=256, magnitude=size, precision=torch.float32)
