"""Places one model after another and turns back where a GPU is too full; remembers the fastest."""


def memory_by_gpu(chosen, gpus):
    return [sum(size for places, size, _ in chosen if gpu in places) for gpu in range(gpus)]


def placement_time(chosen, gpus):
    total = 0.0
    for phase in range(len(chosen[0][2])):
        total += max(sum(s[phase] for places, _, s in chosen if gpu in places) for gpu in range(gpus))
    return total


def best_placement(candidates, gpus, capacity):
    best = [None, None]

    def place(model, chosen, numbers):
        if chosen and max(memory_by_gpu(chosen, gpus)) > capacity:
            return
        if model == len(candidates):
            seconds = placement_time(chosen, gpus)
            if best[0] is None or seconds <= best[0]:
                best[:] = [seconds, numbers]
            return
        for number, option in enumerate(candidates[model]):
            place(model + 1, chosen + [option], numbers + [number])

    place(0, [], [])
    return best[1]
