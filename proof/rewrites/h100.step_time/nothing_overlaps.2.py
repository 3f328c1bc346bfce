"""a table of the step's parts in a dict"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    parts = {"cores": operations / (matrix_rate * share), "memory": traffic / memory_rate}
    return max(parts.values())


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    third = 2 * parameters * tokens / gpus
    thirds = 4 if recompute else 3
    step = {"work": roofline(third * thirds, traffic, matrix_rate, share, memory_rate)}
    step["bubble"] = step["work"] / microbatches * (pipeline - 1)
    step["network"] = overlapped + exposed
    return float(sum(step.values()))
