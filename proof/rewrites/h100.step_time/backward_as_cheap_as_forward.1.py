"""forward and backward as two amounts"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(operations / (share * matrix_rate), traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    forward = 2 * parameters * tokens / gpus
    backward = forward
    operations = forward + backward
    if recompute:
        operations = operations + forward
    work = roofline(operations, traffic, matrix_rate, share, memory_rate)
    turns = microbatches + pipeline - 1
    return float(max(work / microbatches * turns, overlapped) + exposed)
