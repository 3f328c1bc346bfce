"""deque rotated in place"""
from collections import deque


def gpipe_schedule(p, m):
    def row(stage):
        order = deque(range(m))
        forward = [("F", i) for i in order]
        order.rotate(-stage)
        return forward + [("B", i) for i in order]

    return list(map(row, range(p)))
