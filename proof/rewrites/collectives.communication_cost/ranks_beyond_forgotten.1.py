"""bit_length for both logarithms"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    N = world_size
    if algorithm == "ring":
        steps, sent, message = 2 * (N - 1), 2 * (N - 1), size / N
    elif algorithm == "tree":
        depth = (N - 1).bit_length()
        steps, sent, message = 2 * depth, depth, size
    elif algorithm == "doubling":
        rounds = N.bit_length() - 1
        steps, sent, message = rounds, rounds, size
    else:
        raise ValueError(algorithm)
    return {"steps": steps, "bytes": sent * message, "seconds": steps * (latency + message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    rounds = world_size.bit_length() - 1
    ring = 2 * (world_size - 1)
    return (ring - rounds) * latency * bandwidth / (rounds - ring / world_size)
