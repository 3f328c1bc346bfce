"""one ceiling for two branches"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    log = math.ceil(math.log2(world_size))
    if algorithm == "ring":
        steps = sent = 2 * (world_size - 1)
        message = size / world_size
    elif algorithm == "tree":
        steps, sent, message = 2 * log, log, size
    elif algorithm == "doubling":
        steps, sent, message = log, log, size
    else:
        raise ValueError(f"unknown algorithm {algorithm!r}")
    return {"steps": steps, "bytes": sent * message, "seconds": steps * (latency + message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    ring = communication_cost("ring", world_size, 1, 0, bandwidth)
    doubling = communication_cost("doubling", world_size, 1, 0, bandwidth)
    return (ring["steps"] - doubling["steps"]) * latency / (doubling["seconds"] - ring["seconds"])
