"""one index for both kinds, the phases by ranges"""


def one_f_one_b_schedule(stages, micro_batches):
    schedule = []
    for stage in range(1, stages + 1):
        ahead = min(stages - stage - 1, micro_batches)
        passes = [("F", i) for i in range(ahead)]
        for i in range(ahead, micro_batches):
            passes += [("F", i), ("B", i - ahead)]
        passes += [("B", i) for i in range(micro_batches - ahead, micro_batches)]
        schedule.append(passes)
    return schedule
