"""a generator of arrays, unpacked into the first and the rest"""


def arrays_of_a_layer(batch, time, width, heads, outside_ways, inside_ways, flash):
    stream = batch * time * width
    yield 2 * stream
    yield 2 * stream // outside_ways
    for _ in ("attention", "MLP"):
        yield 2 * stream // outside_ways
        yield stream // outside_ways
    for _ in ("q", "k", "v", "projection"):
        yield 2 * stream // inside_ways
    for _ in ("into the GELU", "out of the GELU"):
        yield 2 * 4 * stream // inside_ways
    if not flash:
        weights = heads * batch * time * time
        yield 2 * weights // inside_ways
        yield weights // inside_ways
        yield 2 * weights // inside_ways


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    outside_ways = tensor if sequence_parallel else 1
    entry, *rest = arrays_of_a_layer(batch, time, width, heads, outside_ways, tensor, flash)
    waiting = in_flight * layers
    if recompute:
        return waiting * entry + sum(rest)
    return waiting * (entry + sum(rest))
