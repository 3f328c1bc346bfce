"""a helper for the neighbours, a travelling sum"""
import torch


def neighbours(comm):
    right = (comm.rank + comm.world_size - 1) % comm.world_size
    left = (comm.rank + 1) % comm.world_size
    return right, left


def reduce_scatter(x, comm):
    right, left = neighbours(comm)
    n = x.shape[0] // comm.world_size
    number = (comm.rank - 1) % comm.world_size
    carried = x[number * n : number * n + n].clone()
    for _ in range(comm.world_size - 1):
        came = torch.empty_like(carried)
        comm.exchange(carried, right, came, left)
        number = (number - 1) % comm.world_size
        carried = came + x[number * n : number * n + n]
    return carried
