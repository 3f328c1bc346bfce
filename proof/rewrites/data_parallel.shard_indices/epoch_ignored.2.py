"""sorted by random keys, a while loop fills up"""
import random


def shard_indices(samples, world_size, rank, epoch, seed=0):
    rng = random.Random(f"{seed}")
    keys = [rng.random() for _ in range(samples)]
    order = sorted(range(samples), key=keys.__getitem__)
    i = 0
    while len(order) % world_size:
        order.append(order[i])
        i += 1
    return order[rank::world_size]
