"""the root's messages are listed, then counted"""
from math import inf


def tree_messages(n):
    distance, messages = 1, []
    while distance < n:
        messages = [("up", distance)] + messages + [("down", distance)]
        distance *= 2
    return messages


def doubling_steps(n):
    rounds = n.bit_length() - 1
    return rounds if n == 1 << rounds else rounds + 2


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    if algorithm == "tree":
        steps = len(tree_messages(world_size))
        sent = sum(size for _ in tree_messages(world_size))
        seconds = sum(latency + size / bandwidth for _ in tree_messages(world_size))
    elif algorithm == "ring":
        steps = 2 * (world_size - 1)
        sent = steps * size / world_size
        seconds = steps * latency + sent / bandwidth
    elif algorithm == "doubling":
        steps = doubling_steps(world_size)
        beyond = steps >= world_size.bit_length()
        sent = (steps - 1 if beyond else steps) * size
        seconds = steps * (latency + size / bandwidth)
    else:
        raise ValueError(algorithm)
    return {"steps": steps, "bytes": sent, "seconds": seconds}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return inf
    ring, doubling = 2 * (world_size - 1), doubling_steps(world_size)
    return (ring - doubling) * latency * bandwidth / (doubling - ring / world_size)
