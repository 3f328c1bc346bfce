"""one line for the time of a message"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    if algorithm == "ring":
        steps = sent = 2 * (world_size - 1)
        message = size / world_size
    elif algorithm == "tree":
        sent = math.ceil(math.log2(world_size))
        steps, message = 2 * sent, size
    elif algorithm == "doubling":
        steps = sent = math.floor(math.log2(world_size))
        message = size
        if 2**steps != world_size:
            steps, sent = steps + 2, sent + 1
    else:
        raise ValueError(algorithm)
    time = latency + 8 * message / bandwidth
    return {"steps": steps, "bytes": sent * message, "seconds": steps * time}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    ring = communication_cost("ring", world_size, 1, 0, bandwidth)
    doubling = communication_cost("doubling", world_size, 1, 0, bandwidth)
    return (ring["steps"] - doubling["steps"]) * latency / (doubling["seconds"] - ring["seconds"])
