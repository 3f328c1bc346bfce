"""early return, then a travelling sum"""
import torch


def reduce_scatter(x, comm):
    if comm.world_size == 1:
        return x
    N, r = comm.world_size, comm.rank
    parts = x.chunk(N)
    acc = parts[(r - 1) % N]
    for s in range(N - 1):
        got = torch.empty_like(acc)
        comm.exchange(acc, (r + 1) % N, got, (r - 1) % N)
        acc = got + parts[(r - 2 - s) % N]
    return acc
