"""hook as a lambda, x returned as it is"""
import torch

from curriculum.collectives import ring_all_reduce


def copy_to_ranks(x, comm):
    if torch.is_grad_enabled() and x.requires_grad:
        x.register_hook(lambda gradient: ring_all_reduce(gradient, comm))
    return x


class ReduceFromRanks(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, comm):
        return ring_all_reduce(x, comm)

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


def reduce_from_ranks(x, comm):
    return ReduceFromRanks.apply(x, comm)
