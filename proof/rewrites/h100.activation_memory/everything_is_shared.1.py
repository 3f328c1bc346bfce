"""plain arithmetic, sums first"""


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    sbh = batch * time * width
    outside = 10 * sbh
    inside = 24 * sbh
    if not flash:
        inside += 5 * heads * time**2 * batch
    layer = (outside + inside) // tensor
    kept = 2 * sbh // tensor
    if not recompute:
        return layer * layers * in_flight
    return kept * layers * in_flight + layer - kept
