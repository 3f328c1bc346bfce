"""numpy matrix of GPUs and phases"""
from itertools import product

import numpy as np


def memory_by_gpu(chosen, gpus):
    held = np.zeros(gpus, dtype=object)
    for places, size, _ in chosen:
        held[list(places)] += int(size)
    return held.tolist()


def placement_time(chosen, gpus):
    stands = np.array([[gpu in option[0] for option in chosen] for gpu in range(gpus)], dtype=float)
    seconds = np.array([option[2] for option in chosen], dtype=float)
    busy = stands @ seconds
    return float(busy.mean(axis=0).sum())


def best_placement(candidates, gpus, capacity):
    fitting = []
    for numbers in product(*(range(len(options)) for options in candidates)):
        chosen = [options[k] for options, k in zip(candidates, numbers)]
        if max(memory_by_gpu(chosen, gpus)) <= capacity:
            fitting.append((numbers, placement_time(chosen, gpus)))
    if not fitting:
        return None
    fastest = int(np.argmin([seconds for _, seconds in fitting]))
    return list(fitting[fastest][0])
