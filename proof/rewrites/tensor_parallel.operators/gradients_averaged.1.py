"""hook on a view"""
import torch

from curriculum.collectives import ring_all_reduce


def copy_to_ranks(x, comm):
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(lambda gradient: ring_all_reduce(gradient, comm) / comm.world_size)
    return y


class ReduceFromRanks(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, comm):
        return ring_all_reduce(x, comm)

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


def reduce_from_ranks(x, comm):
    return ReduceFromRanks.apply(x, comm)
