"""early return for one rank, then one branch each"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    if algorithm not in ("ring", "tree", "doubling"):
        raise ValueError(f"no algorithm {algorithm}")
    if world_size == 1:
        return {"steps": 0, "bytes": 0, "seconds": 0.0}
    if algorithm == "ring":
        steps = 2 * world_size
        part = size / world_size
        return {"steps": steps, "bytes": steps * part, "seconds": steps * (latency + part / bandwidth)}
    if algorithm == "tree":
        depth = math.ceil(math.log2(world_size))
        return {"steps": 2 * depth, "bytes": depth * size, "seconds": 2 * depth * (latency + size / bandwidth)}
    rounds = math.floor(math.log2(world_size))
    steps, sent = (rounds, rounds) if 2**rounds == world_size else (rounds + 2, rounds + 1)
    return {"steps": steps, "bytes": sent * size, "seconds": steps * (latency + size / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    k = communication_cost("doubling", world_size, 1, latency, bandwidth)["steps"]
    ring_steps = 2 * (world_size - 1)
    return (ring_steps - k) * latency * bandwidth / (k - ring_steps / world_size)
