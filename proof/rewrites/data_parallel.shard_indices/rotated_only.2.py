"""a random shift with np.roll"""
import numpy as np


def shard_indices(samples, world_size, rank, epoch, seed=0):
    rng = np.random.default_rng([seed, epoch])
    order = np.roll(np.arange(samples), rng.integers(samples))
    count = -(-samples // world_size)
    mine = np.resize(order, count * world_size).reshape(world_size, count)[rank]
    return [i.item() for i in mine]
