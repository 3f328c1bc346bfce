"""random.Random and a step of N"""
from random import Random


def shuffled(samples, seed, epoch):
    places = list(range(samples))
    Random(f"{seed} {epoch}").shuffle(places)
    return places


def shard_indices(samples, world_size, rank, epoch, seed=0):
    return shuffled(samples, seed, epoch)[::world_size]
