"""while loop with counters, the backward passes from the last"""


def gpipe_schedule(p, m):
    schedule = [[] for _ in range(p)]
    for passes in schedule:
        i = 0
        while i < m:
            i += 1
            passes.append(("F", i))
        while i > 0:
            passes.append(("B", i))
            i -= 1
    return schedule
