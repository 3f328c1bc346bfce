"""One program for all ranks, to run it on simulated ones and on processes, and what torch's own makes of the same."""

from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor

from curriculum.collectives import all_gather, reduce_scatter, ring_all_reduce
from curriculum.communicator import Communicator


def numbers(comm: Communicator, size: int) -> Tensor:
    """`size` numbers that each rank draws with its own seed."""
    return torch.randn(size, generator=torch.Generator().manual_seed(comm.rank))


def three_collectives(comm: Communicator, size: int) -> dict[str, Tensor]:
    """What the collectives make of each rank's `numbers`; `size` is a multiple of the number of ranks."""
    x = numbers(comm, size)
    return {
        "reduce_scatter": reduce_scatter(x, comm),
        "all_gather": all_gather(x, comm),
        "ring_all_reduce": ring_all_reduce(x, comm),
    }


def torchs_collectives(comm: Communicator, size: int) -> dict[str, Tensor]:
    """What torch's own make of the same, under our names. For processes only."""
    x = numbers(comm, size)
    part, whole, total = torch.empty(size // comm.world_size), torch.empty(size * comm.world_size), x.clone()
    dist.reduce_scatter_single(part, x)
    dist.all_gather_single(whole, x)
    dist.all_reduce(total)
    return {"reduce_scatter": part, "all_gather": whole, "ring_all_reduce": total}


def send_first(comm: Communicator, seconds: float) -> str:
    """What torch says after so many seconds, if two processes both send before they receive. For processes only."""
    apart = dist.new_group(timeout=timedelta(seconds=seconds))  # what fails here leaves the other groups alone
    try:
        dist.send(torch.ones(1), 1 - comm.rank, group=apart)
        dist.recv(torch.empty(1), 1 - comm.rank, group=apart)
    except RuntimeError as error:
        return str(error)
    return "nothing: both went through"


def ours_and_torchs(comm: Communicator, size: int, seconds: float) -> tuple[dict[str, Tensor], dict[str, Tensor], str]:
    """All of these at once, since it takes longer to start a process than to do them."""
    return three_collectives(comm, size), torchs_collectives(comm, size), send_first(comm, seconds)
