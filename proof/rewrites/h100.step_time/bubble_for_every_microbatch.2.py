"""a clock in loops, early return"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    seconds = [operations / matrix_rate / share, traffic / memory_rate]
    return max(seconds)


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    pairs = parameters * tokens / gpus
    operations = 2 * pairs + 4 * pairs + (2 * pairs if recompute else 0)
    turn = roofline(operations, traffic, matrix_rate, share, memory_rate) / microbatches
    now = 0.0
    for microbatch in range(microbatches):
        for stage in range(pipeline):
            now += turn
    if overlapped > now:
        return float(overlapped + exposed)
    return float(now + exposed)
