"""one work tensor with an axis of parts, in place"""
import torch


def reduce_scatter(x, comm):
    N, r = comm.world_size, comm.rank
    work = x.reshape(N, x.shape[0] // N, *x.shape[1:]).clone()
    buffer = torch.empty_like(work[0])
    for t in range(N - 1):
        i, j = (r - t) % N, (r - t - 1) % N
        comm.exchange(work[i], (r + 1) % N, buffer, (r - 1) % N)
        work[j].add_(buffer)
    return work[(r + 1) % N].clone()
