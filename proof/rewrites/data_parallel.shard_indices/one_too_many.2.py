"""a list that grows until it is long enough"""
from random import Random


def shard_indices(samples, world_size, rank, epoch, seed=0):
    order = list(range(samples))
    Random(f"s{seed}e{epoch}").shuffle(order)
    total = samples + world_size - samples % world_size
    places = []
    while len(places) < total:
        places.extend(order)
    length = total // world_size
    return places[rank * length:(rank + 1) * length]
