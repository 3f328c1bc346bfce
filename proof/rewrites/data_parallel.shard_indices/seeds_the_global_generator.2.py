"""torch functions, a helper for the places"""
import torch


def places_of(rank, world_size, samples):
    count = (samples + world_size - 1) // world_size
    return [(rank * count + i) % samples for i in range(count)]


def shard_indices(samples, world_size, rank, epoch, seed=0):
    torch.manual_seed(seed * 1_000_003 + epoch)
    order = torch.randperm(samples)
    return [order[place].item() for place in places_of(rank, world_size, samples)]
