"""short names, comprehensions, itertools.product"""
import itertools


def memory_by_gpu(chosen, gpus):
    return [sum(s for p, s, _ in chosen if g in p) for g in range(gpus)]


def placement_time(chosen, gpus):
    total = 0.0
    for k in range(len(chosen[0][2])):
        total += max(sum(t[k] for p, _, t in chosen if g in p) for g in range(gpus))
    return total


def best_placement(candidates, gpus, capacity):
    best_picks, t_best = None, float("inf")
    for picks in itertools.product(*[range(len(model)) for model in candidates]):
        chosen = [model[i] for model, i in zip(candidates, picks)]
        if sum(memory_by_gpu(chosen, gpus)) > gpus * capacity:
            continue
        t = placement_time(chosen, gpus)
        if t < t_best:
            best_picks, t_best = list(picks), t
    return best_picks
