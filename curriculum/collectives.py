"""What all ranks do together, built from messages between two: Thakur, Rabenseifner & Gropp (2005), "Optimization of
collective communication operations in MPICH", section 4; the ring is also that of Patarasuk & Yuan (2009).

Symbols: N ranks, a tensor of n elements. A ring all-reduce sends 2 (N − 1) / N · n elements from each rank in 2 (N − 1)
steps, which is the least that any algorithm can send (Patarasuk & Yuan, theorem 1) when n is a multiple of N.
`curriculum.communication_cost` compares it with the two other all-reduces here, which send more in fewer steps.
"""

import torch
from torch import Tensor

from curriculum.communicator import Communicator


def broadcast(x: Tensor, comm: "Communicator", source: int = 0) -> Tensor:
    """The tensor of rank `source`, on every rank: along a binomial tree, in ⌈log₂ N⌉ rounds.

    `x` has the same shape and dtype everywhere; what it holds elsewhere has no influence.
    """
    x = x.clone()
    position, world = (comm.rank - source) % comm.world_size, comm.world_size
    reach = 1
    while reach < world:  # ranks at positions below `reach` have it
        if position < reach and position + reach < world:
            comm.send(x, (comm.rank + reach) % world)
        elif reach <= position < 2 * reach:
            comm.recv(x, (comm.rank - reach) % world)
        reach *= 2
    return x


def reduce_scatter(x: Tensor, comm: "Communicator") -> Tensor:
    """The sum over the ranks of part `rank` of x: (N · n, …) → (n, …), around a ring in N − 1 steps."""
    parts = list(x.clone().chunk(comm.world_size))
    right, left = (comm.rank + 1) % comm.world_size, (comm.rank - 1) % comm.world_size
    for step in range(comm.world_size - 1):
        sent, taken = (comm.rank - step - 1) % comm.world_size, (comm.rank - step - 2) % comm.world_size
        came = torch.empty_like(parts[taken])
        comm.exchange(parts[sent], right, came, left)
        parts[taken] = parts[taken] + came
    return parts[comm.rank]


def all_gather(shard: Tensor, comm: "Communicator") -> Tensor:
    """The shards of all ranks, in the order of the ranks: (n, …) → (N · n, …), around a ring in N − 1 steps."""
    parts = [torch.empty_like(shard) for _ in range(comm.world_size)]
    parts[comm.rank] = shard
    right, left = (comm.rank + 1) % comm.world_size, (comm.rank - 1) % comm.world_size
    for step in range(comm.world_size - 1):
        sent, taken = (comm.rank - step) % comm.world_size, (comm.rank - step - 1) % comm.world_size
        comm.exchange(parts[sent], right, parts[taken], left)
    return torch.cat(parts)


def ring_all_reduce(x: Tensor, comm: "Communicator") -> Tensor:
    """The sum over the ranks of x, which has any shape, the same to the last bit on every rank.

    Padded to a multiple of N, reduced in parts, and gathered again.
    """
    flat = x.flatten()
    padding = -len(flat) % comm.world_size
    whole = all_gather(reduce_scatter(torch.cat([flat, flat.new_zeros(padding)]), comm), comm)
    return whole[: x.numel()].view(x.shape)


def tree_all_reduce(x: Tensor, comm: "Communicator") -> Tensor:
    """The sum over the ranks of x: up a binomial tree to rank 0, and down again, in 2 ⌈log₂ N⌉ steps of all of x."""
    total, reach = x.clone(), 1
    while reach < comm.world_size:
        if comm.rank % (2 * reach) == reach:
            comm.send(total, comm.rank - reach)
            break  # the parent goes on with it
        if comm.rank + reach < comm.world_size:
            came = torch.empty_like(x)
            comm.recv(came, comm.rank + reach)
            total = total + came
        reach *= 2
    return broadcast(total, comm)


def doubling_all_reduce(x: Tensor, comm: "Communicator") -> Tensor:
    """The sum over the ranks of x by recursive doubling: in step k with the rank whose number differs in bit k.

    That takes ⌊log₂ N⌋ steps of all of x. The ranks beyond the largest power of two hand theirs to another first, and
    get the sum at the end: two more steps.
    """
    total, came, pairs = x.clone(), torch.empty_like(x), 1
    while 2 * pairs <= comm.world_size:
        pairs *= 2
    if comm.rank >= pairs:
        comm.send(total, comm.rank - pairs)
        comm.recv(total, comm.rank - pairs)
        return total
    beyond = comm.rank + pairs if comm.rank + pairs < comm.world_size else None
    if beyond is not None:
        comm.recv(came, beyond)
        total = total + came
    distance = 1
    while distance < pairs:
        comm.exchange(total, comm.rank ^ distance, came, comm.rank ^ distance)
        total, distance = total + came, 2 * distance
    if beyond is not None:
        comm.send(total, beyond)
    return total
