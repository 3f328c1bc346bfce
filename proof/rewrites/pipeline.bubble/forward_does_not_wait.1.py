"""rounds over the stages, as far as each can go"""


def pass_times(schedule, forward, backward):
    stages = len(schedule)
    ends = {}
    times = [[] for _ in schedule]
    left = sum(len(passes) for passes in schedule)
    while left:
        moved = False
        for s in range(stages):
            while len(times[s]) < len(schedule[s]):
                kind, i = schedule[s][len(times[s])]
                needs = []
                if kind == "B":
                    needs.append(("F", i, s))
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
                left -= 1
        if not moved:
            raise ValueError("the stages wait for ever")
    return times


def bubble(schedule, forward, backward):
    times = pass_times(schedule, forward, backward)
    whole = max(end for row in times for _, end in row)
    busy = sum(end - start for row in times for start, end in row)
    return 1 - busy / (len(schedule) * whole)


def activations_held(schedule):
    result = []
    for passes in schedule:
        held = most = 0
        for kind, _ in passes:
            held += 1 if kind == "F" else -1
            most = max(most, held)
        result.append(most)
    return result
