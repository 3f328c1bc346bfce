"""NumPy: (models, gpus) of bytes and (models, phases, gpus) of seconds."""
import itertools

import numpy as np


def memory_by_gpu(chosen, gpus):
    held = np.zeros((len(chosen), gpus), dtype=np.int64)
    for row, (places, size, _) in enumerate(chosen):
        held[row, places] = size
    return held.sum(axis=0).tolist()


def placement_time(chosen, gpus):
    busy = np.zeros((len(chosen), len(chosen[0][2]), gpus))
    for row, (places, _, seconds) in enumerate(chosen):
        busy[row][:, places] = np.asarray(seconds)[:, None]
    return float(busy.sum(axis=0).max(axis=1).sum())


def best_placement(candidates, gpus, capacity):
    answer, fastest = None, np.inf
    for numbers in itertools.product(*[range(len(c)) for c in candidates]):
        chosen = [c[n] for c, n in zip(candidates, numbers)]
        if all(b <= capacity for b in memory_by_gpu(chosen, gpus)):
            seconds = placement_time(chosen, gpus)
            if seconds < fastest:
                answer, fastest = list(numbers), seconds
    return answer
