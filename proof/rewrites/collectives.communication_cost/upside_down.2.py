"""one formula in the numbers of steps"""
import math


def doubling(n):
    k = math.floor(math.log2(n))
    return (k, k) if n == 2**k else (k + 2, k + 1)


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    counts = {
        "ring": lambda n: (2 * (n - 1), 2 * (n - 1)),
        "tree": lambda n: (2 * math.ceil(math.log2(n)), math.ceil(math.log2(n))),
        "doubling": doubling,
    }
    if algorithm not in counts:
        raise ValueError(f"unknown algorithm {algorithm!r}")
    steps, sent = counts[algorithm](world_size)
    b = size / world_size if algorithm == "ring" else size
    return {"steps": steps, "bytes": sent * b, "seconds": steps * latency + steps * b / bandwidth}


def crossover(world_size, latency, bandwidth):
    n = world_size
    k = doubling(n)[0]
    if n == 2:
        return math.inf
    return (k - 2 * (n - 1) / n) / ((2 * (n - 1) - k) * latency * bandwidth)
