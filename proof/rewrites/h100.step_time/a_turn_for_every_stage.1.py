"""a factor for the pipeline, max"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(operations / (matrix_rate * share), traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    ops = 6 * parameters * tokens / gpus
    if recompute:
        ops = ops * 4 / 3
    work = roofline(ops, traffic, matrix_rate, share, memory_rate)
    busy = work * (1 + pipeline / microbatches)
    return float(max(busy, overlapped) + exposed)
