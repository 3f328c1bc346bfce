"""No Function: a hook on a view adds up gradients, and the sum is reached by adding a constant difference."""
from curriculum.collectives import ring_all_reduce


def copy_to_ranks(x, comm):
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(lambda g: ring_all_reduce(g, comm))
    return y


def reduce_from_ranks(x, comm):
    total = ring_all_reduce(x.detach(), comm)
    return x + (total - x).detach()
