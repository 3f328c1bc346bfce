"""walks through the forward passes and keeps a running sum"""


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    n = batch * time * width
    entrance = 2 * n
    between = 2 * n + 4 * n + 2 * n
    if sequence_parallel:
        entrance //= tensor
        between //= tensor
    shared = 8 * n + 16 * n
    if not flash:
        scores = heads * time * time * batch
        shared += 2 * scores + 1 * scores + 2 * scores
    between += shared // tensor

    held = 0
    for _ in range(in_flight):
        held += entrance
        if not recompute:
            held += between
    if recompute:
        held += between
    return held
