"""helpers for each part, composed in one line"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return max([operations / share / matrix_rate, traffic / memory_rate])


def _operations(parameters, tokens, recompute):
    once = (2 + 4) * parameters * tokens
    return once * (1 + int(recompute))


def _lengthened(work, stages, parts):
    return work * (parts + stages - 1) / parts


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    own = _operations(parameters, tokens, recompute) / gpus
    work = roofline(own, traffic, matrix_rate, share, memory_rate)
    return float(max([_lengthened(work, pipeline, microbatches), overlapped]) + exposed)
