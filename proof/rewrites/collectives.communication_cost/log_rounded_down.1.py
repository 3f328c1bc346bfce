"""floor of a logarithm, one branch for each"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    if algorithm not in {"ring", "tree", "doubling"}:
        raise ValueError(algorithm)
    log = math.floor(math.log2(world_size))
    message = size
    if algorithm == "ring":
        steps = sent = 2 * (world_size - 1)
        message = size / world_size
    elif algorithm == "tree":
        steps, sent = 2 * log, log
    elif 2**log == world_size:
        steps = sent = log
    else:
        steps, sent = log + 2, log + 1
    return {"steps": steps, "bytes": sent * message, "seconds": steps * (latency + message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    log = math.floor(math.log2(world_size))
    rounds = log if 2**log == world_size else log + 2
    ring = 2 * (world_size - 1)
    return (ring - rounds) * latency * bandwidth / (rounds - ring / world_size)
