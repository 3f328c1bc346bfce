"""a list of parts, names spelled out"""
import torch


def reduce_scatter(x, comm):
    ranks = comm.world_size
    right_neighbour = (comm.rank + 1) % ranks
    left_neighbour = (comm.rank - 1) % ranks
    parts = list(x.clone().chunk(ranks))
    outgoing = (comm.rank - 1) % ranks
    for _ in range(ranks - 1):
        incoming = (outgoing - 1) % ranks
        received = torch.empty_like(parts[incoming])
        comm.exchange(parts[outgoing], right_neighbour, received, left_neighbour)
        parts[incoming] = received
        outgoing = incoming
    return parts[comm.rank]
