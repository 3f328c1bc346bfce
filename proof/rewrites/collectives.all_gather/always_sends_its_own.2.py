"""a dict of pieces and a closure for the step"""
import torch


def all_gather(shard, comm):
    world = comm.world_size
    pieces = {comm.rank: shard}

    def step():
        inbox = torch.empty_like(shard)
        comm.exchange(pieces[comm.rank], (comm.rank + 1) % world, inbox, (comm.rank - 1) % world)
        return inbox

    source = comm.rank
    while len(pieces) < world:
        source = (source - 1) % world
        pieces[source] = step()
    return torch.cat([pieces[k] for k in sorted(pieces)])
