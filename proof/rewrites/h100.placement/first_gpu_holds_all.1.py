"""loops over GPUs first, ifs, itertools.product"""
import itertools


def memory_by_gpu(chosen, gpus):
    memory = [0] * gpus
    for places, size, seconds in chosen:
        memory[places[0]] += size * len(places)
    return memory


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
    answer = None
    fastest = float("inf")
    for choice in itertools.product(*[range(len(o)) for o in candidates]):
        chosen = [candidates[i][n] for i, n in enumerate(choice)]
        if max(memory_by_gpu(chosen, gpus)) <= capacity:
            seconds = placement_time(chosen, gpus)
            if seconds < fastest:
                fastest = seconds
                answer = list(choice)
    return answer
