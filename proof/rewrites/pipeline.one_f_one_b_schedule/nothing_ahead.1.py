"""flat comprehension"""


def one_f_one_b_schedule(stages, micro_batches):
    return [[(kind, i) for i in range(micro_batches) for kind in ("F", "B")] for _ in range(stages)]
