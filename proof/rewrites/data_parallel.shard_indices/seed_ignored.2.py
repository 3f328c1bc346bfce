"""itertools: cycle and islice"""
from itertools import cycle, islice
from random import Random


def shard_indices(samples, world_size, rank, epoch, seed=0):
    deck = list(range(samples))
    Random(epoch).shuffle(deck)
    places = world_size * -(-samples // world_size)
    return list(islice(cycle(deck), rank, places, world_size))
