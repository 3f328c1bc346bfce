"""tuples and generators, start and end of the last stage"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    needs = (operations / share, traffic)
    rates = (matrix_rate, memory_rate)
    return max(n / r for n, r in zip(needs, rates))


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    passes = (2, 4, 2) if recompute else (2, 4)
    gpu_operations = sum(p * parameters * tokens / gpus for p in passes)
    turn = roofline(gpu_operations, traffic, matrix_rate, share, memory_rate) / microbatches
    last_stage_starts = (pipeline - 1) * turn
    last_stage_ends = last_stage_starts + microbatches * turn
    return float(max(last_stage_ends, overlapped, exposed))
