"""plain loops, itertools.product"""
import itertools


def memory_by_gpu(chosen, gpus):
    memory = [0] * gpus
    for places, size, seconds in chosen:
        for g in places:
            memory[g] += size // len(places)
    return memory


def placement_time(chosen, gpus):
    phases = len(chosen[0][2])
    total = 0.0
    for phase in range(phases):
        busy = [0.0] * gpus
        for places, size, seconds in chosen:
            for g in places:
                busy[g] += seconds[phase]
        total += max(busy)
    return total


def best_placement(candidates, gpus, capacity):
    best = None
    shortest = None
    for numbers in itertools.product(*(range(len(c)) for c in candidates)):
        chosen = [c[n] for c, n in zip(candidates, numbers)]
        if all(m <= capacity for m in memory_by_gpu(chosen, gpus)):
            t = placement_time(chosen, gpus)
            if shortest is None or t < shortest:
                best, shortest = list(numbers), t
    return best
