"""narrow in a closure, a travelling sum"""
import torch


def reduce_scatter(x, comm):
    ranks, me = comm.world_size, comm.rank
    width = x.shape[-1] // ranks

    def piece(k):
        return x.narrow(x.dim() - 1, (k % ranks) * width, width)

    moving = piece(me - 1).clone()
    for k in range(me - 2, me - ranks - 1, -1):
        came = torch.empty_like(moving)
        comm.exchange(moving, (me + 1) % ranks, came, (me - 1) % ranks)
        moving = came + piece(k)
    return moving
