"""the pipeline simulated stage by stage"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    first = operations / matrix_rate / share
    second = traffic / memory_rate
    return first if first > second else second


def finish(turn, stages, parts):
    ends = [turn * (k + 1) for k in range(parts)]
    for _ in range(stages - 1):
        free = 0.0
        for k, arrived in enumerate(ends):
            free = max(free, arrived) + turn
            ends[k] = free
    return ends[-1]


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    forward = 2 * parameters * tokens
    operations = 4 * forward if recompute else 3 * forward
    work = roofline(operations / gpus, traffic, matrix_rate, share, memory_rate)
    return float(finish(work / microbatches, pipeline, microbatches) + exposed)
