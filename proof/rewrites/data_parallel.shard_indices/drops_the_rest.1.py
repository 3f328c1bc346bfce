"""a block from a tensor with narrow"""
import torch


def shard_indices(samples, world_size, rank, epoch, seed=0):
    generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    order = torch.randperm(samples, generator=generator)
    each = samples // world_size
    return order.narrow(0, rank * each, each).tolist()
