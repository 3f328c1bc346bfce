"""list of clones, one index that counts down"""
import torch


def reduce_scatter(x, comm):
    N = comm.world_size
    right = comm.rank + 1
    left = (comm.rank - 1) % N
    parts = [p.clone() for p in torch.chunk(x, N)]
    index = (comm.rank - 1) % N
    for _ in range(N - 1):
        received = torch.empty_like(parts[index])
        comm.exchange(parts[index], right, received, left)
        index = (index - 1) % N
        parts[index] += received
    return parts[comm.rank]
