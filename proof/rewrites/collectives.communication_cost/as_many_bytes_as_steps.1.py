"""early returns, nested function for the answer"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    def answer(steps, sent, message):
        return {"steps": steps, "bytes": sent * message, "seconds": steps * (latency + message / bandwidth)}

    if algorithm == "ring":
        steps = 2 * (world_size - 1)
        return answer(steps, steps, size / world_size)
    if algorithm == "tree":
        depth = math.ceil(math.log2(world_size))
        return answer(2 * depth, depth, size)
    if algorithm == "doubling":
        steps = math.floor(math.log2(world_size))
        if 2**steps < world_size:
            steps += 2
        return answer(steps, steps, size)
    raise ValueError(f"unknown algorithm: {algorithm}")


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    ring = communication_cost("ring", world_size, 1, 0, 1)
    doubling = communication_cost("doubling", world_size, 1, 0, 1)
    return (ring["steps"] - doubling["steps"]) * latency * bandwidth / (doubling["seconds"] - ring["seconds"])
