"""two times compared by a built-in, an if for the operations"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    best_case = max(operations / matrix_rate, traffic / memory_rate)
    return best_case / share


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    n = 6
    if recompute:
        n += 2
    work = roofline(n * parameters * tokens / gpus, traffic, matrix_rate, share, memory_rate)
    total = work * (1 + (pipeline - 1) / microbatches)
    total = max(total, overlapped)
    return float(total + exposed)
