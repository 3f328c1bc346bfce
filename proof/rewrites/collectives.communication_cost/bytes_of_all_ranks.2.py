"""every step is a list of senders"""


def ring_steps(n):
    return [list(range(n)) for _ in range(2 * (n - 1))]


def tree_steps(n):
    up, down, distance = [], [], 1
    while distance < n:
        children = range(distance, n, 2 * distance)
        up.append(list(children))
        down.insert(0, [child - distance for child in children])
        distance *= 2
    return up + down


def doubling_steps(n):
    power = 1
    while 2 * power <= n:
        power *= 2
    steps = [list(range(power)) for _ in range(power.bit_length() - 1)]
    if power < n:
        steps = [list(range(power, n))] + steps + [list(range(n - power))]
    return steps


STEPS = {"ring": ring_steps, "tree": tree_steps, "doubling": doubling_steps}


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    if algorithm not in STEPS:
        raise ValueError(f"unknown algorithm {algorithm!r}")
    steps = STEPS[algorithm](world_size)
    message = size / world_size if algorithm == "ring" else size
    sent = sum(len(senders) for senders in steps) * message
    return {"steps": len(steps), "bytes": sent, "seconds": len(steps) * (latency + message / bandwidth)}


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return float("inf")
    ring, doubling = len(ring_steps(world_size)), len(doubling_steps(world_size))
    return (ring - doubling) * latency * bandwidth / (doubling - ring / world_size)
