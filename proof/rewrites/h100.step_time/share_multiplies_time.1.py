"""two named times, max"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    compute = operations / matrix_rate * share
    memory = traffic / memory_rate
    return max(compute, memory)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    ops_per_parameter = 8 if recompute else 6
    ops = ops_per_parameter * parameters * tokens / gpus
    work = roofline(ops, traffic, matrix_rate, share, memory_rate)
    work = work * (microbatches + pipeline - 1) / microbatches
    return float(max(work, overlapped) + exposed)
