"""a class that replays"""


class Replay:
    def __init__(self, schedule, forward, backward):
        self.schedule = schedule
        self.seconds = {"F": forward, "B": backward}
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
        self.clock[s] = start + self.seconds[kind][s]
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
    whole = max(end for row in times for _, end in row)
    busy = sum(end - start for row in times for start, end in row)
    return (len(schedule) * whole - busy) / busy


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
