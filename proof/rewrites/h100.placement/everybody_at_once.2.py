"""zip of phases in one expression, recursive search"""


def memory_by_gpu(chosen, gpus):
    return [sum(size for where, size, _ in chosen if gpu in where) for gpu in range(gpus)]


def placement_time(chosen, gpus):
    return float(sum(max(phase) for phase in zip(*(seconds for _, _, seconds in chosen))))


def best_placement(candidates, gpus, capacity):
    def search(rest, numbers, chosen):
        if max(memory_by_gpu(chosen, gpus)) > capacity:
            return None
        if not rest:
            return placement_time(chosen, gpus), numbers
        found = (search(rest[1:], [*numbers, k], [*chosen, option]) for k, option in enumerate(rest[0]))
        return min((f for f in found if f is not None), default=None)

    result = search(list(candidates), [], [])
    return result[1] if result else None
