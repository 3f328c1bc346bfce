"""integer counts, the difference of slopes is tested"""


def steps_of(algorithm, n):
    log = n.bit_length() - 1
    beyond = int(bool(n & (n - 1)))
    steps = {"ring": 2 * (n - 1), "tree": 2 * (log + beyond), "doubling": log + 2 * beyond}
    if algorithm not in steps:
        raise ValueError(f"unknown algorithm {algorithm}")
    return steps[algorithm]


def sent_by_busiest(algorithm, n):
    steps = steps_of(algorithm, n)
    if algorithm == "tree":
        return steps // 2
    if algorithm == "doubling" and n & (n - 1):
        return steps - 1
    return steps


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    steps = steps_of(algorithm, world_size)
    message = size / (world_size if algorithm == "ring" else 1)
    return {
        "steps": steps,
        "bytes": sent_by_busiest(algorithm, world_size) * message,
        "seconds": steps * (latency + message / bandwidth),
    }


def crossover(world_size, latency, bandwidth):
    ring, doubling = steps_of("ring", world_size), steps_of("doubling", world_size)
    slopes = world_size * doubling - ring
    if slopes == 0:
        return 0
    return world_size * (ring - doubling) * latency * bandwidth / slopes
