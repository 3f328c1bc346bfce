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
                if s + 1 < p:
                    needed.append((s + 1, "B", i))
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
    times = pass_times(schedule, forward, backward)
    whole = max(end for row in times for _, end in row)
    busy = sum(end - start for row in times for start, end in row)
    return len(schedule) * whole - busy


def activations_held(schedule):
    result = []
    for passes in schedule:
        held = most = 0
        for kind, _ in passes:
            held += 1 if kind == "F" else -1
            most = max(most, held)
        result.append(most)
    return result
