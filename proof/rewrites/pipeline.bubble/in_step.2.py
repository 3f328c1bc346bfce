"""a graph and graphlib, the needs in a function"""
import graphlib
from itertools import accumulate


def pass_times(schedule, forward, backward):
    places = {(s, one): k for s, passes in enumerate(schedule) for k, one in enumerate(passes)}

    def needs(s, one):
        kind, i = one
        k = places[s, one]
        row = {(other, passes[min(k, len(passes)) - 1]) for other, passes in enumerate(schedule) if k > 0}
        if kind == "F":
            return row | ({(s - 1, one)} if s > 0 else set())
        return row | {(s, ("F", i))} | ({(s + 1, one)} if s + 1 < len(schedule) else set())

    graph = {place: needs(*place) for place in places}
    if not set().union(*graph.values()) <= graph.keys():
        raise ValueError("something that is needed is not in the schedule")
    end, start = {}, {}
    try:
        for place in graphlib.TopologicalSorter(graph).static_order():
            s, (kind, _) = place
            start[place] = max((end[need] for need in graph[place]), default=0.0)
            end[place] = start[place] + (forward[s] if kind == "F" else backward[s])
    except graphlib.CycleError as error:
        raise ValueError("a circle") from error
    return [[(start[s, one], end[s, one]) for one in passes] for s, passes in enumerate(schedule)]


def bubble(schedule, forward, backward):
    times = pass_times(schedule, forward, backward)
    whole = max(end for row in times for _, end in row)
    busy = sum(end - start for row in times for start, end in row)
    return 1 - busy / (len(schedule) * whole)


def activations_held(schedule):
    return [max(accumulate(1 if kind == "F" else -1 for kind, _ in passes)) for passes in schedule]
