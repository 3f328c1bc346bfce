"""keyword arguments by a dict, the network's rest added at the end"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    busy_cores = operations / matrix_rate / share
    busy_memory = traffic / memory_rate
    idle_cores = max(0.0, busy_memory - busy_cores)
    return busy_cores + idle_cores


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    machine = {"matrix_rate": matrix_rate, "share": share, "memory_rate": memory_rate}
    forwards = 2 if recompute else 1
    work = roofline(parameters * tokens * (4 + 2 * forwards), traffic, **machine)
    bubble = (pipeline - 1) * (work / microbatches)
    left_over = max(0.0, overlapped - work - bubble)
    return float(work + bubble + left_over + exposed)
