"""step by step, all stages in each"""


def pass_times(schedule, forward, backward):
    stages = len(schedule)
    times = [[] for _ in schedule]
    ended = {}
    begin = 0.0
    for k in range(max(map(len, schedule))):
        waiting = [s for s in range(stages) if k < len(schedule[s])]
        while waiting:
            able = []
            for s in waiting:
                kind, i = schedule[s][k]
                needs = [(s, "F", i)] if kind == "B" else []
                if kind == "F" and s > 0:
                    needs.append((s - 1, "F", i))
                if kind == "B" and s < stages - 1:
                    needs.append((s + 1, "B", i))
                if all(need in ended for need in needs):
                    start = max([begin, *(ended[need] for need in needs)])
                    end = start + (forward[s] if kind == "F" else backward[s])
                    times[s].append((start, end))
                    ended[s, kind, i] = end
                    able.append(s)
            if not able:
                raise ValueError("the stages wait for ever")
            waiting = [s for s in waiting if s not in able]
        begin = max(row[-1][1] for row in times)
    return times


def bubble(schedule, forward, backward):
    times = pass_times(schedule, forward, backward)
    finish = max(row[-1][1] for row in times)
    idle = 0.0
    for row in times:
        now = 0.0
        for start, end in row:
            idle += start - now
            now = end
        idle += finish - now
    return idle / (finish * len(times))


def activations_held(schedule):
    result = []
    for passes in schedule:
        held = most = 0
        for kind, _ in passes:
            held += 1 if kind == "F" else -1
            most = max(most, held)
        result.append(most)
    return result
