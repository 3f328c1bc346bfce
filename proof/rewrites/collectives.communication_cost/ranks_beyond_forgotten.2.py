"""rounds are simulated over the distances"""


def distances(n):
    distance = 1
    while 2 * distance <= n:
        yield distance
        distance *= 2


def _plan(algorithm, n):
    if algorithm == "ring":
        return [1 / n] * (2 * (n - 1)), 2 * (n - 1)
    if algorithm == "tree":
        depth = 0
        while 2**depth < n:
            depth += 1
        return [1.0] * (2 * depth), depth
    if algorithm == "doubling":
        rounds = [1.0 for _ in distances(n)]
        return rounds, len(rounds)
    raise ValueError(f"unknown: {algorithm}")


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    fractions, sent = _plan(algorithm, world_size)
    seconds = sum(latency + fraction * size / bandwidth for fraction in fractions)
    return {"steps": len(fractions), "bytes": sum(fractions[:sent]) * size, "seconds": float(seconds)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return float("inf")
    ring, _ = _plan("ring", world_size)
    doubling, _ = _plan("doubling", world_size)
    return (len(ring) - len(doubling)) * latency * bandwidth / (sum(doubling) - sum(ring))
