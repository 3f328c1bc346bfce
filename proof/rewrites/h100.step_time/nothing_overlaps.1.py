"""one line for each quantity"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(operations / (share * matrix_rate), traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    operations = (8 if recompute else 6) * parameters * tokens / gpus
    work = roofline(operations, traffic, matrix_rate, share, memory_rate)
    busy = work * (1 + (pipeline - 1) / microbatches)
    return float(busy + overlapped + exposed)
