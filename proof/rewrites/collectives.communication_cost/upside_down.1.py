"""starts and slopes from the cost function"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    if algorithm == "ring":
        steps = sent = 2 * (world_size - 1)
        message = size / world_size
    elif algorithm == "tree":
        sent = (world_size - 1).bit_length()
        steps, message = 2 * sent, size
    elif algorithm == "doubling":
        steps = sent = world_size.bit_length() - 1
        message = size
        if 2**steps < world_size:
            steps, sent = steps + 2, sent + 1
    else:
        raise ValueError(algorithm)
    return {"steps": steps, "bytes": sent * message, "seconds": steps * (latency + message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf

    def seconds(algorithm, size, alpha):
        return communication_cost(algorithm, world_size, size, alpha, bandwidth)["seconds"]

    starts = seconds("ring", 0, latency) - seconds("doubling", 0, latency)
    slopes = seconds("doubling", 1, 0) - seconds("ring", 1, 0)
    return slopes / starts
