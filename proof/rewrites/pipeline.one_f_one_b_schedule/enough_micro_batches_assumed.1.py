"""three phases with ranges"""


def one_f_one_b_schedule(stages, micro_batches):
    schedule = []
    for stage in range(stages):
        ahead = stages - 1 - stage
        passes = [("F", i) for i in range(ahead)]
        for i in range(micro_batches - ahead):
            passes.append(("F", ahead + i))
            passes.append(("B", i))
        for i in range(micro_batches - ahead, micro_batches):
            passes.append(("B", i))
        schedule.append(passes)
    return schedule
