"""two tallies for the busiest rank"""
import math


class Tally:
    def __init__(self):
        self.out = 0
        self.into = 0
        self.steps = 0

    def exchange(self, times=1):
        self.send(times)
        self.into += times

    def send(self, times=1):
        self.out += times
        self.steps += times

    def receive(self, times=1):
        self.into += times
        self.steps += times


def tally(algorithm, n):
    t = Tally()
    rounds = n.bit_length() - 1
    if algorithm == "ring":
        t.exchange(2 * (n - 1))
    elif algorithm == "tree":
        t.receive((n - 1).bit_length())
        t.send((n - 1).bit_length())
    elif algorithm == "doubling":
        beyond = int(2**rounds != n)
        t.receive(beyond)
        t.exchange(rounds)
        t.send(beyond)
    else:
        raise ValueError(f"unknown algorithm {algorithm}")
    return t


def communication_cost(algorithm, world_size, size, latency, bandwidth):
    t = tally(algorithm, world_size)
    message = size / world_size if algorithm == "ring" else size
    return {
        "steps": t.steps,
        "bytes": (t.out + t.into) * message,
        "seconds": t.steps * (latency + message / bandwidth),
    }


def crossover(world_size, latency, bandwidth):
    if world_size == 2:
        return math.inf
    ring, doubling = tally("ring", world_size).steps, tally("doubling", world_size).steps
    return (ring - doubling) * latency * bandwidth / (doubling - ring / world_size)
