"""options filtered before the product, early return"""
from itertools import product


def memory_by_gpu(chosen, gpus):
    held = [0] * gpus
    for option in chosen:
        for gpu, more in enumerate(memory_of(option, gpus)):
            held[gpu] += more
    return held


def memory_of(option, gpus):
    return [option[1] if gpu in option[0] else 0 for gpu in range(gpus)]


def placement_time(chosen, gpus):
    result = 0.0
    for phase, _ in enumerate(chosen[0][2]):
        slowest = 0.0
        for gpu in range(gpus):
            mine = sum(seconds[phase] for places, _, seconds in chosen if gpu in places)
            slowest = max(slowest, mine)
        result += slowest
    return result


def best_placement(candidates, gpus, capacity):
    allowed = []
    for options in candidates:
        small = [k for k, option in enumerate(options) if max(memory_by_gpu([option], gpus)) <= capacity]
        if not small:
            return None
        allowed.append(small)
    return list(min(product(*allowed), key=lambda ks: placement_time([o[k] for o, k in zip(candidates, ks)], gpus)))
