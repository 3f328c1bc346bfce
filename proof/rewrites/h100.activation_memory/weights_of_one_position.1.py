"""plain arithmetic, divided in place"""


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    sbh = batch * time * width
    outside = 10 * sbh
    inside = 24 * sbh
    if not flash:
        inside += 5 * heads * time * batch
    inside //= tensor
    kept = 2 * sbh
    if sequence_parallel:
        outside //= tensor
        kept //= tensor
    layer = outside + inside
    if not recompute:
        return layer * layers * in_flight
    return kept * layers * in_flight + layer - kept
