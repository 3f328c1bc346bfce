"""collections.defaultdict, loops, itertools.product"""
import collections
import itertools


def memory_by_gpu(chosen, gpus):
    held = collections.defaultdict(int)
    for places, size, _ in chosen:
        for gpu in places:
            held[gpu] += size
    return [held[gpu] for gpu in range(gpus)]


def placement_time(chosen, gpus):
    clock = 0.0
    for k, _ in enumerate(chosen[0][2]):
        done = collections.defaultdict(float)
        for places, _, seconds in chosen:
            for gpu in places:
                done[gpu] += seconds[k]
        clock += max(done.values(), default=0.0)
    return clock


def best_placement(candidates, gpus, capacity):
    winner, record = None, float("inf")
    for chosen in itertools.product(*candidates):
        if max(memory_by_gpu(chosen, gpus)) > capacity:
            continue
        t = placement_time(chosen, gpus)
        if t < record:
            winner, record = list(chosen), t
    return winner
