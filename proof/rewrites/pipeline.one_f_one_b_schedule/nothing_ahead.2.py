"""zip and chain"""
from itertools import chain


def one_f_one_b_schedule(p: int, m: int) -> list[list[tuple[str, int]]]:
    forward = [("F", i) for i in range(m)]
    backward = [("B", i) for i in range(m)]
    turns = list(chain.from_iterable(zip(forward, backward)))
    return [turns.copy() for _ in range(p)]
