"""two straight lines as objects"""


class Line:
    def __init__(self, start, slope):
        self.start = start
        self.slope = slope

    def meets(self, other):
        where = (self.start - other.start) / (other.slope - self.slope)
        return where, self.start + self.slope * where


def plan(algorithm, n):
    log = n.bit_length() - 1
    full = 2**log == n
    if algorithm == "ring":
        return 2 * (n - 1), 2 * (n - 1), n
    if algorithm == "tree":
        depth = log + (not full)
        return 2 * depth, depth, 1
    if algorithm == "doubling":
        return (log, log, 1) if full else (log + 2, log + 1, 1)
    raise ValueError(f"unknown algorithm {algorithm!r}")


def line(algorithm, n, latency, bandwidth):
    steps, _, parts = plan(algorithm, n)
    return Line(steps * latency, steps / (parts * bandwidth))


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    steps, sent, parts = plan(algorithm, world_size)
    time = line(algorithm, world_size, latency, bandwidth)
    return {"steps": steps, "bytes": sent * size / parts, "seconds": time.start + time.slope * size}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return float("inf")
    ring = line("ring", world_size, latency, bandwidth)
    _, height = ring.meets(line("doubling", world_size, latency, bandwidth))
    return height
