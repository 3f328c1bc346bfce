"""plain arithmetic with /"""


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    sbh = batch * time * width
    ways = tensor if sequence_parallel else 1
    inside = 24 * sbh / tensor
    if not flash:
        inside += 5 * heads * time**2 * batch / tensor
    entry = 2 * sbh / ways
    rest = 8 * sbh / ways + inside
    if recompute:
        return layers * in_flight * entry + rest
    return layers * in_flight * (entry + rest)
