"""fsum, dictionary of all that fits"""
from itertools import product
from math import fsum


def memory_by_gpu(chosen, gpus):
    stands = [[option[1] for option in chosen if gpu in option[0]] for gpu in range(gpus)]
    return list(map(sum, stands))


def placement_time(chosen, gpus):
    phases = zip(*[option[2] for option in chosen])
    return fsum(fsum(phase) for phase in phases)


def best_placement(candidates, gpus, capacity):
    times = {}
    for numbers in product(*map(range, map(len, candidates))):
        chosen = [candidates[model][number] for model, number in enumerate(numbers)]
        full = [m for m in memory_by_gpu(chosen, gpus) if m > capacity]
        if not full:
            times[numbers] = placement_time(chosen, gpus)
    if times:
        return list(min(times, key=times.get))
    return None
