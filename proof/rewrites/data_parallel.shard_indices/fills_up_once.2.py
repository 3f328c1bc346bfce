"""the order after itself, and a block of it"""
import numpy as np


def shard_indices(samples, world_size, rank, epoch, seed=0):
    share = -(-samples // world_size)
    order = np.random.default_rng((seed, epoch)).permutation(samples)
    twice = np.concatenate([order, order])
    start = share * rank
    return list(map(int, twice[start:start + share]))
