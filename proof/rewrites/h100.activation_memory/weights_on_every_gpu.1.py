"""shapes on one GPU and math.prod"""
from math import prod


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    tokens = time // tensor if sequence_parallel else time
    my_heads = heads // tensor
    head_width = width // heads

    stream = (batch, tokens, width)
    per_head = (batch, my_heads, time, head_width)
    pairs = (batch, heads, time, time)

    first_input = 2 * prod(stream)
    arrays = [2 * prod(stream)] * 3
    arrays += [1 * prod(stream)] * 2
    arrays += [2 * prod(per_head)] * 4
    arrays += [2 * 4 * prod(per_head)] * 2
    if not flash:
        arrays += [2 * prod(pairs), 2 * prod(pairs), prod(pairs)]

    if not recompute:
        return in_flight * layers * (first_input + sum(arrays))
    return in_flight * layers * first_input + sum(arrays)
