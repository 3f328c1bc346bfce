"""closures for the part and for the step"""
import torch


def reduce_scatter(x, comm):
    world, me = comm.world_size, comm.rank
    rows = x.shape[0] // world

    def part(k):
        return x.narrow(0, (k % world) * rows, rows)

    def step(tensor):
        came = torch.empty_like(tensor)
        comm.exchange(tensor, (me + 1) % world, came, (me - 1) % world)
        return came

    acc = part(me).clone()
    if world > 1:
        for back in range(1, world + 1):
            acc = step(acc) + part(me - back)
    return acc
