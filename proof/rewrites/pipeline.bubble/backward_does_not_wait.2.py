"""a graph, counted needs and a queue"""
from collections import defaultdict, deque


def pass_times(schedule, forward, backward):
    p = len(schedule)
    waits_for = {}
    for s in range(p):
        previous = None
        for kind, i in schedule[s]:
            me = (s, kind, i)
            needed = [] if previous is None else [previous]
            if kind == "F" and s:
                needed.append((s - 1, "F", i))
            if kind == "B":
                needed.append((s, "F", i))
            waits_for[me] = needed
            previous = me

    followers = defaultdict(list)
    open_needs = {}
    for me, needed in waits_for.items():
        open_needs[me] = len(needed)
        for other in needed:
            followers[other].append(me)

    start = dict.fromkeys(waits_for, 0.0)
    end = {}
    ready = deque(me for me, number in open_needs.items() if number == 0)
    while ready:
        me = ready.popleft()
        s, kind, _ = me
        end[me] = start[me] + (forward[s] if kind == "F" else backward[s])
        for other in followers[me]:
            start[other] = max(start[other], end[me])
            open_needs[other] -= 1
            if open_needs[other] == 0:
                ready.append(other)
    if len(end) < len(waits_for):
        raise ValueError("somebody waits for ever")
    return [[(start[s, *one], end[s, *one]) for one in schedule[s]] for s in range(p)]


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
        place = {one: k for k, one in enumerate(passes)}
        spans = [(place["F", i], place["B", i]) for kind, i in passes if kind == "F"]
        peaks.append(max(sum(begin <= k <= end for begin, end in spans) for k in range(len(passes))))
    return peaks
