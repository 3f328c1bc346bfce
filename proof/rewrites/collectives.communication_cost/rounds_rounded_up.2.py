"""a dict of lambdas, a loop for the rounds"""
import math


def rounds(n):
    k = 0
    reach = 1
    while reach < n:
        reach += reach
        k += 1
    return k


STEPS = {
    "ring": lambda n: 2 * (n - 1),
    "tree": lambda n: 2 * rounds(n),
    "doubling": rounds,
}
MESSAGES = {**STEPS, "tree": rounds}


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    if algorithm not in STEPS:
        raise ValueError(algorithm)
    message = size / world_size if algorithm == "ring" else size
    steps, messages = STEPS[algorithm](world_size), MESSAGES[algorithm](world_size)
    return {
        "steps": steps,
        "bytes": message * messages,
        "seconds": latency * steps + message * steps / bandwidth,
    }


def crossover(world_size, latency, bandwidth):
    n, a, b = world_size, STEPS["ring"](world_size), STEPS["doubling"](world_size)
    if n == 2:
        return math.inf
    return n * (a - b) * latency * bandwidth / (n * b - a)
