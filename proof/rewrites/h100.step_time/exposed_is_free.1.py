"""four lines, built-ins"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(operations / (share * matrix_rate), traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    n = 8 if recompute else 6
    work = roofline(n * parameters * tokens / gpus, traffic, matrix_rate, share, memory_rate)
    return float(max(work * (1 + (pipeline - 1) / microbatches), overlapped))
