"""branches that set three numbers"""
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
        more = int(world_size > 2**rounds)
        steps, sent, message = rounds + 2 * more, rounds + more, size
    else:
        raise ValueError(algorithm)
    seconds = latency + steps * message / bandwidth if steps else 0.0
    return {"steps": steps, "bytes": sent * message, "seconds": seconds}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    rounds = math.floor(math.log2(world_size))
    k = rounds if 2**rounds == world_size else rounds + 2
    around = 2 * (world_size - 1)
    return (around - k) * latency * bandwidth / (k - around / world_size)
