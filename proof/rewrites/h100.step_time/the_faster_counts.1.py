"""min and max of the built-ins, one expression per quantity"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return min(operations / (share * matrix_rate), traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    ops = (6 + 2 * recompute) * parameters * tokens / gpus
    work = roofline(ops, traffic, matrix_rate, share, memory_rate)
    with_bubble = work + work * (pipeline - 1) / microbatches
    return float(max(with_bubble, overlapped)) + exposed
