"""hook on a view, flat numbers"""
from curriculum.collectives import ring_all_reduce


def copy_to_ranks(x, comm):
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(lambda gradient: ring_all_reduce(gradient, comm))
    return y


def reduce_from_ranks(x, comm):
    numbers = x.reshape(-1)
    total = ring_all_reduce(numbers, comm)
    return total.reshape(x.shape)
