"""nested comprehension"""


def gpipe_schedule(stages, micro_batches):
    return [[(kind, i) for i in range(micro_batches) for kind in ("F", "B")] for _ in range(stages)]
