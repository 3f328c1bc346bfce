"""one comprehension in another"""


def gpipe_schedule(stages, micro_batches):
    return [
        [("F", s) for s in range(stages)] + [("B", s) for s in range(stages)]
        for _ in range(micro_batches)
    ]
