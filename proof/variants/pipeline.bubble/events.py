"""An event queue: whoever has ended a pass tells those who wait for it; a stage is woken when something has come."""
import heapq


def pass_times(schedule, forward, backward):
    p, at, now_free = len(schedule), [0] * len(schedule), [True] * len(schedule)
    done, result, queue = set(), [[] for _ in schedule], []

    def ready(s):
        if not now_free[s] or at[s] == len(schedule[s]):
            return False
        kind, i = schedule[s][at[s]]
        if kind == "F":
            return s == 0 or ("F", i, s - 1) in done
        return ("F", i, s) in done and (s == p - 1 or ("B", i, s + 1) in done)

    def begin(s, now):
        kind, i = schedule[s][at[s]]
        end = now + (forward[s] if kind == "F" else backward[s])
        result[s].append((now, end))
        at[s] += 1
        now_free[s] = False
        heapq.heappush(queue, (end, s, kind, i))

    for s in range(p):
        if ready(s):
            begin(s, 0.0)
    while queue:
        now, s, kind, i = heapq.heappop(queue)
        done.add((kind, i, s))
        now_free[s] = True
        for other in range(p):
            if ready(other):
                begin(other, now)
    if any(len(passes) != n for passes, n in zip(schedule, at)):
        raise ValueError("stuck")
    return result


def bubble(schedule, forward, backward):
    times = pass_times(schedule, forward, backward)
    whole = 0.0
    for stage in times:
        whole = max(whole, stage[-1][1])
    work = 0.0
    for s, passes in enumerate(schedule):
        for kind, _ in passes:
            work += forward[s] if kind == "F" else backward[s]
    return (len(schedule) * whole - work) / (len(schedule) * whole)


def activations_held(schedule):
    most = [0] * len(schedule)
    for s, passes in enumerate(schedule):
        now = 0
        for kind, _ in passes:
            now = now + 1 if kind == "F" else now - 1
            if now > most[s]:
                most[s] = now
    return most
