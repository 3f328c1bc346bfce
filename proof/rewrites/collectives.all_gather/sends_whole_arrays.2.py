"""a sum that goes around, torch.cat with zeros"""
import torch


def all_gather(shard, comm):
    size, me = comm.world_size, comm.rank
    empty = torch.zeros_like(shard)
    mine = torch.cat([shard if k == me else empty for k in range(size)])
    running = mine
    for _ in range(size - 1):
        came = torch.empty_like(mine)
        comm.exchange(running, (me + 1) % size, came, (me + size - 1) % size)
        running = came.add(mine)
    return running
