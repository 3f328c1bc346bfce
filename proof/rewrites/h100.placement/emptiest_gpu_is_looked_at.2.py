"""any() over GPUs, all choices in one sorted list"""
from itertools import product


def memory_by_gpu(chosen, gpus):
    def on(gpu):
        return sum(option[1] for option in chosen if gpu in option[0])

    return [on(gpu) for gpu in range(gpus)]


def placement_time(chosen, gpus):
    n_phases = len(chosen[0][2])
    busy = {(gpu, phase): 0.0 for gpu in range(gpus) for phase in range(n_phases)}
    for where, _, seconds in chosen:
        for gpu in where:
            for phase in range(n_phases):
                busy[gpu, phase] += seconds[phase]
    return float(sum(max(busy[gpu, phase] for gpu in range(gpus)) for phase in range(n_phases)))


def best_placement(candidates, gpus, capacity):
    def chosen(numbers):
        return [options[k] for options, k in zip(candidates, numbers)]

    numbers = [list(n) for n in product(*(range(len(options)) for options in candidates))]
    numbers = [n for n in numbers if any(held <= capacity for held in memory_by_gpu(chosen(n), gpus))]
    numbers.sort(key=lambda n: placement_time(chosen(n), gpus))
    return numbers[0] if numbers else None
