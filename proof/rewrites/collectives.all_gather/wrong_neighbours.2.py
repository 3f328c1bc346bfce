"""a small class and a travelling shard"""
import torch


class Ring:
    def __init__(self, comm):
        self.comm = comm
        self.next = (comm.rank + comm.world_size - 1) % comm.world_size
        self.previous = (comm.rank + 1) % comm.world_size

    def rotate(self, tensor):
        came = torch.empty_like(tensor)
        self.comm.exchange(tensor, self.next, came, self.previous)
        return came


def all_gather(shard, comm):
    ring = Ring(comm)
    held = shard.clone()
    found = {comm.rank: held}
    for back in range(1, comm.world_size):
        held = ring.rotate(held)
        found[(comm.rank - back) % comm.world_size] = held
    return torch.cat([found[k] for k in range(comm.world_size)])
