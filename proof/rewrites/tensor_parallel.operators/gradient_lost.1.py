"""no_grad around the sum"""
import torch

from curriculum.collectives import ring_all_reduce


def copy_to_ranks(x, comm):
    class Spread(torch.autograd.Function):
        @staticmethod
        def forward(ctx, value):
            return value.clone()

        @staticmethod
        def backward(ctx, upstream):
            total = ring_all_reduce(upstream, comm)
            return total

    return Spread.apply(x)


def reduce_from_ranks(x, comm):
    with torch.no_grad():
        return ring_all_reduce(x, comm)
