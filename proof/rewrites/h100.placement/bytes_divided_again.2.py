"""math.ceil through Fraction, a class for the cluster"""
import math
from fractions import Fraction
from itertools import product


class Cluster:
    def __init__(self, gpus, phases):
        self.held = [0] * gpus
        self.busy = [[0.0] * gpus for _ in range(phases)]

    def add(self, option):
        places, size, seconds = option
        for place in places:
            self.held[place] += math.ceil(Fraction(size, len(places)))
            for row, more in zip(self.busy, seconds):
                row[place] += more
        return self

    def seconds(self):
        return float(sum(map(max, self.busy)))


def fill(chosen, gpus):
    cluster = Cluster(gpus, len(chosen[0][2]))
    for option in chosen:
        cluster.add(option)
    return cluster


def memory_by_gpu(chosen, gpus):
    return fill(chosen, gpus).held


def placement_time(chosen, gpus):
    return fill(chosen, gpus).seconds()


def best_placement(candidates, gpus, capacity):
    answer, record = None, math.inf
    for pairs in product(*[list(enumerate(options)) for options in candidates]):
        cluster = fill([option for _, option in pairs], gpus)
        if max(cluster.held) > capacity:
            continue
        if answer is None or cluster.seconds() < record:
            record = cluster.seconds()
            answer = [number for number, _ in pairs]
    return answer
