"""setup_context beside forward"""
import torch

from curriculum.collectives import ring_all_reduce


class Fork(torch.autograd.Function):
    @staticmethod
    def forward(x, comm):
        return x.clone()

    @staticmethod
    def setup_context(ctx, inputs, output):
        _, ctx.comm = inputs

    @staticmethod
    def backward(ctx, grad_output):
        return ring_all_reduce(grad_output, ctx.comm), None


def copy_to_ranks(x, comm):
    return Fork.apply(x, comm)


class Join(torch.autograd.Function):
    @staticmethod
    def forward(x, comm):
        return ring_all_reduce(x, comm)

    @staticmethod
    def setup_context(ctx, inputs, output):
        pass

    @staticmethod
    def backward(ctx, grad_output):
        return None, None


def reduce_from_ranks(x, comm):
    return Join.apply(x, comm)
