"""pieces by rank in a dict, direct exchange"""
import torch


def all_gather(shard, comm):
    ranks, me = comm.world_size, comm.rank
    pieces = {me: shard.clone()}
    for distance in range(1, ranks - 1):
        source = (me - distance) % ranks
        pieces[source] = torch.empty_like(shard)
        comm.exchange(shard, (me + distance) % ranks, pieces[source], source)
    return torch.cat([piece for _, piece in sorted(pieces.items())])
