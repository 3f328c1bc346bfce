"""one key for min: bytes over the capacity, then seconds"""
from itertools import product


def memory_by_gpu(chosen, gpus):
    return [sum(size for places, size, _ in chosen if gpu in places) for gpu in range(gpus)]


def placement_time(chosen, gpus):
    time = 0.0
    for seconds in zip(*(o[2] for o in chosen)):
        time += max(sum(s for s, o in zip(seconds, chosen) if gpu in o[0]) for gpu in range(gpus))
    return time


def best_placement(candidates, gpus, capacity):
    def key(numbers):
        chosen = [candidates[i][n] for i, n in enumerate(numbers)]
        too_much = max(0, max(memory_by_gpu(chosen, gpus)) - capacity)
        return too_much, placement_time(chosen, gpus)

    return list(min(product(*[range(len(options)) for options in candidates]), key=key))
