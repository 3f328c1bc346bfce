"""a generator of what arrives, sorted at the end"""
import torch


def arrivals(shard, comm):
    size = comm.world_size
    yield comm.rank, shard
    for gap in range(1, size):
        other = torch.empty_like(shard)
        comm.exchange(shard, (comm.rank + gap) % size, other, (comm.rank - gap) % size)
        yield (comm.rank - gap) % size, other


def all_gather(shard, comm):
    by_rank = dict(arrivals(shard, comm))
    return torch.stack([by_rank[k] for k in range(comm.world_size)])
