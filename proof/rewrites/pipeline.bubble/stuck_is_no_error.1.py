"""rounds over the stages, as far as each can go"""
from itertools import accumulate


def pass_times(schedule, forward, backward):
    stages = len(schedule)
    ends = {}
    times = [[] for _ in schedule]
    moved = True
    while moved:
        moved = False
        for s in range(stages):
            while len(times[s]) < len(schedule[s]):
                kind, i = schedule[s][len(times[s])]
                if kind == "F":
                    needs = [("F", i, s - 1)] if s > 0 else []
                else:
                    needs = [("F", i, s)]
                    if s < stages - 1:
                        needs.append(("B", i, s + 1))
                if any(need not in ends for need in needs):
                    break
                start = max([ends[need] for need in needs], default=0.0)
                if times[s]:
                    start = max(start, times[s][-1][1])
                end = start + (forward[s] if kind == "F" else backward[s])
                times[s].append((start, end))
                ends[kind, i, s] = end
                moved = True
    return times


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
    return [max(accumulate(1 if kind == "F" else -1 for kind, _ in passes)) for passes in schedule]
