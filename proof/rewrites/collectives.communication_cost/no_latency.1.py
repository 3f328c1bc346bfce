"""a time for one message, branches"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    def message_time(b):
        return b / bandwidth

    if algorithm == "ring":
        steps = 2 * (world_size - 1)
        part = size / world_size
        return {"steps": steps, "bytes": steps * part, "seconds": steps * message_time(part)}
    if algorithm == "tree":
        depth = math.ceil(math.log2(world_size))
        return {"steps": 2 * depth, "bytes": depth * size, "seconds": 2 * depth * message_time(size)}
    if algorithm == "doubling":
        rounds = math.floor(math.log2(world_size))
        beyond = int(2**rounds < world_size)
        steps = rounds + 2 * beyond
        return {"steps": steps, "bytes": (rounds + beyond) * size, "seconds": steps * message_time(size)}
    raise ValueError(algorithm)


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    ring = communication_cost("ring", world_size, 1, latency, bandwidth)
    doubling = communication_cost("doubling", world_size, 1, latency, bandwidth)
    more = (ring["steps"] - doubling["steps"]) * latency
    return more / (doubling["seconds"] - ring["seconds"])
