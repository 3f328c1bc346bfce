"""branches, an early return in both functions"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    if algorithm not in ("ring", "tree", "doubling"):
        raise ValueError(algorithm)
    if world_size == 1:
        return {"steps": 0, "bytes": 0, "seconds": 0.0}
    if algorithm == "ring":
        steps, message = 2 * (world_size - 1), size / world_size
        sent = steps * message
    elif algorithm == "tree":
        steps, message = 2 * math.ceil(math.log2(world_size)), size
        sent = steps // 2 * message
    else:
        rounds, message = int(math.log2(world_size)), size
        steps = rounds if 2**rounds == world_size else rounds + 2
        sent = rounds * message if steps == rounds else (rounds + 1) * message
    return {"steps": steps, "bytes": sent, "seconds": steps * (latency + message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return 0.0
    ring = communication_cost("ring", world_size, 1, 0, bandwidth)
    doubling = communication_cost("doubling", world_size, 1, 0, bandwidth)
    return (ring["steps"] - doubling["steps"]) * latency / (doubling["seconds"] - ring["seconds"])
