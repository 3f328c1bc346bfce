"""strided slices, direct exchange"""
import torch


def reduce_scatter(x, comm):
    N, r = comm.world_size, comm.rank
    total = x[r::N].clone()
    for d in range(1, N):
        to, source = (r + d) % N, (r - d) % N
        other = torch.empty_like(total)
        comm.exchange(x[to::N], to, other, source)
        total = total + other
    return total
