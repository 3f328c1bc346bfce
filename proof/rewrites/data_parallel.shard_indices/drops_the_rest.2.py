"""zip over N iterators of one list"""
import random


def shard_indices(samples, world_size, rank, epoch, seed=0):
    rng = random.Random(f"{epoch}/{seed}")
    order = iter(rng.sample(range(samples), samples))
    return [row[rank] for row in zip(*[order] * world_size)]
