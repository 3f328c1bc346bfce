"""a function for the pipeline that counts its turns"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    return float(max((operations / matrix_rate) / share, traffic / memory_rate))


def idle(stages, parts):
    turns = range(stages + parts - 1)
    waits = [t for t in turns if t >= parts]
    return len(waits) / len(turns)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    flops = 6 * parameters * tokens
    flops += 2 * parameters * tokens if recompute else 0
    seconds = roofline(flops / gpus, traffic, matrix_rate, share, memory_rate)
    seconds += seconds * idle(pipeline, microbatches)
    seconds += max(overlapped - seconds, 0)
    return float(seconds + exposed)
