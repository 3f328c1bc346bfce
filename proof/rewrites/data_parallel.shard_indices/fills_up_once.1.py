"""as in torch's DistributedSampler"""
import math

import torch


def shard_indices(samples, world_size, rank, epoch, seed=0):
    g = torch.Generator()
    g.manual_seed(2_000_003 * seed + epoch)
    indices = torch.randperm(samples, generator=g).tolist()
    total_size = math.ceil(samples / world_size) * world_size
    indices += indices[:total_size - samples]
    return indices[rank:total_size:world_size]
