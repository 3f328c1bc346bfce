"""a contiguous tensor indexed by randperm"""
import torch


def shard_indices(samples, world_size, rank, epoch, seed=0):
    size = (samples + world_size - 1) // world_size
    block = torch.arange(rank * size, rank * size + size).remainder(samples)
    generator = torch.Generator().manual_seed(seed * 999_983 + epoch)
    return block[torch.randperm(size, generator=generator)].tolist()
