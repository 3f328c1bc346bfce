"""messages one by one"""
import torch

from curriculum.collectives import ring_all_reduce


def copy_to_ranks(x, comm):
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(lambda gradient: ring_all_reduce(gradient, comm))
    return y


class ReduceFromRanks(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, comm):
        total = x.detach().clone(memory_format=torch.contiguous_format)
        if comm.rank > 0:
            comm.send(total, 0)
            return total
        incoming = torch.empty_like(total)
        for source in range(1, comm.world_size):
            comm.recv(incoming, source)
            total += incoming
        return total

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


def reduce_from_ranks(x, comm):
    return ReduceFromRanks.apply(x, comm)
