"""message counts and message size in two dicts"""
import math


def counts(n):
    depth = (n - 1).bit_length()
    log = n.bit_length() - 1
    left_over = int(n & (n - 1) != 0)
    return {
        "ring": (2 * (n - 1), 2 * (n - 1)),
        "tree": (2 * depth, depth),
        "doubling": (log + 2 * left_over, log + left_over),
    }


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    table = counts(world_size)
    if algorithm not in table:
        raise ValueError(algorithm)
    steps, messages = table[algorithm]
    one = latency + size / bandwidth
    return dict(steps=steps, bytes=messages * size, seconds=steps * one)


def crossover(world_size, latency, bandwidth):
    if world_size <= 2:
        return math.inf
    table = counts(world_size)
    ring, doubling = table["ring"][0], table["doubling"][0]
    per_byte = world_size * doubling - ring
    return world_size * (ring - doubling) * latency * bandwidth / per_byte
