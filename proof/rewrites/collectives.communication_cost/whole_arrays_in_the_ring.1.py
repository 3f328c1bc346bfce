"""match on the name"""
import math


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    match algorithm:
        case "ring":
            steps = 2 * (world_size - 1)
            sent = steps
        case "tree":
            sent = math.ceil(math.log2(world_size))
            steps = 2 * sent
        case "doubling":
            steps = sent = int(math.log2(world_size))
            if 2**steps < world_size:
                steps, sent = steps + 2, sent + 1
        case _:
            raise ValueError(f"unknown algorithm: {algorithm}")
    return {"steps": steps, "bytes": sent * size, "seconds": steps * (latency + size / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    around = 2 * (world_size - 1)
    rounds = int(math.log2(world_size))
    if 2**rounds < world_size:
        rounds += 2
    return (around - rounds) * latency / ((rounds - around / world_size) / bandwidth)
