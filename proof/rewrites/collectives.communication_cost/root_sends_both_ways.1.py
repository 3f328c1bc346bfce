"""a tuple of steps, messages and message size"""
import math


def shape_of(algorithm, n, size):
    if algorithm == "ring":
        return 2 * (n - 1), 2 * (n - 1), size / n
    if algorithm == "tree":
        depth = math.ceil(math.log2(n))
        return 2 * depth, 2 * depth, size
    if algorithm == "doubling":
        power = n.bit_length() - 1
        odd = int(2**power != n)
        return power + 2 * odd, power + odd, size
    raise ValueError(f"{algorithm!r} is not known")


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    steps, messages, message = shape_of(algorithm, world_size, size)
    return {"steps": steps, "bytes": messages * message, "seconds": steps * (latency + message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    ring, _, part = shape_of("ring", world_size, 1)
    doubling, _, whole = shape_of("doubling", world_size, 1)
    return (ring - doubling) * latency * bandwidth / (doubling * whole - ring * part)
