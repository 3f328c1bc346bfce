"""hook on a view, flat numbers"""
import torch

from curriculum.collectives import ring_all_reduce


def copy_to_ranks(x, comm):
    def add_up(gradient):
        gradient = gradient.contiguous()
        numbers = gradient.view(-1)
        numbers[:] = ring_all_reduce(numbers, comm)
        return gradient

    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(add_up)
    return y


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
