"""relaxed until nothing moves"""
import math


def pass_times(schedule, forward, backward):
    last = len(schedule) - 1
    end = {(s, kind, i): 0.0 for s, passes in enumerate(schedule) for kind, i in passes}

    def earliest(s, k):
        kind, i = schedule[s][k]
        moments = [0.0]
        if k > 0:
            moments.append(end[(s, *schedule[s][k - 1])])
        if kind == "F" and s > 0:
            moments.append(end.get((s - 1, "F", i), math.inf))
        if kind == "B":
            moments.append(end.get((s, "F", i), math.inf))
        if kind == "B" and s < last:
            moments.append(end.get((s + 1, "B", i), math.inf))
        return max(moments)

    for _ in range(len(end) + 1):
        before = dict(end)
        for s, passes in enumerate(schedule):
            for k, (kind, i) in enumerate(passes):
                end[s, kind, i] = earliest(s, k) + forward[s]
        if end == before:
            break
    else:
        raise ValueError("no end: the stages wait for each other")
    if math.inf in end.values():
        raise ValueError("no end: something that is needed is missing")
    return [
        [(earliest(s, k), end[(s, *one)]) for k, one in enumerate(passes)] for s, passes in enumerate(schedule)
    ]


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
    result = []
    for passes in schedule:
        held = most = 0
        for kind, _ in passes:
            held += 1 if kind == "F" else -1
            most = max(most, held)
        result.append(most)
    return result
