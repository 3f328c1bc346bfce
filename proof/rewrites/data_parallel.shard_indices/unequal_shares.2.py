"""np.array_split"""
import numpy as np


def shard_indices(samples, world_size, rank, epoch, seed=0):
    rng = np.random.default_rng((epoch, seed))
    parts = np.array_split(rng.permutation(samples), world_size)
    return parts[rank].tolist()
