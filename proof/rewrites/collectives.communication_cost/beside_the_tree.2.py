"""loops that count, a formula of its own in crossover"""


def levels(n):
    depth = 0
    while 2**depth < n:
        depth += 1
    return depth


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    depth = levels(world_size)
    short = int(2**depth > world_size)
    if algorithm == "ring":
        steps, load = 2 * (world_size - 1), size / world_size
        sent = steps
    elif algorithm == "tree":
        steps, load = 2 * depth, size
        sent = depth
    elif algorithm == "doubling":
        steps, load = depth + short, size
        sent = depth
    else:
        raise ValueError(f"unknown algorithm {algorithm!r}")
    return dict(steps=steps, bytes=sent * load, seconds=steps * latency + steps * load / bandwidth)


def crossover(world_size, latency, bandwidth):
    hops = 2 * (world_size - 1)
    climb = 2 * levels(world_size)
    if world_size == 2:
        return float("inf")
    return world_size * (hops - climb) * latency * bandwidth / (world_size * climb - hops)
