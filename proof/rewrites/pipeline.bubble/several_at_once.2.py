"""recursion with a memory"""
from functools import cache


def pass_times(schedule, forward, backward):
    p = len(schedule)

    @cache
    def end(s, kind, i):
        if (kind, i) not in schedule[s]:
            raise ValueError(f"{kind} {i} is not a pass of stage {s}")
        return start(s, kind, i) + (forward[s] if kind == "F" else backward[s])

    def start(s, kind, i):
        if kind == "F":
            return end(s - 1, "F", i) if s else 0.0
        if s == p - 1:
            return end(s, "F", i)
        return max(end(s, "F", i), end(s + 1, "B", i))

    return [[(start(s, *one), end(s, *one)) for one in schedule[s]] for s in range(p)]


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
