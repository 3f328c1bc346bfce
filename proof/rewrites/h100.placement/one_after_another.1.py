"""nested loops, two variables for the record, itertools.product"""
import itertools


def memory_by_gpu(chosen, gpus):
    memory = [0] * gpus
    for places, size, _ in chosen:
        for place in places:
            memory[place] += size
    return memory


def placement_time(chosen, gpus):
    total = 0.0
    for phase in range(len(chosen[0][2])):
        for _, _, seconds in chosen:
            total += seconds[phase]
    return total


def best_placement(candidates, gpus, capacity):
    winner = None
    record = 0.0
    for ks in itertools.product(*[range(len(alternatives)) for alternatives in candidates]):
        chosen = [alternatives[k] for alternatives, k in zip(candidates, ks)]
        if max(memory_by_gpu(chosen, gpus)) <= capacity:
            t = placement_time(chosen, gpus)
            if winner is None or t < record:
                winner = list(ks)
                record = t
    return winner
