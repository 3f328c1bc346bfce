"""torch.randperm in one line"""
import torch


def shard_indices(samples, world_size, rank, epoch, seed=0):
    generator = torch.Generator().manual_seed(1_000_003 * seed + epoch)
    return torch.randperm(samples, generator=generator).tolist()
