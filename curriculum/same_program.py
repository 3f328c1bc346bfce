"""One program for all ranks, to run it on simulated ones and on processes and compare what comes of it."""

import torch
from torch import Tensor

from curriculum.collectives import all_gather, reduce_scatter, ring_all_reduce
from curriculum.communicator import Communicator


def three_collectives(comm: Communicator, size: int) -> dict[str, Tensor]:
    """What the collectives make of `size` numbers that each rank draws with its own seed."""
    x = torch.randn(size, generator=torch.Generator().manual_seed(comm.rank))
    return {
        "reduce_scatter": reduce_scatter(x, comm),
        "all_gather": all_gather(x, comm),
        "ring_all_reduce": ring_all_reduce(x, comm),
    }
