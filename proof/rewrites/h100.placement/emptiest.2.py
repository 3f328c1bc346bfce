"""min over a generator of tuples, the fullest GPU first in the tuple"""
from itertools import product


def memory_by_gpu(chosen, gpus):
    held = {gpu: 0 for gpu in range(gpus)}
    for places, size, _ in chosen:
        for place in places:
            held[place] += size
    return [held[gpu] for gpu in range(gpus)]


def placement_time(chosen, gpus):
    def busy(gpu, phase):
        return sum(option[2][phase] for option in chosen if gpu in option[0])

    phases = len(chosen[0][2])
    return float(sum(max(busy(gpu, phase) for gpu in range(gpus)) for phase in range(phases)))


def best_placement(candidates, gpus, capacity):
    def judged():
        for numbers in product(*(range(len(options)) for options in candidates)):
            chosen = [options[k] for options, k in zip(candidates, numbers)]
            yield max(memory_by_gpu(chosen, gpus)), list(numbers)

    fullest, numbers = min(judged())
    return numbers if fullest <= capacity else None
