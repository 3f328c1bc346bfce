"""scores of all that fit, sorted in one go"""
from itertools import product


def memory_by_gpu(chosen, gpus):
    return [sum(size * (gpu in places) for places, size, _ in chosen) for gpu in range(gpus)]


def placement_time(chosen, gpus):
    rows = ([sum(o[2][k] for o in chosen if g in o[0]) for g in range(gpus)] for k in range(len(chosen[0][2])))
    return float(sum(max(row) for row in rows))


def best_placement(candidates, gpus, capacity):
    scored = []
    for pairs in product(*[list(enumerate(options)) for options in candidates]):
        chosen = [option for _, option in pairs]
        if all(held <= capacity for held in memory_by_gpu(chosen, gpus)):
            scored.append((placement_time(chosen, gpus), [number for number, _ in pairs]))
    if not scored:
        return None
    scored.sort(reverse=True)
    return scored[0][1]
