"""Asks for the end of each pass recursively, with a memory; a pass that is asked for while it is asked for is stuck."""
import numpy as np


def pass_times(schedule, forward, backward):
    position = [{tuple(one): n for n, one in enumerate(passes)} for passes in schedule]
    memory, asking = {}, set()

    def end_of(s, one):
        if s < 0 or s == len(schedule):
            return 0.0
        if one not in position[s]:
            raise ValueError(one)
        if (s, one) in asking:
            raise ValueError("a circle")
        if (s, one) not in memory:
            asking.add((s, one))
            memory[s, one] = start_of(s, one) + {"F": forward, "B": backward}[one[0]][s]
            asking.remove((s, one))
        return memory[s, one]

    def start_of(s, one):
        kind, i = one
        n = position[s][one]
        start = end_of(s, schedule[s][n - 1]) if n > 0 else 0.0
        if kind == "F":
            return max(start, end_of(s - 1, one))
        return max(start, end_of(s, ("F", i)), end_of(s + 1, one))

    return [[(start_of(s, one), end_of(s, one)) for one in passes] for s, passes in enumerate(schedule)]


def bubble(schedule, forward, backward):
    times = [np.array(stage) for stage in pass_times(schedule, forward, backward)]
    whole = max(stage.max() for stage in times)
    return float(np.mean([1 - np.diff(stage).sum() / whole for stage in times]))


def activations_held(schedule):
    return [int(np.cumsum([1 if kind == "F" else -1 for kind, _ in passes]).max()) for passes in schedule]
