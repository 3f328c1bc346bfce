"""starts and slopes in four variables"""
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
        beyond = int(2**rounds != world_size)
        steps, sent, message = rounds + 2 * beyond, rounds + beyond, size
    else:
        raise ValueError(algorithm)
    return {"steps": steps, "bytes": sent * message, "seconds": steps * (latency + message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    ring_steps = communication_cost("ring", world_size, 1, latency, bandwidth)["steps"]
    doubling_steps = communication_cost("doubling", world_size, 1, latency, bandwidth)["steps"]
    ring_start, doubling_start = ring_steps * latency, doubling_steps * latency
    ring_slope, doubling_slope = ring_steps / world_size / bandwidth, doubling_steps / bandwidth
    return (ring_start - doubling_start) / (doubling_slope - ring_slope)
