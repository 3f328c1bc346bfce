"""steps and message size, early return for one rank"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    if algorithm not in ("ring", "tree", "doubling"):
        raise ValueError(algorithm)
    if world_size == 1:
        return {"steps": 0, "bytes": 0, "seconds": 0}
    message = size
    log = math.log2(world_size)
    if algorithm == "ring":
        steps = 2 * (world_size - 1)
        message = size / world_size
    elif algorithm == "tree":
        steps = 2 * math.ceil(log)
    else:
        steps = int(log) if log.is_integer() else int(log) + 2
    return {"steps": steps, "bytes": message, "seconds": steps * (latency + message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    ring = communication_cost("ring", world_size, 1, 0, bandwidth)
    doubling = communication_cost("doubling", world_size, 1, 0, bandwidth)
    return (ring["steps"] - doubling["steps"]) * latency / (doubling["seconds"] - ring["seconds"])
