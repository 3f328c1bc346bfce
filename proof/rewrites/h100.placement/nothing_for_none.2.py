"""min with a default, numpy sums"""
from itertools import product

import numpy as np


def memory_by_gpu(chosen, gpus):
    return [sum(int(o[1]) for o in chosen if gpu in o[0]) for gpu in range(gpus)]


def placement_time(chosen, gpus):
    busy = np.zeros((len(chosen[0][2]), gpus))
    for places, _, seconds in chosen:
        busy[:, list(places)] += np.array(seconds, dtype=float)[:, None]
    return float(busy.max(axis=1).sum())


def best_placement(candidates, gpus, capacity):
    def options(numbers):
        return [c[k] for c, k in zip(candidates, numbers)]

    every = product(*(range(len(c)) for c in candidates))
    fits = [n for n in every if max(memory_by_gpu(options(n), gpus)) <= capacity]
    return list(min(fits, key=lambda n: placement_time(options(n), gpus), default=()))
