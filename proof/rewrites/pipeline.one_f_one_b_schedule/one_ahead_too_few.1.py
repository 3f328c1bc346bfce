"""three phases with ranges"""


def one_f_one_b_schedule(stages, micro_batches):
    schedule = []
    for stage in range(stages):
        ahead = min(max(stages - stage - 2, 0), micro_batches)
        passes = [("F", i) for i in range(ahead)]
        for i in range(micro_batches - ahead):
            passes += [("F", ahead + i), ("B", i)]
        passes += [("B", i) for i in range(micro_batches - ahead, micro_batches)]
        schedule.append(passes)
    return schedule
