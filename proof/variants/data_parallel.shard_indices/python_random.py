"""Python's own generator, and an iterator that deals the samples like cards."""
import itertools
import random


def shard_indices(samples, world_size, rank, epoch, seed=0):
    deck = list(range(samples))
    random.Random(f"{seed} {epoch}").shuffle(deck)
    hands = [[] for _ in range(world_size)]
    cards = itertools.cycle(deck)
    while len(hands[-1]) * world_size < samples:
        for hand in hands:
            hand.append(next(cards))
    return hands[rank]
