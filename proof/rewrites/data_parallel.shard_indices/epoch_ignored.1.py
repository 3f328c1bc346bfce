"""torch.Generator and index arithmetic on tensors"""
import torch


def shard_indices(samples, world_size, rank, epoch, seed=0):
    gen = torch.Generator()
    gen.manual_seed(seed)
    order = torch.randperm(samples, generator=gen)
    count = (samples - 1) // world_size + 1
    places = rank + world_size * torch.arange(count)
    return order[places % samples].tolist()
