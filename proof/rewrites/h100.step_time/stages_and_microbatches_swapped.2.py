"""turns and their length, abbreviations"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    t1 = operations / share
    t1 = t1 / matrix_rate
    t2 = traffic / memory_rate
    return t1 if t1 >= t2 else t2


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    p, m = pipeline, microbatches
    fwd = 2 * parameters * tokens
    bwd = 2 * fwd
    ops = fwd + bwd
    if recompute:
        ops += fwd
    turn = roofline(ops / gpus, traffic, matrix_rate, share, memory_rate) / p
    t = turn * (p + m - 1)
    if t < overlapped:
        t = overlapped
    return float(t + exposed)
