"""np.random functions and np.tile"""
import numpy as np


def shard_indices(samples, world_size, rank, epoch, seed=0):
    np.random.seed([seed, epoch])
    order = np.random.permutation(samples)
    count = -(-samples // world_size)
    repeats = -(-count * world_size // samples)
    return np.tile(order, repeats)[:count * world_size][rank::world_size].tolist()
