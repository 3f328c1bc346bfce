"""the larger one by a conditional expression, turns counted"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    multiply = operations / matrix_rate
    move = traffic / memory_rate
    return multiply if multiply > move else move


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    n_forward = 2 if recompute else 1
    ops = (2 * n_forward + 4) * parameters * tokens / gpus
    turn = roofline(ops, traffic, matrix_rate, share, memory_rate) / microbatches
    n_turns = pipeline - 1 + microbatches
    gpu = turn * n_turns
    return exposed + float(gpu if gpu > overlapped else overlapped)
