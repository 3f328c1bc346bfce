"""messages and message size, one return"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    message = size
    if algorithm == "ring":
        steps = messages = 2 * (world_size - 1)
        message = size / world_size
    elif algorithm == "tree":
        messages = math.ceil(math.log2(world_size))
        steps = 2 * messages
    elif algorithm == "doubling":
        rounds = math.floor(math.log2(world_size))
        steps = messages = rounds
        if 2**rounds != world_size:
            steps, messages = rounds + 2, rounds + 1
    else:
        raise ValueError(algorithm)
    return {
        "steps": steps,
        "bytes": messages * message,
        "seconds": messages * (latency + message / bandwidth),
    }


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    k = communication_cost("doubling", world_size, 1, latency, bandwidth)["steps"]
    around = 2 * (world_size - 1)
    return (around - k) * latency * bandwidth / (k - around / world_size)
