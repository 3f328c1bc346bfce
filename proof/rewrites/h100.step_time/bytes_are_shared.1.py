"""named intermediate values"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(operations / (matrix_rate * share), traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    factor = 8 if recompute else 6
    my_operations = factor * parameters * tokens / gpus
    my_bytes = traffic / gpus
    work = roofline(my_operations, my_bytes, matrix_rate, share, memory_rate)
    busy = work * (1 + (pipeline - 1) / microbatches)
    return float(max(busy, overlapped) + exposed)
