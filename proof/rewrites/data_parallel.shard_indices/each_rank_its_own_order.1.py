"""NumPy SeedSequence, np.resize and a step"""
import numpy as np


def shard_indices(samples, world_size, rank, epoch, seed=0):
    steps = -(-samples // world_size)
    rng = np.random.default_rng(np.random.SeedSequence((seed, epoch, rank)))
    filled = np.resize(rng.permutation(samples), steps * world_size)
    return filled[rank::world_size].tolist()
