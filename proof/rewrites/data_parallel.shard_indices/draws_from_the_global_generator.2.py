"""a NumPy array shuffled in place, ranks as rows"""
import numpy as np


def shard_indices(samples, world_size, rank, epoch, seed=0):
    order = np.arange(samples)
    np.random.shuffle(order)
    steps = int(np.ceil(samples / world_size))
    return np.resize(order, (world_size, steps))[rank, :].tolist()
