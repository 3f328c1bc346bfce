"""a constant at the top, max"""
OPERATIONS = 2


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(operations / (matrix_rate * share), traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    operations = OPERATIONS * parameters * tokens
    if recompute:
        operations += OPERATIONS * parameters * tokens
    work = roofline(operations / gpus, traffic, matrix_rate, share, memory_rate)
    with_bubble = work * (1 + (pipeline - 1) / microbatches)
    return float(max(with_bubble, overlapped) + exposed)
