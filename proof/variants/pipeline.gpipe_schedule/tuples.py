"""Tuples in place of lists, and passes picked by one counter."""


def gpipe_schedule(p, m):
    def one(n):
        return ("F", n) if n < m else ("B", n - m)

    return tuple(tuple(map(one, range(2 * m))) for _ in range(p))
