"""one Function that is given both directions"""
from functools import partial

import torch

from curriculum.collectives import broadcast, ring_all_reduce


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
    return Through.apply(x, partial(broadcast, comm=comm), partial(ring_all_reduce, comm=comm))


def reduce_from_ranks(x, comm):
    return Through.apply(x, partial(ring_all_reduce, comm=comm), same)
