"""A table of (steps, sends, message) for each name; the crossover solved by the formula, with logs from math."""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    up = math.ceil(math.log2(world_size))
    down = math.floor(math.log2(world_size))
    odd = 0 if up == down else 1
    table = {
        "ring": (2 * world_size - 2, 2 * world_size - 2, size / world_size),
        "tree": (2 * up, up, size),
        "doubling": (down + 2 * odd, down + odd, size),
    }
    if algorithm not in table:
        raise ValueError(algorithm)
    steps, sends, message = table[algorithm]
    return dict(steps=steps, bytes=sends * message, seconds=steps * latency + steps * message / bandwidth)


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    few = communication_cost("doubling", world_size, 1, 0, 1)["steps"]
    many = 2 * (world_size - 1)
    return latency * bandwidth * (many - few) / (few - many / world_size)
