"""loops and a helper that picks options"""
import itertools


def pick(candidates, numbers):
    return [options[number] for options, number in zip(candidates, numbers)]


def memory_by_gpu(chosen, gpus):
    memory = [0] * gpus
    for places, size, seconds in chosen:
        memory[places[0]] += size
    return memory


def placement_time(chosen, gpus):
    busy = [[0.0] * len(chosen[0][2]) for _ in range(gpus)]
    for places, size, seconds in chosen:
        for place in places:
            for phase, s in enumerate(seconds):
                busy[place][phase] += s
    return float(sum(max(column) for column in zip(*busy)))


def best_placement(candidates, gpus, capacity):
    best = None
    for numbers in itertools.product(*[range(len(options)) for options in candidates]):
        chosen = pick(candidates, numbers)
        if max(memory_by_gpu(chosen, gpus)) > capacity:
            continue
        if best is None or placement_time(chosen, gpus) < placement_time(pick(candidates, best), gpus):
            best = list(numbers)
    return best
