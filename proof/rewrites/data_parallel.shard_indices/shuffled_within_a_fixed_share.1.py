"""a list is shuffled in place"""
import random


def shard_indices(samples, world_size, rank, epoch, seed=0):
    total = -(-samples // world_size) * world_size
    mine = [i % samples for i in range(rank, total, world_size)]
    random.Random(f"{seed}:{epoch}:{rank}").shuffle(mine)
    return mine
