"""a table of functions, crossover from its own formula"""
import math


def _ring(n, size):
    return n - 1, n - 1, size / n


def _tree(n, size):
    depth = (n - 1).bit_length()
    return 2 * depth, depth, size


def _doubling(n, size):
    power = 1
    rounds = 0
    while power * 2 <= n:
        power *= 2
        rounds += 1
    if power == n:
        return rounds, rounds, size
    return rounds + 2, rounds + 1, size


_TABLE = {"ring": _ring, "tree": _tree, "doubling": _doubling}


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    if algorithm not in _TABLE:
        raise ValueError(f"unknown algorithm {algorithm!r}")
    steps, sent, piece = _TABLE[algorithm](world_size, size)
    return {"steps": steps, "bytes": sent * piece, "seconds": steps * latency + steps * piece / bandwidth}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    ring_steps = _ring(world_size, 1)[0]
    doubling_steps = _doubling(world_size, 1)[0]
    share = ring_steps / world_size
    return (ring_steps - doubling_steps) * latency * bandwidth / (doubling_steps - share)
