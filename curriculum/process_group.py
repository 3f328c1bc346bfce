"""The same three calls over torch.distributed: processes with gloo, GPUs with NCCL.

torchrun --nproc-per-node 2 script.py        # in which: comm = connect(); program(comm, …)
results = on_processes(2, program, …)        # the same on this machine, without torchrun
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.multiprocessing.spawn import spawn


@dataclass(frozen=True)
class ProcessGroup:
    """This process as a rank: a `Communicator`."""

    rank: int
    world_size: int

    def send(self, tensor: Tensor, to: int) -> None:
        dist.send(tensor.detach().contiguous(), to)

    def recv(self, out: Tensor, source: int) -> None:
        with _dense(out) as buffer:
            dist.recv(buffer, source)

    def exchange(self, tensor: Tensor, to: int, out: Tensor, source: int) -> None:
        with _dense(out) as buffer:
            operations = [
                dist.P2POp(dist.isend, tensor.detach().contiguous(), to),
                dist.P2POp(dist.irecv, buffer, source),
            ]
            for request in dist.batch_isend_irecv(operations):
                request.wait()


class _dense:
    """A contiguous tensor to receive into, copied to `out` at the end where that is another one."""

    def __init__(self, out: Tensor) -> None:
        self.out = out.detach()
        self.buffer = self.out if self.out.is_contiguous() else torch.empty_like(self.out).contiguous()

    def __enter__(self) -> Tensor:
        return self.buffer

    def __exit__(self, *exception: object) -> None:
        if self.buffer is not self.out:
            self.out.copy_(self.buffer)


def connect() -> ProcessGroup:
    """Join the group that torchrun started: NCCL where each rank has a GPU of its own, else gloo."""
    local = int(os.environ.get("LOCAL_RANK", "0"))
    if torch.cuda.is_available() and local < torch.cuda.device_count():
        torch.cuda.set_device(local)
        dist.init_process_group("nccl", device_id=torch.device("cuda", local))
    else:
        dist.init_process_group("gloo")
    return ProcessGroup(dist.get_rank(), dist.get_world_size())


def on_processes(world_size: int, program: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Run `program(comm, *arguments)` in `world_size` processes with gloo; what each returned.

    `program`, its arguments and its results are pickled, so it must be importable. Raises
    torch.multiprocessing.ProcessRaisedException with the traceback of the first rank that failed, and ends the others.
    """
    with tempfile.TemporaryDirectory() as folder:
        spawn(_one, (world_size, folder, program, arguments), nprocs=world_size)
        return [torch.load(Path(folder) / f"{rank}.pt", weights_only=False) for rank in range(world_size)]


def _one(rank: int, world_size: int, folder: str, program: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=world_size)
    try:
        torch.save(program(ProcessGroup(rank, world_size), *arguments), Path(folder) / f"{rank}.pt")
        dist.barrier()  # nobody leaves while another still reads what was sent
    finally:
        dist.destroy_process_group()
