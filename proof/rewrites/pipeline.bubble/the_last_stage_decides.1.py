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
                end[s, kind, i] = earliest(s, k) + (forward if kind == "F" else backward)[s]
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
    times = pass_times(schedule, forward, backward)
    whole = times[-1][-1][1]
    busy = sum(end - start for row in times for start, end in row)
    return 1 - busy / (len(schedule) * whole)


def activations_held(schedule):
    peaks = []
    for passes in schedule:
        place = {one: k for k, one in enumerate(passes)}
        spans = [(place["F", i], place["B", i]) for kind, i in passes if kind == "F"]
        peaks.append(max(sum(begin <= k <= end for begin, end in spans) for k in range(len(passes))))
    return peaks
