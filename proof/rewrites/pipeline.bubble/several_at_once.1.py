"""a graph and graphlib"""
import graphlib


def pass_times(schedule, forward, backward):
    last = len(schedule) - 1
    graph = {}
    for s, passes in enumerate(schedule):
        for kind, i in passes:
            before = set()
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

    span = {}
    for s, kind, i in graphlib.TopologicalSorter(graph).static_order():
        start = max((span[node][1] for node in graph[s, kind, i]), default=0.0)
        span[s, kind, i] = (start, start + {"F": forward, "B": backward}[kind][s])
    return [[span[s, kind, i] for kind, i in passes] for s, passes in enumerate(schedule)]


def bubble(schedule, forward, backward):
    times = pass_times(schedule, forward, backward)
    whole = max(end for row in times for _, end in row)
    busy = sum(end - start for row in times for start, end in row)
    return 1 - busy / (len(schedule) * whole)


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

    return [peak(passes) for passes in schedule]
