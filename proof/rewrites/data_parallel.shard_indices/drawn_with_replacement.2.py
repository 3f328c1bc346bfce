"""one place after another, appended"""
import random


def shard_indices(samples, world_size, rank, epoch, seed=0):
    rng = random.Random(f"shard {seed} {epoch}")
    size = (samples - 1) // world_size + 1
    mine = []
    for place in range(size * world_size):
        sample = rng.randrange(samples)
        if place // size == rank:
            mine.append(sample)
    return mine
