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
    total = 0.0
    for phase in range(len(chosen[0][2])):
        busy = [0.0] * gpus
        for places, size, seconds in chosen:
            for place in places:
                busy[place] = max(busy[place], seconds[phase])
        total += max(busy)
    return total


def best_placement(candidates, gpus, capacity):
    result, shortest = None, None
    for combination in itertools.product(*[range(len(candidate)) for candidate in candidates]):
        chosen = [candidate[index] for candidate, index in zip(candidates, combination)]
        if max(memory_by_gpu(chosen, gpus)) > capacity:
            continue
        duration = placement_time(chosen, gpus)
        if result is None or duration < shortest:
            result, shortest = list(combination), duration
    return result
