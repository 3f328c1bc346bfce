"""branches, crossover from steps and message times"""
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
        if world_size > 2**steps:
            steps, sent = steps + 2, sent + 1
    else:
        raise ValueError(algorithm)
    return {"steps": steps, "bytes": sent * message, "seconds": steps * (latency + message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    ring = communication_cost("ring", world_size, 1, 0, bandwidth)
    other = communication_cost("tree", world_size, 1, 0, bandwidth)
    return (ring["steps"] - other["steps"]) * latency / (other["seconds"] - ring["seconds"])
