"""Python slices only"""
import random


def shard_indices(samples, world_size, rank, epoch, seed=0):
    order = list(range(samples))
    random.Random(f"epoch {epoch} of seed {seed}").shuffle(order)
    return order[rank::world_size]
