"""if statements and early returns"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    t_compute = operations / matrix_rate / share
    t_memory = traffic / memory_rate
    if t_compute < t_memory:
        return t_compute
    return t_memory


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    forward = 2 * parameters * tokens
    total = forward + 2 * forward
    if recompute:
        total += forward
    work = roofline(total / gpus, traffic, matrix_rate, share, memory_rate)
    turns = microbatches + (pipeline - 1)
    t = turns * (work / microbatches)
    if t >= overlapped:
        return float(t + exposed)
    return float(overlapped + exposed)
