"""NumPy: a table with an axis for each model holds the time of every choice, inf where one does not fit; numbers are
NumPy ints."""
import itertools

import numpy as np


def memory_by_gpu(chosen, gpus):
    held = np.zeros(gpus, dtype=np.int64)
    for places, size, _ in chosen:
        np.add.at(held, np.asarray(places), size)
    return held


def placement_time(chosen, gpus):
    busy = np.zeros((gpus, len(chosen[0][2])))
    for places, _, seconds in chosen:
        busy[np.asarray(places)] += np.asarray(seconds)
    return busy.max(axis=0).sum()


def best_placement(candidates, gpus, capacity):
    table = np.full([len(options) for options in candidates], np.inf)
    for numbers in itertools.product(*(range(n) for n in table.shape)):
        chosen = [options[number] for options, number in zip(candidates, numbers)]
        if memory_by_gpu(chosen, gpus).max() <= capacity:
            table[numbers] = placement_time(chosen, gpus)
    if np.isinf(table).all():
        return None
    return list(np.unravel_index(table.argmin(), table.shape))
