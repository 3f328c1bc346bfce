"""nested comprehension over kinds"""


def one_f_one_b_schedule(stages, micro_batches):
    return [[(kind, i) for kind in "FB" for i in range(micro_batches)] for _ in range(stages)]
