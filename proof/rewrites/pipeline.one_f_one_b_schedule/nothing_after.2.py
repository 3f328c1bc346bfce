"""a queue of what is held"""
from collections import deque


def one_f_one_b_schedule(p, m):
    def passes_of(s):
        queue = deque()
        for i in range(m):
            yield "F", i
            queue.append(i)
            if len(queue) >= p - s:
                yield "B", queue.popleft()

    return [list(passes_of(s)) for s in range(p)]
