"""a list that is filled and joined"""
import torch


def all_gather(shard, comm):
    size = comm.world_size
    right, left = (comm.rank + 1) % size, (comm.rank + size - 1) % size
    pieces = [None] * size
    pieces[comm.rank] = travelling = shard.clone()
    for back in range(1, size):
        came = torch.empty_like(shard)
        comm.recv(came, left)
        comm.send(travelling, right)
        pieces[(comm.rank - back) % size] = travelling = came
    return torch.cat(pieces)
