"""recursion over the models, if statements"""


def memory_by_gpu(chosen, gpus):
    bytes_on = [0 for _ in range(gpus)]
    for where, size, _ in chosen:
        for gpu in where:
            if size > bytes_on[gpu]:
                bytes_on[gpu] = size
    return bytes_on


def placement_time(chosen, gpus):
    n_phases = len(chosen[0][2])
    table = [[0.0] * gpus for _ in range(n_phases)]
    for where, _, seconds in chosen:
        for row, s in zip(table, seconds):
            for gpu in where:
                row[gpu] += s
    return float(sum(max(row) for row in table))


def best_placement(candidates, gpus, capacity):
    best = {"time": None, "numbers": None}

    def choose(numbers, chosen):
        if len(chosen) == len(candidates):
            if any(held > capacity for held in memory_by_gpu(chosen, gpus)):
                return
            seconds = placement_time(chosen, gpus)
            if best["time"] is None or seconds < best["time"]:
                best["time"], best["numbers"] = seconds, numbers
            return
        for number, option in enumerate(candidates[len(chosen)]):
            choose(numbers + [number], chosen + [option])

    choose([], [])
    return best["numbers"]
