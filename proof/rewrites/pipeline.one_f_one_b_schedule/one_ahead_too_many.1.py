"""iterators drawn with next"""


def one_f_one_b_schedule(stages, micro_batches):
    schedule = []
    for stage in range(stages):
        forward = iter([("F", i) for i in range(micro_batches)])
        backward = iter([("B", i) for i in range(micro_batches)])
        ahead = min(stages - stage, micro_batches)
        passes = [next(forward) for _ in range(ahead)]
        for one in forward:
            passes += [one, next(backward)]
        passes.extend(backward)
        schedule.append(passes)
    return schedule
