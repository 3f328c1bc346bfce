"""a generator over (amount, rate), reused for the overlap"""


def longest(*seconds):
    return max(float(s) for s in seconds)


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    pairs = ((operations, matrix_rate), (traffic, memory_rate))
    return longest(*(amount / (share * rate) for amount, rate in pairs))


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    thirds = 4 if recompute else 3
    ops = 2 * thirds * parameters * tokens / gpus
    turn = roofline(ops, traffic, matrix_rate, share, memory_rate) / microbatches
    return longest(turn * (microbatches + pipeline - 1), overlapped) + exposed
