"""sorted by a place on a line"""


def one_f_one_b_schedule(p, m):
    schedule = []
    for s in range(p):
        line = [(i, "F", i) for i in range(m)]
        line += [(i + p - s + 0.5, "B", i) for i in range(m)]
        schedule.append([(kind, i) for _, kind, i in sorted(line)])
    return schedule
