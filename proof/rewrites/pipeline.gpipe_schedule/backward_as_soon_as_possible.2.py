"""sorted by a place on a line"""


def gpipe_schedule(p, m):
    def passes(s):
        place = {("F", i): i for i in range(m)}
        place |= {("B", i): i + p - s - 0.5 for i in range(m)}
        return sorted(place, key=place.get)

    return [passes(s) for s in range(p)]
