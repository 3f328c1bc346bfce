"""a class that replays"""


class Replay:
    def __init__(self, schedule, forward, backward):
        self.schedule = schedule
        self.seconds = {"F": forward[0], "B": backward[0]}
        self.clock = [0.0] * len(schedule)
        self.done = [{} for _ in schedule]

    def needs(self, s, kind, i):
        if kind == "F":
            return [(s - 1, "F", i)] if s > 0 else []
        right = [(s + 1, "B", i)] if s + 1 < len(self.schedule) else []
        return [(s, "F", i), *right]

    def advance(self, s):
        """Make the next pass of stage `s`, if that is possible."""
        if len(self.done[s]) == len(self.schedule[s]):
            return False
        kind, i = self.schedule[s][len(self.done[s])]
        start = self.clock[s]
        for stage, *one in self.needs(s, kind, i):
            if tuple(one) not in self.done[stage]:
                return False
            start = max(start, self.done[stage][tuple(one)][1])
        self.clock[s] = start + self.seconds[kind]
        self.done[s][kind, i] = (start, self.clock[s])
        return True

    def run(self):
        while any([self.advance(s) for s in range(len(self.schedule))]):
            pass
        if any(len(done) < len(passes) for done, passes in zip(self.done, self.schedule)):
            raise ValueError("a pass waits for ever")
        return [list(done.values()) for done in self.done]


def pass_times(schedule, forward, backward):
    return Replay(schedule, forward, backward).run()


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
    peaks = []
    for passes in schedule:
        place = {one: k for k, one in enumerate(passes)}
        spans = [(place["F", i], place["B", i]) for kind, i in passes if kind == "F"]
        peaks.append(max(sum(begin <= k <= end for begin, end in spans) for k in range(len(passes))))
    return peaks
