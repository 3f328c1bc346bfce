"""the bubble as a number, multiplied at once"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(operations / (matrix_rate * share), traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    operations = (6 + 2 * int(recompute)) * parameters * tokens / gpus
    work = roofline(operations, traffic, matrix_rate, share, memory_rate)
    bubble = (microbatches - 1) / pipeline
    return float(max((1 + bubble) * work, overlapped) + exposed)
