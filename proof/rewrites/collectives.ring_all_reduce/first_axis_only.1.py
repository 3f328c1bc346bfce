"""chunks with buffers of their own shapes"""
import torch


def ring_all_reduce(x, comm):
    N, r = comm.world_size, comm.rank
    right, left = (r + 1) % N, (r - 1) % N
    parts = [p.clone() for p in x.chunk(N, dim=0)]
    for s in range(N - 1):
        give, take = parts[(r - 1 - s) % N], parts[(r - 2 - s) % N]
        buf = torch.empty_like(take)
        comm.exchange(give, right, buf, left)
        take += buf
    for s in range(N - 1):
        comm.exchange(parts[(r - s) % N], right, parts[(r - s - 1) % N], left)
    return torch.cat(parts, dim=0)
