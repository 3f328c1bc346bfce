"""two comprehensions joined"""


def gpipe_schedule(stages, micro_batches):
    back = [("B", i) for i in range(micro_batches)]
    forth = [("F", i) for i in range(micro_batches)]
    return [back + forth for _ in range(stages)]
