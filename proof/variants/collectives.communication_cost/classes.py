"""A small class for each algorithm; fractions for the crossover, so that no rounding decides whether lines meet."""
from fractions import Fraction


class Ring:
    def __init__(self, n):
        self.steps = self.sends = 2 * n - 2
        self.share = Fraction(1, n)


class Tree:
    def __init__(self, n):
        self.sends = len(bin(n - 1)) - 2 if n > 1 else 0
        self.steps = self.sends * 2
        self.share = 1


class Doubling:
    def __init__(self, n):
        power = 1
        self.steps = 0
        while power * 2 <= n:
            power *= 2
            self.steps += 1
        self.sends = self.steps
        if power != n:
            self.steps, self.sends = self.steps + 2, self.sends + 1
        self.share = 1


KINDS = {"ring": Ring, "tree": Tree, "doubling": Doubling}


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    try:
        kind = KINDS[algorithm](world_size)
    except KeyError:
        raise ValueError(f"{algorithm}?") from None
    message = size * float(kind.share)
    return {"seconds": kind.steps * (latency + message / bandwidth), "bytes": kind.sends * message, "steps": kind.steps}


def crossover(world_size, latency, bandwidth):
    ring, doubling = Ring(world_size), Doubling(world_size)
    gap = doubling.steps - ring.steps * ring.share
    if gap == 0:
        return float("inf")
    return float((ring.steps - doubling.steps) / gap) * latency * bandwidth
