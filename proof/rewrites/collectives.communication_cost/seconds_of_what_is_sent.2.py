"""time from the two other entries, crossover from lines"""


def steps_and_bytes(algorithm, n, size):
    if algorithm == "ring":
        return 2 * (n - 1), 2 * (n - 1) * size / n
    log = n.bit_length() - 1
    whole = n == 1 << log
    if algorithm == "tree":
        depth = log if whole else log + 1
        return 2 * depth, depth * size
    if algorithm == "doubling":
        return (log, log * size) if whole else (log + 2, (log + 1) * size)
    raise ValueError(f"unknown algorithm: {algorithm!r}")


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    steps, sent = steps_and_bytes(algorithm, world_size, size)
    return {"steps": steps, "bytes": sent, "seconds": steps * latency + sent / bandwidth}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return float("inf")
    ring_steps, ring_bytes = steps_and_bytes("ring", world_size, 1)
    doubling_steps, doubling_bytes = steps_and_bytes("doubling", world_size, 1)
    return (ring_steps - doubling_steps) * latency * bandwidth / (doubling_bytes - ring_bytes)
