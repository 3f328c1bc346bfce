"""a function for the counts, crossover from starts and slopes"""


def counts(algorithm, n):
    depth = (n - 1).bit_length()
    log = n.bit_length() - 1
    if algorithm == "ring":
        return 2 * (n - 1), 2 * (n - 1), n
    if algorithm == "tree":
        return 2 * depth, depth, 1
    if algorithm == "doubling":
        return (log, log, 1) if depth == log else (log + 2, log + 1, 1)
    raise ValueError(f"unknown algorithm {algorithm!r}")


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    steps, sent, parts = counts(algorithm, world_size)
    if world_size == 1:
        return {"steps": 0, "bytes": 0, "seconds": 0.0}
    message = size / parts
    return {"steps": steps, "bytes": sent * message, "seconds": latency + steps * (message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return float("inf")

    def line(algorithm):
        start = communication_cost(algorithm, world_size, 0, latency, bandwidth)["seconds"]
        slope = communication_cost(algorithm, world_size, 1, 0, bandwidth)["seconds"]
        return start, slope

    ring_start, ring_slope = line("ring")
    doubling_start, doubling_slope = line("doubling")
    return (ring_start - doubling_start) / (doubling_slope - ring_slope)
