"""One Function that is told in which direction to add up; the two halves of the all-reduce are called by hand."""
import torch

from curriculum.collectives import all_gather, reduce_scatter


def add_up(t, comm):
    if comm.world_size == 1:
        return t.clone()
    n = t.numel()
    size = -(-n // comm.world_size)
    padded = torch.zeros(size * comm.world_size, dtype=t.dtype)
    padded[:n] = t.reshape(-1)
    return all_gather(reduce_scatter(padded, comm), comm)[:n].reshape(t.shape)


class Meet(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, comm, in_forward):
        ctx.comm, ctx.in_forward = comm, in_forward
        return add_up(x, comm) if in_forward else x.clone()

    @staticmethod
    def backward(ctx, g):
        return (g.clone() if ctx.in_forward else add_up(g, ctx.comm)), None, None


def copy_to_ranks(x, comm):
    return Meet.apply(x, comm, False)


def reduce_from_ranks(x, comm):
    return Meet.apply(x, comm, True)
