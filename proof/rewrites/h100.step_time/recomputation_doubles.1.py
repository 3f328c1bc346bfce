"""conditional expression for the operations"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    seconds_compute = operations / (matrix_rate * share)
    seconds_memory = traffic / memory_rate
    return max(seconds_compute, seconds_memory)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    per_pair = 12 if recompute else 6
    work = roofline(per_pair * parameters * tokens / gpus, traffic, matrix_rate, share, memory_rate)
    work += work * (pipeline - 1) / microbatches
    return float(max(work, overlapped) + exposed)
