"""numpy, maximum of a matrix of GPUs and phases"""
from itertools import product

import numpy as np


def memory_by_gpu(chosen, gpus):
    return [sum([option[1] for option in chosen if gpu in option[0]]) for gpu in range(gpus)]


def placement_time(chosen, gpus):
    busy = np.zeros((gpus, len(chosen[0][2])))
    for where, _, seconds in chosen:
        busy[list(where)] += np.asarray(seconds, dtype=float)
    return float(np.max(busy))


def best_placement(candidates, gpus, capacity):
    answer = None
    record = np.inf
    for pairs in product(*[tuple(enumerate(options)) for options in candidates]):
        numbers, chosen = zip(*pairs)
        seconds = placement_time(chosen, gpus)
        if seconds >= record:
            continue
        if any(held > capacity for held in memory_by_gpu(chosen, gpus)):
            continue
        answer, record = list(numbers), seconds
    return answer
