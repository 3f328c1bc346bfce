"""Contiguous blocks of an order drawn by a torch generator, filled up by repeating whole orders."""
import math

import torch


def shard_indices(samples, world_size, rank, epoch, seed=0):
    generator = torch.Generator()
    generator.manual_seed(seed * 100_003 + epoch)
    order = torch.randperm(samples, generator=generator).tolist()
    each = math.ceil(samples / world_size)
    order = order * math.ceil(each * world_size / samples)
    return order[rank * each : (rank + 1) * each]
