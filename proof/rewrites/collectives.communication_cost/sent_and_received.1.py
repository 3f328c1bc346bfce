"""a factor for both directions of a link"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    directions = 2
    if algorithm == "ring":
        steps = messages = 2 * (world_size - 1)
        message = size / world_size
    elif algorithm == "tree":
        messages = math.ceil(math.log2(world_size))
        steps, message = 2 * messages, size
    elif algorithm == "doubling":
        messages = math.floor(math.log2(world_size))
        steps, message = messages, size
        if 2**messages != world_size:
            messages += 1
            steps += 2
    else:
        raise ValueError(algorithm)
    seconds = steps * (latency + message / bandwidth)
    return {"steps": steps, "bytes": directions * messages * message, "seconds": seconds}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    ring = communication_cost("ring", world_size, 1, 0, 1)
    doubling = communication_cost("doubling", world_size, 1, 0, 1)
    return (ring["steps"] - doubling["steps"]) * latency * bandwidth / (doubling["seconds"] - ring["seconds"])
