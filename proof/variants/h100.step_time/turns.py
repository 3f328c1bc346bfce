"""Seconds of one turn, times the number of turns."""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    multiplying = operations / matrix_rate / share
    moving = traffic / memory_rate
    return multiplying if multiplying > moving else moving


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    per_token = parameters * (2 + 4)
    if recompute:
        per_token += 2 * parameters
    turn = roofline(per_token * tokens / gpus / microbatches, traffic / microbatches, matrix_rate, share, memory_rate)
    turns = pipeline - 1 + microbatches
    return max(turn * turns, overlapped) + exposed
