"""short lines, the factor (m + p - 1) / m"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    products = operations / (matrix_rate * share)
    bytes_moved = traffic / memory_rate
    return products + bytes_moved


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    factor = 8 if recompute else 6
    operations = factor * parameters * tokens / gpus
    work = roofline(operations, traffic, matrix_rate, share, memory_rate)
    busy = work * (microbatches + pipeline - 1) / microbatches
    return float(max(busy, overlapped) + exposed)
