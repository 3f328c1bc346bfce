"""one Function that is given both directions"""
import torch

from curriculum.collectives import ring_all_reduce


class Through(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, there, back):
        ctx.back = back
        return there(x)

    @staticmethod
    def backward(ctx, gradient):
        return ctx.back(gradient), None, None


def same(tensor):
    return tensor.view_as(tensor)


def copy_to_ranks(x, comm):
    return Through.apply(x, same, lambda g: ring_all_reduce(g, comm))


def reduce_from_ranks(x, comm):
    def add_up(t):
        total = ring_all_reduce(t, comm)
        return total if comm.rank == 0 else t.clone()

    return Through.apply(x, add_up, same)
