"""hook as a partial, early return, zero trick"""
from functools import partial

import torch

from curriculum.collectives import ring_all_reduce


def copy_to_ranks(x, comm):
    if not x.requires_grad or not torch.is_grad_enabled():
        return x.clone()
    x.register_hook(partial(ring_all_reduce, comm=comm))
    return x.clone()


def reduce_from_ranks(x, comm):
    with torch.no_grad():
        total = ring_all_reduce(x, comm)
    return total + (x - x.detach())
