"""a queue of what is held"""
from collections import deque


def one_f_one_b_schedule(p, m):
    schedule = []
    for _ in range(p):
        held, passes = deque(), []
        for i in range(m):
            passes.append(("F", i))
            held.append(i)
            if len(held) == p:
                passes.append(("B", held.popleft()))
        passes.extend(("B", i) for i in held)
        schedule.append(passes)
    return schedule
