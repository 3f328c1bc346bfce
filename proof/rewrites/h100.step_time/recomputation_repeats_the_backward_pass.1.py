"""forward and backward named, one if"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(traffic / memory_rate, operations / (share * matrix_rate))


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    forward = 2 * parameters * tokens / gpus
    backward = 4 * parameters * tokens / gpus
    operations = forward + backward
    if recompute:
        operations += backward
    work = roofline(operations, traffic, matrix_rate, share, memory_rate)
    return float(max(work * (1 + (pipeline - 1) / microbatches), overlapped) + exposed)
