"""collections.Counter, unpacking with a star, heap of choices"""
import heapq
from collections import Counter
from itertools import product


def memory_by_gpu(chosen, gpus):
    held = Counter()
    for (first, *_), size, _seconds in chosen:
        held[first] += size
    return [held[gpu] for gpu in range(gpus)]


def placement_time(chosen, gpus):
    seconds = 0.0
    for phase, _ in enumerate(chosen[0][2]):
        busy = Counter({gpu: 0.0 for gpu in range(gpus)})
        for where, _size, times in chosen:
            for gpu in where:
                busy[gpu] += times[phase]
        seconds += max(busy.values())
    return seconds


def best_placement(candidates, gpus, capacity):
    heap = []
    for numbers in product(*(range(len(options)) for options in candidates)):
        chosen = [options[k] for options, k in zip(candidates, numbers)]
        heapq.heappush(heap, (placement_time(chosen, gpus), numbers))
    while heap:
        _, numbers = heapq.heappop(heap)
        chosen = [options[k] for options, k in zip(candidates, numbers)]
        if not any(held > capacity for held in memory_by_gpu(chosen, gpus)):
            return list(numbers)
    return None
