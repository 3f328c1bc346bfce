"""iterators drawn with next"""


def one_f_one_b_schedule(stages, micro_batches):
    schedule = []
    for stage in range(stages):
        ahead = min(stages - 1 - stage, micro_batches)
        numbers = iter(range(micro_batches))
        passes = [("F", next(numbers)) for _ in range(ahead)]
        for oldest, newest in enumerate(numbers):
            passes.append(("F", newest))
            passes.append(("B", oldest))
        schedule.append(passes)
    return schedule
