"""plain loops, itertools.product"""
import itertools


def memory_by_gpu(chosen, gpus):
    memory = [0] * gpus
    for places, size, seconds in chosen:
        for place in places:
            memory[place] = size
    return memory


def placement_time(chosen, gpus):
    total = 0.0
    for phase in range(len(chosen[0][2])):
        busy = [0.0] * gpus
        for places, size, seconds in chosen:
            for place in places:
                busy[place] += seconds[phase]
        total += max(busy)
    return total


def best_placement(candidates, gpus, capacity):
    best, best_time = None, float("inf")
    for numbers in itertools.product(*[range(len(options)) for options in candidates]):
        chosen = [options[number] for options, number in zip(candidates, numbers)]
        if max(memory_by_gpu(chosen, gpus)) > capacity:
            continue
        seconds = placement_time(chosen, gpus)
        if best is None or seconds < best_time:
            best, best_time = list(numbers), seconds
    return best
