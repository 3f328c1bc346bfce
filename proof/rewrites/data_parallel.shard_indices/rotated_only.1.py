"""collections.deque"""
import random
from collections import deque


def shard_indices(samples, world_size, rank, epoch, seed=0):
    order = list(range(samples))
    random.Random(seed).shuffle(order)
    ring = deque(order)
    ring.rotate(-epoch)
    count = -(-samples // world_size)
    return [ring[place % samples] for place in range(rank, count * world_size, world_size)]
