"""one microbatch computed, then a loop over all of them"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    a, b = operations / (matrix_rate * share), traffic / memory_rate
    return b if a < b else a


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    forward = 2 * parameters * tokens / gpus / microbatches
    backward = 2 * forward
    if recompute:
        backward += forward
    clock = 0.0
    for _ in range(microbatches):
        clock += roofline(forward + backward, traffic / microbatches, matrix_rate, share, memory_rate)
    clock = overlapped if clock < overlapped else clock
    return float(clock + exposed)
