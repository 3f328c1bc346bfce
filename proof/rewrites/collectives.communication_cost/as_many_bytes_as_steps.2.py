"""bit tricks, a shared helper for both functions"""


def doubling_steps(n):
    log = n.bit_length() - 1
    return log + 2 * bool(n & (n - 1))


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    n = world_size
    piece = size
    if algorithm == "doubling":
        steps = doubling_steps(n)
        traffic = steps * piece
    elif algorithm == "tree":
        steps = 2 * (n - 1).bit_length()
        traffic = steps // 2 * piece
    elif algorithm == "ring":
        piece = size / n
        steps = 2 * n - 2
        traffic = steps * piece
    else:
        raise ValueError(algorithm)
    return {"steps": steps, "bytes": traffic, "seconds": steps * latency + steps * (piece / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return float("inf")
    k, around = doubling_steps(world_size), 2 * world_size - 2
    return bandwidth * latency * (around - k) / (k - around / world_size)
