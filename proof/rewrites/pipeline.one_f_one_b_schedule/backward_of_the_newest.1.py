"""three phases with ranges"""


def one_f_one_b_schedule(stages, micro_batches):
    schedule = []
    for stage in range(stages):
        ahead = min(stages - stage - 1, micro_batches)
        passes = [("F", i) for i in range(ahead)]
        for i in range(ahead, micro_batches):
            passes += [("F", i), ("B", i)]
        passes += [("B", i) for i in range(ahead)]
        schedule.append(passes)
    return schedule
