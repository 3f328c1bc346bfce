"""a class for each algorithm"""
import math


class Ring:
    def __init__(self, n):
        self.steps = self.sent = 2 * (n - 1)
        self.fraction = 1 / n


class Tree:
    def __init__(self, n):
        children = range(1, n)
        self.sent = len(children)
        self.steps = len(children) + len(children)
        self.fraction = 1


class Doubling:
    def __init__(self, n):
        self.steps = self.sent = n.bit_length() - 1
        self.fraction = 1
        if n > 2**self.steps:
            self.steps += 2
            self.sent += 1


KNOWN = {"ring": Ring, "tree": Tree, "doubling": Doubling}


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    try:
        a = KNOWN[algorithm](world_size)
    except KeyError:
        raise ValueError(f"no such algorithm: {algorithm}") from None
    message = size * a.fraction
    return {"steps": a.steps, "bytes": a.sent * message, "seconds": a.steps * (latency + message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    a, b = Ring(world_size), Doubling(world_size)
    starts = latency * (a.steps - b.steps)
    slopes = (b.steps * b.fraction - a.steps * a.fraction) / bandwidth
    return starts / slopes
