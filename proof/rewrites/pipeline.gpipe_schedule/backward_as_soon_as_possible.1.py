"""three phases with ranges"""


def gpipe_schedule(stages, micro_batches):
    schedule = []
    for stage in range(stages):
        ahead = min(stages - stage - 1, micro_batches)
        passes = [("F", i) for i in range(ahead)]
        for i in range(ahead, micro_batches):
            passes.append(("F", i))
            passes.append(("B", i - ahead))
        passes.extend(("B", i) for i in range(micro_batches - ahead, micro_batches))
        schedule.append(passes)
    return schedule
