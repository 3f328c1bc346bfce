"""four lines, max"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(operations / (share * matrix_rate), traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    c = 8 if recompute else 6
    work = roofline(c * parameters * tokens / gpus, traffic, matrix_rate, share, memory_rate)
    return float(max(work, overlapped) + exposed)
