"""if and elif, everything from a number of messages"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    N = world_size
    if algorithm == "ring":
        steps = messages = N - 1
        message = size / N
    elif algorithm == "tree":
        messages = math.ceil(math.log2(N))
        steps = 2 * messages
        message = size
    elif algorithm == "doubling":
        rounds = N.bit_length() - 1
        extra = N != 2**rounds
        messages = rounds + extra
        steps = rounds + 2 * extra
        message = size
    else:
        raise ValueError(algorithm)
    return {"steps": steps, "bytes": messages * message, "seconds": steps * (latency + message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    ring = communication_cost("ring", world_size, 1, 0, bandwidth)
    doubling = communication_cost("doubling", world_size, 1, 0, bandwidth)
    starts = (ring["steps"] - doubling["steps"]) * latency
    return starts / (doubling["seconds"] - ring["seconds"])
