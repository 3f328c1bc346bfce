"""round after round over the stages"""


def pass_times(schedule, forward, backward):
    p, end_of, clock = len(schedule), {}, [0.0] * len(schedule)
    times = [[] for _ in schedule]
    moved = True
    while moved:
        moved = False
        for s in range(p):
            while len(times[s]) < len(schedule[s]):
                kind, i = schedule[s][len(times[s])]
                if kind == "F":
                    needs = [("F", i, s - 1)] if s > 0 else []
                else:
                    needs = [("B", i, s + 1)] if s < p - 1 else []
                if not all(need in end_of for need in needs):
                    break
                start = max([clock[s], *(end_of[need] for need in needs)])
                clock[s] = end_of[kind, i, s] = start + (forward if kind == "F" else backward)[s]
                times[s].append((start, clock[s]))
                moved = True
    if any(len(a) < len(b) for a, b in zip(times, schedule)):
        raise ValueError("waits for ever")
    return times


def bubble(schedule, forward, backward):
    times = pass_times(schedule, forward, backward)
    last = max(stage[-1][1] for stage in times)
    busy = sum(end - start for stage in times for start, end in stage)
    return 1 - busy / (last * len(schedule))


def activations_held(schedule):
    found = []
    for passes in schedule:
        held = most = 0
        for kind, _ in passes:
            held += 1 if kind == "F" else -1
            most = max(most, held)
        found.append(most)
    return found
