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
                if kind == "F":
                    needs = [("F", i, s - 1)] if s > 0 else []
                else:
                    needs = [("F", i, s)]
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
    finish = max(row[-1][1] for row in times)
    idle = 0.0
    for row in times:
        now = 0.0
        for start, end in row:
            idle += start - now
            now = end
        idle += finish - now
    return idle


def activations_held(schedule):
    peaks = []
    for passes in schedule:
        place = {one: k for k, one in enumerate(passes)}
        spans = [(place["F", i], place["B", i]) for kind, i in passes if kind == "F"]
        peaks.append(max(sum(begin <= k <= end for begin, end in spans) for k in range(len(passes))))
    return peaks
