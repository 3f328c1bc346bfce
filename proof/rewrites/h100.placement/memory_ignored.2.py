"""one call of min with a key"""
from itertools import product


def memory_by_gpu(chosen, gpus):
    return [sum(size for places, size, _ in chosen if gpu in places) for gpu in range(gpus)]


def placement_time(chosen, gpus):
    def phase_time(phase):
        return max(sum(o[2][phase] for o in chosen if gpu in o[0]) for gpu in range(gpus))

    return float(sum(map(phase_time, range(len(chosen[0][2])))))


def best_placement(candidates, gpus, capacity):
    def seconds(numbers):
        return placement_time([options[k] for options, k in zip(candidates, numbers)], gpus)

    return list(min(product(*(range(len(options)) for options in candidates)), key=seconds))
