"""one travelling partial sum, a while loop"""
import torch


def reduce_scatter(x, comm):
    world = comm.world_size
    parts = torch.chunk(x, world, dim=0)
    right = (comm.rank + 1) % world
    left = (comm.rank + world - 1) % world
    number = comm.rank
    travelling = parts[number].clone()
    remaining = world - 1
    while remaining > 0:
        came = torch.empty_like(travelling)
        comm.exchange(travelling, right, came, left)
        number = (number - 1) % world
        travelling = came.add_(parts[number])
        remaining -= 1
    return travelling
