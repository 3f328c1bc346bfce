"""depth-first search, one model after the other"""


def memory_by_gpu(chosen, gpus):
    held = [[] for _ in range(gpus)]
    for option in chosen:
        for gpu in option[0]:
            held[gpu].append(option[1])
    return [sum(sizes) for sizes in held]


def placement_time(chosen, gpus):
    seconds = 0.0
    for phase in zip(*(times for _, _, times in chosen)):
        load = [0.0] * gpus
        for s, (where, _, _) in zip(phase, chosen):
            for gpu in where:
                load[gpu] += s
        seconds += max(load)
    return seconds


def best_placement(candidates, gpus, capacity, chosen=()):
    model = len(chosen)
    if model == len(candidates):
        return []
    for number, option in enumerate(candidates[model]):
        now = (*chosen, option)
        if all(held <= capacity for held in memory_by_gpu(now, gpus)):
            rest = best_placement(candidates, gpus, capacity, now)
            if rest is not None:
                return [number, *rest]
    return None
