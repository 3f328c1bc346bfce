"""a generator over a cycle with a start of its own"""
import itertools
import random


def shard_indices(samples, world_size, rank, epoch, seed=0):
    order = random.Random(f"order-{seed}-{epoch}").sample(range(samples), k=samples)
    first = rank * -(-samples // world_size)
    around = itertools.cycle(order)
    return list(itertools.islice(around, first, first + samples))
