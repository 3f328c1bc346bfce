"""no Function for the first, zero trick for the second"""
import torch

from curriculum.collectives import ring_all_reduce


def copy_to_ranks(x, comm):
    return x


def reduce_from_ranks(x, comm):
    with torch.no_grad():
        total = ring_all_reduce(x, comm)
    return total + (x - x.detach())
