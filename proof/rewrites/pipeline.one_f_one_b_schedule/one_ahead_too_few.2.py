"""two counters and a limit on what is held"""


def one_f_one_b_schedule(p, m):
    def stage_list(s):
        limit = max(1, p - 1 - s)
        made, back, passes = 0, 0, []
        while back < m:
            if made < m and made - back < limit:
                passes.append(("F", made))
                made += 1
            else:
                passes.append(("B", back))
                back += 1
        return passes

    return [stage_list(s) for s in range(p)]
