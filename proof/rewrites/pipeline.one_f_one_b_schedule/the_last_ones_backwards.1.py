"""three phases with ranges, a comprehension in each"""


def one_f_one_b_schedule(stages, micro_batches):
    schedule = []
    for stage in range(stages):
        ahead = min(stages - stage - 1, micro_batches)
        turns = micro_batches - ahead
        schedule.append(
            [("F", i) for i in range(ahead)]
            + [step for i in range(turns) for step in (("F", ahead + i), ("B", i))]
            + [("B", i) for i in range(micro_batches - 1, turns - 1, -1)]
        )
    return schedule
