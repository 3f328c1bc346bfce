"""a loop over stages, ifs instead of max"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    cores = operations / share / matrix_rate
    memory = traffic / memory_rate
    if memory > cores:
        return memory
    else:
        return cores


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    ops = sum([2, 4, 2 * bool(recompute)]) * tokens * parameters
    everything = roofline(ops, traffic, matrix_rate, share, memory_rate)
    turn = everything / gpus / microbatches
    end = turn * microbatches
    for stage in range(pipeline):
        if stage > 0:
            end += turn
    if overlapped > end:
        end = overlapped
    return float(end + exposed)
