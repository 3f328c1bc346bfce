"""a list of passes, summed; in-place updates of one number"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    times = []
    times.append(operations / (matrix_rate * share))
    times.append(traffic / memory_rate)
    times.sort()
    return times[1]


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    passes = ["forward", "backward"] if not recompute else ["forward", "forward", "backward"]
    t = roofline(2 * len(passes) * tokens * parameters / gpus, traffic, matrix_rate, share, memory_rate)
    t *= microbatches + pipeline - 1
    t /= microbatches
    t += max(0.0, overlapped - t)
    t += exposed
    return float(t)
