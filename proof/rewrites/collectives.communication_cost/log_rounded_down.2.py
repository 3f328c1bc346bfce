"""a loop that halves the ranks, helper functions"""


def depth_of_tree(ranks):
    depth = 0
    while ranks > 1:
        ranks //= 2
        depth += 1
    return depth


def rounds_of_doubling(ranks):
    power, rounds = 1, 0
    while 2 * power <= ranks:
        power, rounds = 2 * power, rounds + 1
    return rounds, ranks > power


def cost(steps, sent, message, latency, bandwidth):
    return {"steps": steps, "bytes": sent * message, "seconds": steps * (latency + message / bandwidth)}


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    if algorithm == "ring":
        turns = 2 * (world_size - 1)
        return cost(turns, turns, size / world_size, latency, bandwidth)
    if algorithm == "tree":
        depth = depth_of_tree(world_size)
        return cost(2 * depth, depth, size, latency, bandwidth)
    if algorithm == "doubling":
        rounds, beyond = rounds_of_doubling(world_size)
        return cost(rounds + 2 * beyond, rounds + beyond, size, latency, bandwidth)
    raise ValueError("unknown algorithm")


def crossover(world_size, latency, bandwidth):
    rounds, beyond = rounds_of_doubling(world_size)
    steps = rounds + 2 * beyond
    more_starts = (2 * (world_size - 1) - steps) * latency
    fewer_bytes = steps - 2 * (world_size - 1) / world_size
    return float("inf") if world_size == 2 else more_starts * bandwidth / fewer_bytes
