"""a busy list for each phase, itertools.product"""
import itertools


def memory_by_gpu(chosen, gpus):
    return [sum(s for p, s, _ in chosen if g in p) for g in range(gpus)]


def placement_time(chosen, gpus):
    total = 0.0
    for phase in range(len(chosen[0][2])):
        busy = [0.0] * gpus
        for places, size, seconds in chosen:
            for place in places:
                busy[place] += seconds[phase]
        total += sum(busy)
    return total


def best_placement(candidates, gpus, capacity):
    best_picks, t_best = None, float("inf")
    for picks in itertools.product(*[range(len(model)) for model in candidates]):
        chosen = [model[i] for model, i in zip(candidates, picks)]
        if max(memory_by_gpu(chosen, gpus)) > capacity:
            continue
        t = placement_time(chosen, gpus)
        if t < t_best:
            best_picks, t_best = list(picks), t
    return best_picks
