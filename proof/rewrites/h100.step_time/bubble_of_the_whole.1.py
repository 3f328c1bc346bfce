"""the bubble as a fraction with a name"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(operations / (matrix_rate * share), traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    operations = (8 if recompute else 6) * parameters * tokens / gpus
    work = roofline(operations, traffic, matrix_rate, share, memory_rate)
    bubble = (pipeline - 1) / (microbatches + pipeline - 1)
    work = work * (1 + bubble)
    return float(max(work, overlapped) + exposed)
