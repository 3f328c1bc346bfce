"""backtracking that takes bytes from what is free"""


def memory_by_gpu(chosen, gpus):
    return [sum(o[1] for o in chosen if gpu in o[0]) for gpu in range(gpus)]


def placement_time(chosen, gpus):
    phases = range(len(chosen[0][2]))
    return float(sum(max(sum(o[2][p] for o in chosen if g in o[0]) for g in range(gpus)) for p in phases))


def best_placement(candidates, gpus, capacity):
    free = [capacity] * gpus
    numbers = []
    found = []

    def place(model):
        if model == len(candidates):
            chosen = [options[k] for options, k in zip(candidates, numbers)]
            found.append((placement_time(chosen, gpus), list(numbers)))
            return
        for k, (places, size, _) in enumerate(candidates[model]):
            for gpu in places:
                free[gpu] -= size
            numbers.append(k)
            if min(free) > 0:
                place(model + 1)
            numbers.pop()
            for gpu in places:
                free[gpu] += size

    place(0)
    return min(found)[1] if found else None
