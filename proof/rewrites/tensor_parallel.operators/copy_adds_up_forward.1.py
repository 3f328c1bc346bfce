"""Functions made inside the calls"""
import torch

from curriculum.collectives import ring_all_reduce


def copy_to_ranks(x, comm):
    class Spread(torch.autograd.Function):
        @staticmethod
        def forward(ctx, value):
            return ring_all_reduce(value, comm)

        @staticmethod
        def backward(ctx, upstream):
            total = ring_all_reduce(upstream, comm)
            return total

    return Spread.apply(x)


def reduce_from_ranks(x, comm):
    class Collect(torch.autograd.Function):
        @staticmethod
        def forward(ctx, value):
            total = ring_all_reduce(value, comm)
            return total

        @staticmethod
        def backward(ctx, upstream):
            return upstream.clone()

    return Collect.apply(x)
