"""a list of message sizes that is summed"""


def schedule(algorithm, n, size):
    if algorithm == "ring":
        return [size / n] * (2 * (n - 1))
    if algorithm == "tree":
        return [size] * (2 * (n - 1).bit_length())
    if algorithm == "doubling":
        rounds = n.bit_length() - 1
        return [size] * (rounds if 2**rounds == n else rounds + 2)
    raise ValueError(f"no algorithm is called {algorithm}")


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    messages = schedule(algorithm, world_size, size)
    received_only = 0
    if algorithm == "tree":
        received_only = len(messages) // 2
    elif algorithm == "doubling" and 2 ** len(messages) != world_size:
        received_only = 1
    return {
        "steps": len(messages),
        "bytes": sum(messages[received_only:]),
        "seconds": sum(messages) / bandwidth,
    }


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return float("inf")
    ring, doubling = schedule("ring", world_size, 1), schedule("doubling", world_size, 1)
    starts = latency * (len(ring) - len(doubling))
    return starts * bandwidth / (sum(doubling) - sum(ring))
