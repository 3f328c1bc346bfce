"""early return, then a list of slots"""
import torch


def all_gather(shard, comm):
    N, r = comm.world_size, comm.rank
    if N == 1:
        return shard.clone()
    slots = [torch.empty_like(shard) for _ in range(N)]
    slots[r].copy_(shard)
    for s in range(N):
        comm.exchange(slots[(r - s) % N], (r + 1) % N, slots[(r - s - 1) % N], (r - 1) % N)
    return torch.cat(slots)
