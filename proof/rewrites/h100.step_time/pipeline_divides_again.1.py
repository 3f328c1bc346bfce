"""short, one factor for the pipeline"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(operations / (matrix_rate * share), traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    k = 8 if recompute else 6
    operations = k * parameters * tokens / (gpus * pipeline)
    work = roofline(operations, traffic, matrix_rate, share, memory_rate)
    busy = work * (microbatches + pipeline - 1) / microbatches
    return float(max(busy, overlapped) + exposed)
