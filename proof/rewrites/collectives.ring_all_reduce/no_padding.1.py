"""lists of chunks, one function with two loops"""
import torch


def ring_all_reduce(x, comm):
    N, r = comm.world_size, comm.rank
    right, left = (r + 1) % N, (r - 1) % N
    parts = [p.clone() for p in x.reshape(-1).chunk(N)]
    buf = torch.empty_like(parts[0])
    for s in range(N - 1):
        comm.exchange(parts[(r - 1 - s) % N], right, buf, left)
        parts[(r - 2 - s) % N] += buf
    for s in range(N - 1):
        comm.exchange(parts[(r - s) % N], right, parts[(r - 1 - s) % N], left)
    return torch.cat(parts).reshape(x.shape)
