"""differences of ring and doubling, both in the same order"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    if algorithm == "ring":
        steps = sent = 2 * (world_size - 1)
        message = size / world_size
    elif algorithm == "tree":
        sent = math.ceil(math.log2(world_size))
        steps, message = 2 * sent, size
    elif algorithm == "doubling":
        rounds = math.floor(math.log2(world_size))
        extra = int(2**rounds != world_size)
        steps, sent, message = rounds + 2 * extra, rounds + extra, size
    else:
        raise ValueError(algorithm)
    return {"steps": steps, "bytes": sent * message, "seconds": steps * (latency + message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    ring = communication_cost("ring", world_size, 1, 0, bandwidth)
    doubling = communication_cost("doubling", world_size, 1, 0, bandwidth)
    starts = (ring["steps"] - doubling["steps"]) * latency
    slopes = ring["seconds"] - doubling["seconds"]
    return starts / slopes
