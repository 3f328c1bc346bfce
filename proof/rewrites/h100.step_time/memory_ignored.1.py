"""one line per quantity, the bubble as a fraction"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    reached = share * matrix_rate
    return operations / reached


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    per_token = 8 * parameters if recompute else 6 * parameters
    work = roofline(per_token * tokens / gpus, traffic, matrix_rate, share, memory_rate)
    bubble = (pipeline - 1) / microbatches
    return float(max(work * (1 + bubble), overlapped) + exposed)
