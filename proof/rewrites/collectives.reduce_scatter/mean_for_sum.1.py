"""a travelling sum and a last line of arithmetic"""
import torch


def reduce_scatter(x, comm):
    N, r = comm.world_size, comm.rank
    parts = x.chunk(N)
    acc = parts[(r - 1) % N].clone()
    for k in range(2, N + 1):
        got = torch.empty_like(acc)
        comm.exchange(acc, (r + 1) % N, got, (r - 1) % N)
        acc = got + parts[(r - k) % N]
    return acc / N
