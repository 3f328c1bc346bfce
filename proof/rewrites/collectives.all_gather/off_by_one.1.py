"""a travelling shard and numbered slots"""
import torch


def all_gather(shard, comm):
    N, r = comm.world_size, comm.rank
    slots = [torch.zeros_like(shard) for _ in range(N)]
    slots[r] = shard.clone()
    travelling = shard.clone()
    for s in range(N - 1):
        came = torch.empty_like(shard)
        comm.exchange(travelling, (r + 1) % N, came, (r - 1) % N)
        slots[(r - s) % N] = came
        travelling = came
    return torch.cat(slots)
