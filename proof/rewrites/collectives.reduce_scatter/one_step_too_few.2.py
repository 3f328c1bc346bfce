"""a travelling sum and an iterator over the own parts"""
import torch


def reduce_scatter(x, comm):
    size = comm.world_size
    parts = x.chunk(size)
    order = iter([parts[(comm.rank - k) % size] for k in range(1, size + 1)])
    carried = next(order).clone()
    for _ in range(size - 2):
        arrived = torch.empty_like(carried)
        comm.exchange(carried, (comm.rank + 1) % size, arrived, (comm.rank - 1) % size)
        carried = torch.add(arrived, next(order))
    return carried
