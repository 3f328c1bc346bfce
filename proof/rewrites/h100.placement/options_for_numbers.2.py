"""numbers searched by recursion, then looked up"""


def memory_by_gpu(chosen, gpus):
    held = []
    for gpu in range(gpus):
        held.append(0)
        for option in chosen:
            if gpu in option[0]:
                held[-1] += option[1]
    return held


def placement_time(chosen, gpus):
    phases = list(zip(*[option[2] for option in chosen]))
    ends = [0.0]
    for phase in phases:
        slowest = max(sum(s for s, option in zip(phase, chosen) if gpu in option[0]) for gpu in range(gpus))
        ends.append(ends[-1] + slowest)
    return ends[-1]


def choices(lengths):
    if not lengths:
        return [[]]
    return [[number, *rest] for number in range(lengths[0]) for rest in choices(lengths[1:])]


def best_placement(candidates, gpus, capacity):
    best = None
    for numbers in choices([len(options) for options in candidates]):
        chosen = [options[number] for options, number in zip(candidates, numbers)]
        if any(held > capacity for held in memory_by_gpu(chosen, gpus)):
            continue
        if best is None or placement_time(chosen, gpus) < placement_time(best, gpus):
            best = chosen
    return best
