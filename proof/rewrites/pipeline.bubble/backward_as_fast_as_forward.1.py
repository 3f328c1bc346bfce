"""a queue for each stage, dicts of what has come"""
from collections import deque
from itertools import accumulate


def pass_times(schedule, forward, backward):
    todo = [deque(passes) for passes in schedule]
    free = [0.0 for _ in schedule]
    activation, gradient, own = {}, {}, {}
    result = [[] for _ in schedule]
    final = len(schedule) - 1

    def input_ready(s, kind, i):
        if kind == "F":
            return 0.0 if s == 0 else activation.get((s, i))
        if (s, i) not in own:
            return None
        if s == final:
            return own[s, i]
        return gradient.get((s, i))

    while any(todo):
        stuck = True
        for s, queue in enumerate(todo):
            if not queue:
                continue
            kind, i = queue[0]
            ready = input_ready(s, kind, i)
            if ready is None:
                continue
            queue.popleft()
            begin = max(free[s], ready)
            free[s] = begin + forward[s]
            result[s].append((begin, free[s]))
            if kind == "F":
                own[s, i] = free[s]
                activation[s + 1, i] = free[s]
            else:
                gradient[s - 1, i] = free[s]
            stuck = False
        if stuck:
            raise ValueError("all that is left waits for ever")
    return result


def bubble(schedule, forward, backward):
    times = pass_times(schedule, forward, backward)
    whole = max(end for row in times for _, end in row)
    busy = sum(end - start for row in times for start, end in row)
    return 1 - busy / (len(schedule) * whole)


def activations_held(schedule):
    return [max(accumulate(1 if kind == "F" else -1 for kind, _ in passes)) for passes in schedule]
