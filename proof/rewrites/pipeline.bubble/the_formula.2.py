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
    others = len(schedule) - 1
    numbers = {i for passes in schedule for _, i in passes}
    return others / (len(numbers) + others)


def activations_held(schedule):
    result = []
    for passes in schedule:
        held = most = 0
        for kind, _ in passes:
            held += 1 if kind == "F" else -1
            most = max(most, held)
        result.append(most)
    return result
