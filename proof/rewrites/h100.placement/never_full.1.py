"""index loops, a table of GPUs and phases, itertools.product"""
import itertools


def memory_by_gpu(chosen, gpus):
    used = [0 for _ in range(gpus)]
    for model in range(len(chosen)):
        places, size = chosen[model][0], chosen[model][1]
        i = 0
        while i < len(places):
            used[places[i]] = used[places[i]] + size
            i += 1
    return used


def placement_time(chosen, gpus):
    n_phases = len(chosen[0][2])
    busy = [[0.0] * n_phases for _ in range(gpus)]
    for places, _, seconds in chosen:
        for gpu in places:
            for k in range(n_phases):
                busy[gpu][k] += seconds[k]
    ends = [max(busy[gpu][k] for gpu in range(gpus)) for k in range(n_phases)]
    return float(sum(ends))


def best_placement(candidates, gpus, capacity):
    result, shortest = None, float("inf")
    for combination in itertools.product(*[range(len(candidate)) for candidate in candidates]):
        chosen = [candidate[index] for candidate, index in zip(candidates, combination)]
        if max(memory_by_gpu(chosen, gpus)) < capacity:
            duration = placement_time(chosen, gpus)
            if duration < shortest:
                result, shortest = list(combination), duration
    return result
