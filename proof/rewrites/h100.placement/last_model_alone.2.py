"""dicts of what lies where, a generator of all that fit, min with a key"""
from itertools import product


def memory_by_gpu(chosen, gpus):
    held = {}
    for option in chosen:
        held.update(dict.fromkeys(option[0], option[1]))
    return [held.get(gpu, 0) for gpu in range(gpus)]


def placement_time(chosen, gpus):
    phases = zip(*(option[2] for option in chosen))
    return float(sum(max(_busy(chosen, phase, gpu) for gpu in range(gpus)) for phase in phases))


def _busy(chosen, phase, gpu):
    return sum(s for s, option in zip(phase, chosen) if gpu in option[0])


def _fitting(candidates, gpus, capacity):
    for pairs in product(*map(list, map(enumerate, candidates))):
        chosen = [option for _, option in pairs]
        if all(m <= capacity for m in memory_by_gpu(chosen, gpus)):
            yield placement_time(chosen, gpus), [number for number, _ in pairs]


def best_placement(candidates, gpus, capacity):
    found = min(_fitting(candidates, gpus, capacity), default=None)
    return None if found is None else found[1]
