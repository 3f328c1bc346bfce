"""a comprehension with a remainder"""


def shard_indices(samples, world_size, rank, epoch, seed=0):
    places = -(-samples // world_size) * world_size
    return [place % samples for place in range(rank, places, world_size)]
