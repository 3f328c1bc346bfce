"""closed forms in three branches"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    N = world_size
    log = N.bit_length() - 1
    P = 2**log
    if algorithm == "ring":
        steps = 2 * (N - 1)
        traffic = steps * size
        seconds = steps * (latency + size / N / bandwidth)
    elif algorithm == "tree":
        steps = 2 * (N - 1).bit_length()
        traffic = 2 * (N - 1) * size
        seconds = steps * (latency + size / bandwidth)
    elif algorithm == "doubling":
        steps = log if P == N else log + 2
        traffic = (P * log + 2 * (N - P)) * size
        seconds = steps * (latency + size / bandwidth)
    else:
        raise ValueError(algorithm)
    return {"steps": steps, "bytes": traffic, "seconds": seconds}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    log = world_size.bit_length() - 1
    steps = log if 2**log == world_size else log + 2
    around = 2 * (world_size - 1)
    return (around - steps) * latency * bandwidth / (steps - around / world_size)
