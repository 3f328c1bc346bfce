"""comprehensions over GPUs, slices of places, filter and min"""
from itertools import product


def memory_by_gpu(chosen, gpus):
    return [sum(len(where) * size for where, size, _ in chosen if gpu in where[:1]) for gpu in range(gpus)]


def placement_time(chosen, gpus):
    def ends(phase):
        return max(sum(o[2][phase] for o in chosen if gpu in o[0]) for gpu in range(gpus))

    return float(sum(ends(phase) for phase in range(len(chosen[0][2]))))


def best_placement(candidates, gpus, capacity):
    def options(numbers):
        return [c[k] for c, k in zip(candidates, numbers)]

    def fits(numbers):
        return all(held <= capacity for held in memory_by_gpu(options(numbers), gpus))

    left = filter(fits, product(*(range(len(c)) for c in candidates)))
    ranked = sorted(left, key=lambda numbers: placement_time(options(numbers), gpus))
    return list(ranked[0]) if ranked else None
