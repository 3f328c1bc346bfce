"""a graph and graphlib"""
import graphlib
from itertools import accumulate


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
    rows = pass_times(schedule, forward, backward)
    until = max(max(end for _, end in row) for row in rows)
    work = 0.0
    for row in rows:
        for start, end in row:
            work += end - start
    return (until - work) / until


def activations_held(schedule):
    return [max(accumulate(1 if kind == "F" else -1 for kind, _ in passes)) for passes in schedule]
