"""a list that grows by append"""
import torch


def all_gather(shard, comm):
    N = comm.world_size
    seen = [shard]
    for _ in range(N - 1):
        fresh = torch.empty_like(shard)
        comm.exchange(seen[-1], (comm.rank + 1) % N, fresh, (comm.rank - 1) % N)
        seen.append(fresh)
    return torch.cat(seen, dim=0)
