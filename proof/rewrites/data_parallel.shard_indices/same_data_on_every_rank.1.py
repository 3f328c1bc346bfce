"""a slice of a NumPy permutation"""
import math

import numpy as np


def shard_indices(samples, world_size, rank, epoch, seed=0):
    count = math.ceil(samples / world_size)
    order = np.random.default_rng([seed, epoch]).permutation(samples)
    return order[:count].tolist()
