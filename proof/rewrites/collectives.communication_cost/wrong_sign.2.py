"""one fraction, counted in a helper"""


def count(algorithm, n):
    log = n.bit_length() - 1
    if algorithm == "ring":
        return 2 * (n - 1), 2 * (n - 1)
    if algorithm == "tree":
        depth = (n - 1).bit_length()
        return 2 * depth, depth
    if algorithm == "doubling":
        return (log, log) if n == 2**log else (log + 2, log + 1)
    raise ValueError(f"unknown algorithm {algorithm!r}")


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    steps, sent = count(algorithm, world_size)
    message = size / world_size if algorithm == "ring" else size
    return {
        "steps": steps,
        "bytes": sent * message,
        "seconds": steps * latency + steps * (message / bandwidth),
    }


def crossover(world_size, latency, bandwidth):
    n = world_size
    if n == 2:
        return float("inf")
    a, b = count("ring", n)[0], count("doubling", n)[0]
    return n * (b - a) * latency * bandwidth / (n * b - a)
