"""branches, the doubling with an if of its own"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    if algorithm == "ring":
        steps = 2 * (world_size - 1)
        sent = steps * size / world_size
        seconds = steps * latency + sent / bandwidth
    elif algorithm == "tree":
        depth = math.ceil(math.log2(world_size))
        steps = 2 * depth
        sent = depth * size
        seconds = steps * (latency + size / bandwidth)
    elif algorithm == "doubling":
        steps = math.floor(math.log2(world_size))
        sent = steps * size
        if 2**steps != world_size:
            steps += 2
        seconds = steps * (latency + size / bandwidth)
    else:
        raise ValueError(algorithm)
    return {"steps": steps, "bytes": sent, "seconds": seconds}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    k = communication_cost("doubling", world_size, 0, 0, bandwidth)["steps"]
    r = 2 * (world_size - 1)
    return (r - k) * latency * bandwidth / (k - r / world_size)
