"""GPU seconds by option, unravelled numbers"""


def memory_by_gpu(chosen, gpus):
    held = dict.fromkeys(range(gpus), 0)
    for option in chosen:
        for gpu in option[0]:
            held[gpu] = held[gpu] + option[1]
    return list(held.values())


def placement_time(chosen, gpus):
    return float(sum(len(places) * sum(seconds) for places, size, seconds in chosen))


def best_placement(candidates, gpus, capacity):
    count = 1
    for options in candidates:
        count *= len(options)
    results = []
    for index in range(count):
        numbers, chosen = [], []
        for options in candidates:
            index, number = divmod(index, len(options))
            numbers.append(number)
            chosen.append(options[number])
        if all(held <= capacity for held in memory_by_gpu(chosen, gpus)):
            results.append((placement_time(chosen, gpus), numbers))
    results.sort()
    return results[0][1] if results else None
