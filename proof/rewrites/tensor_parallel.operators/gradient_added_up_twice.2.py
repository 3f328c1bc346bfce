"""hooks on views, zero trick"""
import torch

from curriculum.collectives import ring_all_reduce


def copy_to_ranks(x, comm):
    y = x.view_as(x)
    if y.requires_grad:
        y.register_hook(lambda gradient: ring_all_reduce(gradient, comm))
    return y


def reduce_from_ranks(x, comm):
    with torch.no_grad():
        total = ring_all_reduce(x, comm)
    if not (x.requires_grad and torch.is_grad_enabled()):
        return total
    y = total + (x - x.detach())
    y.register_hook(lambda gradient: ring_all_reduce(gradient, comm))
    return y
