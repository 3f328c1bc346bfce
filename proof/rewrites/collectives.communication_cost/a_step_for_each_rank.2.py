"""a dataclass for a plan"""
import math
from dataclasses import dataclass


@dataclass
class Plan:
    steps: int
    sent: int
    message: float

    def cost(self, latency, bandwidth):
        return {
            "steps": self.steps,
            "bytes": self.sent * self.message,
            "seconds": self.steps * (latency + self.message / bandwidth),
        }


def plan(algorithm, n, size):
    if algorithm == "ring":
        once_around = n if n > 1 else 0
        return Plan(2 * once_around, 2 * once_around, size / n)
    if algorithm == "tree":
        depth = (n - 1).bit_length()
        return Plan(2 * depth, depth, size)
    if algorithm == "doubling":
        rounds = n.bit_length() - 1
        beyond = 1 if n > 1 << rounds else 0
        return Plan(rounds + 2 * beyond, rounds + beyond, size)
    raise ValueError(algorithm)


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    return plan(algorithm, world_size, size).cost(latency, bandwidth)


def crossover(world_size, latency, bandwidth):
    ring, doubling = plan("ring", world_size, 1.0), plan("doubling", world_size, 1.0)
    starts = (ring.steps - doubling.steps) * latency
    slopes = (doubling.steps * doubling.message - ring.steps * ring.message) / bandwidth
    return starts / slopes if slopes > 0 else math.inf
