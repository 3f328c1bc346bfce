"""recursion that carries what is free, tuples compared by min"""


def memory_by_gpu(chosen, gpus):
    held = [0] * gpus
    for option in chosen:
        held = [h + option[1] if gpu in option[0] else h for gpu, h in enumerate(held)]
    return held


def placement_time(chosen, gpus):
    step = 0.0
    for phase in zip(*[option[2] for option in chosen]):
        step += max(sum(s for s, o in zip(phase, chosen) if gpu in o[0]) for gpu in range(gpus))
    return step


def best_placement(candidates, gpus, capacity):
    def choices(model, free, numbers):
        if model == len(candidates):
            yield numbers
            return
        for number, (places, size, _) in enumerate(candidates[model]):
            left = free - size * len(places)
            if left >= 0:
                yield from choices(model + 1, left, numbers + [number])

    timed = []
    for numbers in choices(0, capacity * gpus, []):
        chosen = [candidates[model][number] for model, number in enumerate(numbers)]
        timed.append((placement_time(chosen, gpus), numbers))
    return min(timed)[1] if timed else None
