"""range with two bounds"""


def gpipe_schedule(stages, micro_batches):
    numbers = range(1, micro_batches + 1)
    return [[("F", i) for i in numbers] + [("B", i) for i in numbers] for _ in range(stages)]
