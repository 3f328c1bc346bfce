"""plain branches with names spelled out"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    time_of_all = latency + size / bandwidth
    if algorithm == "ring":
        steps = 2 * (world_size - 1)
        part = size / world_size
        return {"steps": steps, "bytes": steps * part, "seconds": steps * (latency + part / bandwidth)}
    if algorithm == "tree":
        depth = world_size - 1
        return {"steps": 2 * depth, "bytes": depth * size, "seconds": 2 * depth * time_of_all}
    if algorithm == "doubling":
        rounds = int(math.log2(world_size))
        extra = int(2**rounds != world_size)
        steps = rounds + 2 * extra
        return {"steps": steps, "bytes": (rounds + extra) * size, "seconds": steps * time_of_all}
    raise ValueError(f"unknown algorithm {algorithm}")


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    ring = 2 * (world_size - 1)
    doubling = communication_cost("doubling", world_size, 0, latency, bandwidth)["steps"]
    return (ring - doubling) * latency * bandwidth / (doubling - ring / world_size)
