"""lists filled in two sweeps over the stages"""


def one_f_one_b_schedule(p, m):
    schedule = {s: [] for s in range(p)}
    for i in range(m):
        for s in range(p):
            schedule[s].append(("F", i))
    for i in range(m):
        for s in reversed(range(p)):
            schedule[s].append(("B", i))
    return list(schedule.values())
