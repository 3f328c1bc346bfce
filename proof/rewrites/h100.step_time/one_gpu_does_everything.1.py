"""one line per sentence of the statement"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(operations / (share * matrix_rate), traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    operations = 6 * parameters * tokens
    if recompute:
        operations = 8 * parameters * tokens
    work = roofline(operations, traffic, matrix_rate, share, memory_rate)
    work = work * (microbatches + pipeline - 1) / microbatches
    work = max(work, overlapped)
    return float(work + exposed)
