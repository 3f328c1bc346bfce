"""Longest paths by sweeps: all ends start at 0 and are raised until nothing changes; a change too many is a circle."""


def pass_times(schedule, forward, backward):
    p = len(schedule)
    end = {(s, kind, i): 0.0 for s, passes in enumerate(schedule) for kind, i in passes}
    cost = lambda s, kind: (forward if kind == "F" else backward)[s]
    for sweep in range(len(end) + 1):
        changed = False
        for s, passes in enumerate(schedule):
            for n, (kind, i) in enumerate(passes):
                needs = []
                if n:
                    needs.append((s, *passes[n - 1]))
                if kind == "F" and s > 0:
                    needs.append((s - 1, "F", i))
                if kind == "B":
                    needs.append((s, "F", i))
                    if s < p - 1:
                        needs.append((s + 1, "B", i))
                if any(need not in end for need in needs):
                    raise ValueError("something is never made")
                new = max((end[need] for need in needs), default=0.0) + cost(s, kind)
                if new > end[s, kind, i]:
                    end[s, kind, i] = new
                    changed = True
        if not changed:
            break
    else:
        raise ValueError("they wait for each other")
    return [[(end[s, k, i] - cost(s, k), end[s, k, i]) for k, i in passes] for s, passes in enumerate(schedule)]


def bubble(schedule, forward, backward):
    times = pass_times(schedule, forward, backward)
    end = max(stage[-1][1] for stage in times)
    idle = 0.0
    for stage in times:
        now = 0.0
        for start, stop in stage:
            idle += start - now
            now = stop
        idle += end - now
    return idle / (end * len(times))


def activations_held(schedule):
    result = []
    for passes in schedule:
        inside, sizes = set(), [0]
        for kind, i in passes:
            inside.add(i) if kind == "F" else inside.discard(i)
            sizes.append(len(inside))
        result.append(max(sizes))
    return result
