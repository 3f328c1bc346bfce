"""plain arithmetic, divided late"""


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    sbh = batch * time * width
    outside = 10 * sbh
    inside = 24 * sbh
    if not flash:
        inside += 5 * heads * time**2 * batch
    inside //= tensor
    ways = tensor if sequence_parallel else 1
    if not recompute:
        return (outside // ways + inside) * layers * in_flight
    kept = 2 * sbh
    return kept * layers * in_flight + (outside - kept) // ways + inside
