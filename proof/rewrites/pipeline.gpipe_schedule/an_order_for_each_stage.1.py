"""a conditional range in a loop over stages"""


def gpipe_schedule(stages, micro_batches):
    schedule = []
    for stage in range(stages):
        passes = [("F", i) for i in range(micro_batches)]
        back = range(micro_batches) if stage % 2 == 0 else range(micro_batches - 1, -1, -1)
        passes += [("B", i) for i in back]
        schedule.append(passes)
    return schedule
