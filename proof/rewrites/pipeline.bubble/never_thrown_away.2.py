"""a queue for each stage, dicts of what has come"""
from collections import deque


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
            free[s] = begin + (forward[s] if kind == "F" else backward[s])
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
    rows = pass_times(schedule, forward, backward)
    until = max(max(end for _, end in row) for row in rows)
    all_time = until * len(rows)
    work = 0.0
    for row in rows:
        for start, end in row:
            work += end - start
    return (all_time - work) / all_time


def activations_held(schedule):
    peaks = []
    for passes in schedule:
        alive = set()
        for kind, i in passes:
            if kind == "F":
                alive.add(i)
        peaks.append(len(alive))
    return peaks
