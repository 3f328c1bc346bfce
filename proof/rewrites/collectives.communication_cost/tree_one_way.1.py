"""three small functions, dispatch by a dict"""
import math


def ring(n, size):
    return 2 * (n - 1), 2 * (n - 1) / n * size, size / n


def tree(n, size):
    depth = math.ceil(math.log2(n))
    return depth, min(depth, 1) * size, size


def doubling(n, size):
    rounds = math.floor(math.log2(n))
    if n == 2**rounds:
        return rounds, rounds * size, size
    return rounds + 2, (rounds + 1) * size, size


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    functions = {"ring": ring, "tree": tree, "doubling": doubling}
    if algorithm not in functions:
        raise ValueError(algorithm)
    steps, sent, message = functions[algorithm](world_size, size)
    return {"steps": steps, "bytes": sent, "seconds": steps * (latency + message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    ring_steps, ring_bytes, _ = ring(world_size, 1)
    doubling_steps = doubling(world_size, 1)[0]
    return (ring_steps - doubling_steps) * latency * bandwidth / (doubling_steps - ring_bytes)
