"""loops over GPUs first, ifs, itertools.product"""
import itertools


def memory_by_gpu(chosen, gpus):
    result = []
    for gpu in range(gpus):
        total = 0
        for option in chosen:
            if gpu in option[0]:
                total += option[1]
        result.append(total)
    return result


def placement_time(chosen, gpus):
    step = 0.0
    n_phases = len(chosen[0][2])
    for k in range(n_phases):
        longest = 0.0
        for gpu in range(gpus):
            mine = 0.0
            for option in chosen:
                if gpu in option[0]:
                    mine += option[2][k]
            if mine > longest:
                longest = mine
        step += longest
    return step


def best_placement(candidates, gpus, capacity):
    answer, fastest = None, float("inf")
    for choice in itertools.product(*[range(len(o)) for o in candidates]):
        chosen = [o[k] for o, k in zip(candidates, choice)]
        if all(size <= capacity for _, size, _ in chosen):
            seconds = placement_time(chosen, gpus)
            if seconds < fastest:
                answer, fastest = list(choice), seconds
    return answer
