"""list of pieces, torch.cat"""
import torch


def all_gather(shard, comm):
    N, r = comm.world_size, comm.rank
    pieces = [shard if k == r else torch.empty_like(shard) for k in range(N)]
    for s in range(N - 1):
        comm.exchange(pieces[(r - s) % N], (r + 1) % N, pieces[(r - s - 1) % N], (r - 1) % N)
    return torch.cat(pieces, dim=-1)
