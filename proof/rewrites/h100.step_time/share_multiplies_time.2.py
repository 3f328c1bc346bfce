"""the operations of one GPU first, closures for its clock"""


def roofline(operations, traffic, matrix_rate, share, memory_rate):
    needed = share * operations
    return sorted([needed / matrix_rate, traffic / memory_rate])[-1]


def step_time(parameters, tokens, gpus, *, matrix_rate, share, memory_rate, traffic, overlapped, exposed,
              recompute=False, pipeline=1, microbatches=1):
    pairs = parameters * tokens / gpus

    def work():
        forward, backward = 2 * pairs, 4 * pairs
        again = forward if recompute else 0
        return roofline(forward + again + backward, traffic, matrix_rate, share, memory_rate)

    def stretched(seconds):
        return seconds + seconds / microbatches * (pipeline - 1)

    return float(sorted([stretched(work()), overlapped])[-1] + exposed)
