"""indices everywhere, sorted choices"""
import itertools


def memory_by_gpu(chosen, gpus):
    out = []
    for g in range(gpus):
        out.append(max([o[1] for o in chosen if g in o[0]], default=0))
    return out


def placement_time(chosen, gpus):
    t = 0.0
    for k in range(len(chosen[0][2])):
        t += max(sum(o[2][k] for o in chosen if g in o[0]) for g in range(gpus))
    return float(t)


def best_placement(candidates, gpus, capacity):
    def options(c):
        return [candidates[i][c[i]] for i in range(len(c))]

    choices = list(itertools.product(*(range(len(c)) for c in candidates)))
    choices.sort(key=lambda c: placement_time(options(c), gpus))
    for c in choices:
        if max(memory_by_gpu(options(c), gpus)) <= capacity:
            return list(c)
    return None
