"""named tuples and the largest power of two"""
import math
from typing import NamedTuple


class Count(NamedTuple):
    steps: int
    messages: int
    parts: int


def largest_power(n):
    p = 1
    while p * 2 <= n:
        p *= 2
    return p


def count(algorithm, n):
    if algorithm == "ring":
        return Count(2 * (n - 1), 2 * (n - 1), n)
    if algorithm == "tree":
        depth = (n - 1).bit_length()
        return Count(2 * depth, depth, 1)
    if algorithm == "doubling":
        power = largest_power(n)
        exchanges = power.bit_length() - 1
        before_and_after = 0 if power == n else 2
        return Count(exchanges + before_and_after, exchanges, 1)
    raise ValueError(f"{algorithm} is unknown")


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    c = count(algorithm, world_size)
    return {
        "steps": c.steps,
        "bytes": c.messages * size / c.parts,
        "seconds": c.steps * (latency + size / (c.parts * bandwidth)),
    }


def crossover(world_size, latency, bandwidth):
    ring, doubling = count("ring", world_size), count("doubling", world_size)
    if world_size == 2:
        return math.inf
    slope_difference = (doubling.steps - ring.steps / ring.parts) / bandwidth
    return (ring.steps - doubling.steps) * latency / slope_difference
