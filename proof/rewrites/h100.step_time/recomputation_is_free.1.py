"""straight through, no branches"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(operations / matrix_rate / share, traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    operations = 6 * parameters * tokens / gpus
    work = roofline(operations, traffic, matrix_rate, share, memory_rate)
    bubble = work * (pipeline - 1) / microbatches
    return float(max(work + bubble, overlapped) + exposed)
