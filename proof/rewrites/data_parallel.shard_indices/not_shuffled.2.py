"""blocks of a NumPy table"""
import math

import numpy as np


def shard_indices(samples, world_size, rank, epoch, seed=0):
    count = math.ceil(samples / world_size)
    table = np.resize(np.arange(samples), (world_size, count))
    return table[rank].tolist()
