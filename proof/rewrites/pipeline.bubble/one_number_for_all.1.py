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
    finish = max(row[-1][1] for row in times)
    idle = 0.0
    for row in times:
        now = 0.0
        for start, end in row:
            idle += start - now
            now = end
        idle += finish - now
    return idle / (finish * len(times))


def activations_held(schedule):
    def peak(passes):
        alive, worst = set(), 0
        for kind, i in passes:
            if kind == "F":
                alive.add(i)
                worst = max(worst, len(alive))
            else:
                alive.remove(i)
        return worst

    return sum(peak(passes) for passes in schedule)
