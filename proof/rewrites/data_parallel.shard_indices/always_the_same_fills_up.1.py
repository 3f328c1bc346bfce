"""list arithmetic"""
import random


def shard_indices(samples, world_size, rank, epoch, seed=0):
    order = list(range(samples))
    random.Random(f"{seed},{epoch}").shuffle(order)
    order += [0] * (-samples % world_size)
    return order[rank::world_size]
