"""a small class for the link"""


class Link:
    def __init__(self, latency, bandwidth):
        self.latency = latency
        self.rate = bandwidth / 8

    def seconds(self, number, message):
        return number * self.latency + number * message / self.rate


def messages(algorithm, n):
    log = n.bit_length() - 1
    exact = n == 2**log
    if algorithm == "ring":
        return 2 * (n - 1), 2 * (n - 1)
    if algorithm == "tree":
        depth = log if exact else log + 1
        return 2 * depth, depth
    if algorithm == "doubling":
        return (log, log) if exact else (log + 2, log + 1)
    raise ValueError(f"unknown algorithm {algorithm!r}")


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    steps, sent = messages(algorithm, world_size)
    message = size / world_size if algorithm == "ring" else size
    return {"steps": steps, "bytes": sent * message, "seconds": Link(latency, bandwidth).seconds(steps, message)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return float("inf")
    ring, doubling = messages("ring", world_size)[0], messages("doubling", world_size)[0]
    link = Link(latency, bandwidth)
    return (ring - doubling) * link.latency * link.rate / (doubling - ring / world_size)
