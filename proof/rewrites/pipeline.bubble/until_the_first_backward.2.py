"""a graph and graphlib"""
import graphlib
from itertools import takewhile


def pass_times(schedule, forward, backward):
    last = len(schedule) - 1
    graph = {}
    for s, passes in enumerate(schedule):
        for k, (kind, i) in enumerate(passes):
            before = {(s, *passes[k - 1])} if k else set()
            if kind == "F":
                if s > 0:
                    before.add((s - 1, "F", i))
            else:
                before.add((s, "F", i))
                if s < last:
                    before.add((s + 1, "B", i))
            graph[s, kind, i] = before

    if any(node not in graph for before in graph.values() for node in before):
        raise ValueError("a pass needs one that is not in the schedule")
    try:
        order = list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        raise ValueError("the stages wait in a circle") from error

    span = {}
    for s, kind, i in order:
        start = max((span[node][1] for node in graph[s, kind, i]), default=0.0)
        span[s, kind, i] = (start, start + {"F": forward, "B": backward}[kind][s])
    return [[span[s, kind, i] for kind, i in passes] for s, passes in enumerate(schedule)]


def bubble(schedule, forward, backward):
    times = pass_times(schedule, forward, backward)
    whole = max(end for row in times for _, end in row)
    busy = sum(end - start for row in times for start, end in row)
    return 1 - busy / (len(schedule) * whole)


def activations_held(schedule):
    numbers = []
    for passes in schedule:
        ahead = takewhile(lambda one: one[0] == "F", passes)
        numbers.append(sum(1 for _ in ahead))
    return numbers
