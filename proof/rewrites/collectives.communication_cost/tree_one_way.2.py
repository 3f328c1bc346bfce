"""loops that count levels, one return at the end"""


def levels(n):
    count, reached = 0, 1
    while reached < n:
        reached *= 2
        count += 1
    return count


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    message = float(size)
    if algorithm == "ring":
        message /= world_size
        sent = steps = 2 * world_size - 2
    elif algorithm == "tree":
        sent = steps = levels(world_size)
    elif algorithm == "doubling":
        up = levels(world_size)
        if 2**up == world_size:
            sent = steps = up
        else:
            sent, steps = up, up + 1
    else:
        raise ValueError("ring, tree or doubling, not " + str(algorithm))
    return {"steps": steps, "bytes": sent * message, "seconds": steps * latency + steps * message / bandwidth}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return float("inf")
    ring = communication_cost("ring", world_size, 1, 0, bandwidth)
    doubling = communication_cost("doubling", world_size, 1, 0, bandwidth)
    return (ring["steps"] - doubling["steps"]) * latency / (doubling["seconds"] - ring["seconds"])
