"""Sorts all choices by their time and takes the first that fits; dicts by GPU."""
from collections import defaultdict
from itertools import product


def memory_by_gpu(chosen, gpus):
    held = defaultdict(int)
    for option in chosen:
        for gpu in option[0]:
            held[gpu] += option[1]
    return [held[gpu] for gpu in range(gpus)]


def placement_time(chosen, gpus):
    busy = defaultdict(float)
    for places, _, seconds in chosen:
        for phase, duration in enumerate(seconds):
            for gpu in places:
                busy[phase, gpu] += duration
    ends = defaultdict(float)
    for (phase, _), duration in busy.items():
        ends[phase] = max(ends[phase], duration)
    return sum(ends.values(), 0.0)


def best_placement(candidates, gpus, capacity):
    def options(numbers):
        return [candidate[number] for candidate, number in zip(candidates, numbers)]

    order = sorted(product(*map(range, map(len, candidates))), key=lambda n: placement_time(options(n), gpus))
    for numbers in order:
        if max(memory_by_gpu(options(numbers), gpus)) <= capacity:
            return list(numbers)
    return None
