"""torch.zeros for the whole, filled slot by slot"""
import torch


def all_gather(shard, comm):
    N, r = comm.world_size, comm.rank
    out = torch.zeros((N, *shard.shape), device=shard.device)
    out[r] = shard
    for s in range(N - 1):
        comm.exchange(out[(r - s) % N], (r + 1) % N, out[(r - s - 1) % N], (r - 1) % N)
    return out.flatten(0, 1)
