"""zero trick and a hook on a view"""
import torch

from curriculum.collectives import ring_all_reduce


def copy_to_ranks(x, comm):
    with torch.no_grad():
        total = ring_all_reduce(x, comm)
    return total + (x - x.detach())


def reduce_from_ranks(x, comm):
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(lambda gradient: ring_all_reduce(gradient, comm))
    return y
