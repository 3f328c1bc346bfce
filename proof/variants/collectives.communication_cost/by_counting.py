"""Rounds are counted in loops, as the algorithms make them; the crossover by bisection."""


def _rounds(n):
    rounds, reach = 0, 1
    while reach < n:
        rounds, reach = rounds + 1, 2 * reach
    return rounds, reach == n


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    rounds, exact = _rounds(world_size)
    if algorithm == "ring":
        messages = [size / world_size] * (2 * (world_size - 1))
        sent = sum(messages)
    elif algorithm == "tree":
        messages = [size] * rounds * 2
        sent = size * rounds
    elif algorithm == "doubling":
        if exact:
            messages = [size] * rounds
            sent = sum(messages)
        else:
            messages = [size] + [size] * (rounds - 1) + [size]
            sent = sum(messages[1:])
    else:
        raise ValueError("unknown algorithm")
    return {"steps": len(messages), "bytes": float(sent), "seconds": sum(latency + m / bandwidth for m in messages)}


def crossover(world_size, latency, bandwidth):
    def ahead(size):
        costs = [communication_cost(a, world_size, size, latency, bandwidth)["seconds"] for a in ("ring", "doubling")]
        return costs[0] - costs[1]

    if world_size == 2:
        return float("inf")
    high = 1.0
    while ahead(high) > 0:
        high *= 2
    low = 0.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if ahead(middle) > 0 else (low, middle)
    return high
