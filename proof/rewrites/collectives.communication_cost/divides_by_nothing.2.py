"""one fraction with whole numbers below the line"""


def log_and_rest(n):
    log = n.bit_length() - 1
    return log, int(n > 2**log)


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    log, rest = log_and_rest(world_size)
    table = {
        "ring": (2 * (world_size - 1), 2 * (world_size - 1), size / world_size),
        "tree": (2 * (log + rest), log + rest, size),
        "doubling": (log + 2 * rest, log + rest, size),
    }
    if algorithm not in table:
        raise ValueError(f"unknown algorithm {algorithm!r}")
    steps, sent, message = table[algorithm]
    return dict(steps=steps, bytes=sent * message, seconds=steps * latency + steps * message / bandwidth)


def crossover(world_size, latency, bandwidth):
    log, rest = log_and_rest(world_size)
    hops, rounds = 2 * (world_size - 1), log + 2 * rest
    return world_size * (hops - rounds) * latency * bandwidth / (world_size * rounds - hops)
