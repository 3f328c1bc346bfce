"""through .data, hook on a view"""
from curriculum.collectives import ring_all_reduce


def copy_to_ranks(x, comm):
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(lambda gradient: ring_all_reduce(gradient, comm))
    return y


def reduce_from_ranks(x, comm):
    numbers = x.data
    numbers[...] = ring_all_reduce(numbers, comm)
    return x.view_as(x)
