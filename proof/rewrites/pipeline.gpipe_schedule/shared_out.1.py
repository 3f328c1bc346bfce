"""slices with a stride"""


def gpipe_schedule(stages, micro_batches):
    numbers = list(range(micro_batches))
    schedule = []
    for rank in range(stages):
        mine = numbers[rank::stages]
        schedule.append([("F", i) for i in mine] + [("B", i) for i in mine])
    return schedule
