"""The order by sorting random keys; other samples fill up than those at the start of the order."""
import numpy as np


def shard_indices(samples, world_size, rank, epoch, seed=0):
    keys = np.random.Generator(np.random.PCG64(np.random.SeedSequence([epoch, seed, 17]))).random(samples)
    order = np.argsort(keys)
    missing = -samples % world_size
    extra = np.resize(order[::-1], missing)
    return [int(i) for i in np.concatenate([order, extra]).reshape(-1, world_size).T[rank]]
