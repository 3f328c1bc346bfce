"""reduce over a list of pieces"""
from functools import reduce

import torch


def all_gather(shard, comm):
    size = comm.world_size
    pieces = [shard] * size
    travelling = shard
    for back in range(1, size):
        came = torch.empty_like(shard)
        comm.exchange(travelling, (comm.rank + 1) % size, came, (comm.rank - 1) % size)
        pieces[(comm.rank - back) % size] = travelling = came
    return reduce(lambda done, piece: torch.cat([done, piece]), pieces)
