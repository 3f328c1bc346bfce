"""padding only where it is needed, one table in place"""
import torch


def ring_all_reduce(x, comm):
    world, me = comm.world_size, comm.rank
    flat = x.reshape(-1)
    rest = flat.numel() % world
    if rest:
        flat = torch.cat((flat, flat.new_zeros(world - rest)))
    table = flat.view(world, -1)
    inbox = table.new_empty(table.shape[1])
    for step in range(2 * world - 2):
        give, take = (me - 1 - step) % world, (me - 2 - step) % world
        comm.exchange(table[give], (me + 1) % world, inbox, (me - 1) % world)
        table[take] = inbox if step >= world - 1 else table[take] + inbox
    return flat[: x.numel()].clone().reshape(x.shape)
