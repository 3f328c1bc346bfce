"""operations added in place, named sums"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(operations / (share * matrix_rate), traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    ops = 6 * parameters * tokens / gpus
    if recompute:
        ops += 2 * parameters * tokens / gpus
    work = roofline(ops, traffic, matrix_rate, share, memory_rate)
    busy = work * (microbatches + pipeline - 1) / microbatches
    communication = overlapped + exposed
    return float(max(busy, communication))
