"""The same stages by our own `run_stage` and by `torch.distributed.pipelining`, on processes with gloo.

`on_processes(2, compare, 4)` gives for each rank a `Compared`: what both made of the same stage, and in which order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from curriculum.pipeline import gpipe_schedule, one_f_one_b_schedule, run_stage
from curriculum.process_group import ProcessGroup

EXAMPLES, WIDTH = 6, 16
SCHEDULES = {"GPipe": gpipe_schedule, "1F1B": one_f_one_b_schedule}


class _Note(torch.autograd.Function):
    """Passes x on, and notes the forward and the backward pass."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, made: list[tuple[str, int]]) -> Tensor:
        i = sum(kind == "F" for kind, _ in made)
        made.append(("F", i))
        ctx.made, ctx.i = made, i
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        ctx.made.append(("B", ctx.i))
        return gradients[0], None


class NotedStage(nn.Module):
    """A layer that notes its passes, micro-batches counted in the order of their forward passes."""

    def __init__(self, rank: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(rank)
        self.weight = nn.Parameter(torch.randn(WIDTH, WIDTH, generator=generator) / WIDTH**0.5)
        self.made: list[tuple[str, int]] = []

    def forward(self, x: Tensor) -> Tensor:
        noted: Tensor = _Note.apply(torch.tanh(x @ self.weight), self.made)
        return noted


@dataclass
class Compared:
    """What came of one schedule on one rank."""

    ours: Tensor
    """The gradient of the stage's weight."""
    torchs: Tensor
    our_loss: float | None
    torchs_loss: float | None
    torchs_order: list[tuple[str, int]] = field(default_factory=list)


def the_batch(micro_batches: int) -> tuple[Tensor, Tensor]:
    """Inputs and targets (micro-batches, examples, width)."""
    generator = torch.Generator().manual_seed(99)
    inputs, targets = torch.randn(2, micro_batches, EXAMPLES, WIDTH, generator=generator)
    return inputs, targets


def compare(comm: ProcessGroup, micro_batches: int) -> dict[str, Compared]:
    """Run this rank's stage by both schedules, with our code and with torch's."""
    inputs, targets = the_batch(micro_batches)
    found = {}
    for name, make in SCHEDULES.items():
        stage = NotedStage(comm.rank)
        passes = make(comm.world_size, micro_batches)[comm.rank]
        mine = list(inputs) if comm.rank == 0 else []
        loss = run_stage(
            stage, passes, comm, mine, lambda y, i: (y - targets[i]).square().mean(), torch.empty(EXAMPLES, WIDTH)
        )
        peer = NotedStage(comm.rank)
        torchs_loss = _by_torch(name, peer, comm, inputs, targets)
        assert stage.weight.grad is not None and peer.weight.grad is not None
        found[name] = Compared(stage.weight.grad, peer.weight.grad, loss, torchs_loss, peer.made)
    return found


def _by_torch(name: str, module: nn.Module, comm: ProcessGroup, inputs: Tensor, targets: Tensor) -> float | None:
    from torch.distributed.pipelining import PipelineStage, Schedule1F1B, ScheduleGPipe

    kinds: dict[str, Callable[..., Any]] = {"GPipe": ScheduleGPipe, "1F1B": Schedule1F1B}
    # What asks for a gradient here tells torch where gradients are to go.
    entering = torch.empty(EXAMPLES, WIDTH, requires_grad=comm.rank > 0)
    leaving = torch.empty(EXAMPLES, WIDTH, requires_grad=True)
    stage = PipelineStage(module, comm.rank, comm.world_size, torch.device("cpu"), entering, leaving)
    schedule = kinds[name](stage, n_microbatches=len(inputs), loss_fn=nn.functional.mse_loss)
    losses: list[Tensor] = []
    if comm.rank == 0:
        schedule.step(inputs.flatten(0, 1))
    elif comm.rank < comm.world_size - 1:
        schedule.step()
    else:
        schedule.step(target=targets.flatten(0, 1), losses=losses)
    return torch.stack(losses).mean().item() if losses else None
