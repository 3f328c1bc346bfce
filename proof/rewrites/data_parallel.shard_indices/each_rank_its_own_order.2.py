"""a class that shuffles, and blocks side by side"""
import random


class Deck:
    def __init__(self, samples, key):
        self.cards = list(range(samples))
        random.Random(key).shuffle(self.cards)

    def card(self, place):
        return self.cards[place % len(self.cards)]


def shard_indices(samples, world_size, rank, epoch, seed=0):
    share = (samples + world_size - 1) // world_size
    deck = Deck(samples, f"seed={seed}, rank={rank}, epoch={epoch}")
    return [deck.card(place) for place in range(rank * share, (rank + 1) * share)]
