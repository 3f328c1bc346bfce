"""random.sample and a remainder"""
import random


def shard_indices(samples, world_size, rank, epoch, seed=0):
    order = random.sample(range(samples), samples)
    count = -(-samples // world_size)
    return [order[(rank + world_size * k) % samples] for k in range(count)]
