"""turns repeated with itertools"""
from itertools import repeat


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    compute_bound = operations / share / matrix_rate
    memory_bound = traffic / memory_rate
    if compute_bound > memory_bound:
        return compute_bound
    return memory_bound


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    per_token = 6 * parameters
    if recompute:
        per_token += 2 * parameters
    whole = roofline(per_token * tokens / gpus, traffic, matrix_rate, share, memory_rate)
    stage = whole / pipeline
    turn = stage / microbatches
    computing = sum(repeat(turn, microbatches + pipeline - 1))
    return float(exposed + max(overlapped, computing))
