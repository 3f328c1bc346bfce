"""turn and bubble in seconds, named"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max(operations / (share * matrix_rate), traffic / memory_rate)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    count = 8 if recompute else 6
    work = roofline(count * parameters * tokens / gpus, traffic, matrix_rate, share, memory_rate)
    turn = work / microbatches
    bubble = (pipeline - 1) * turn
    busy = microbatches * (turn + bubble)
    return float(max(busy, overlapped) + exposed)
