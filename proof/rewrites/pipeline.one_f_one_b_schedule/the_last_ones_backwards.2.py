"""a deque of what is held"""
from collections import deque


def one_f_one_b_schedule(p, m):
    schedule = []
    for room in reversed(range(1, p + 1)):
        held = deque()
        passes = []
        for i in range(m):
            held.append(i)
            passes.append(("F", i))
            if len(held) == room:
                passes.append(("B", held.popleft()))
        while held:
            passes.append(("B", held.pop()))
        schedule.append(passes)
    return schedule
