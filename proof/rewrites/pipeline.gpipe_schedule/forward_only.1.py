"""nested comprehension"""


def gpipe_schedule(stages, micro_batches):
    return [[("F", micro_batch) for micro_batch in range(micro_batches)] for _stage in range(stages)]
