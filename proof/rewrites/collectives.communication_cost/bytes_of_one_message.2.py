"""two dicts: steps and the bytes that go at a time"""


def doubling_steps(n):
    power, k = 1, 0
    while 2 * power <= n:
        power, k = 2 * power, k + 1
    return k if power == n else k + 2


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    steps = {
        "ring": 2 * (world_size - 1),
        "tree": 2 * (world_size - 1).bit_length(),
        "doubling": doubling_steps(world_size),
    }
    at_a_time = {"ring": size / world_size, "tree": size, "doubling": size}
    if algorithm not in steps:
        raise ValueError(f"unknown algorithm: {algorithm}")
    count, load = steps[algorithm], at_a_time[algorithm]
    return {
        "steps": count,
        "bytes": load if world_size > 1 else 0,
        "seconds": count * latency + count * load / bandwidth,
    }


def crossover(world_size, latency, bandwidth):
    k, around = doubling_steps(world_size), 2 * (world_size - 1)
    if world_size == 2:
        return float("inf")
    return world_size * latency * bandwidth * (around - k) / (world_size * k - around)
