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
    busy = [0.0] * gpus
    for places, size, seconds in chosen:
        for place in places:
            busy[place] += sum(seconds)
    return float(max(busy))


def best_placement(candidates, gpus, capacity):
    answer, fastest = None, float("inf")
    for choice in itertools.product(*[range(len(o)) for o in candidates]):
        chosen = [o[k] for o, k in zip(candidates, choice)]
        if max(memory_by_gpu(chosen, gpus)) > capacity:
            continue
        seconds = placement_time(chosen, gpus)
        if seconds < fastest:
            answer, fastest = list(choice), seconds
    return answer
