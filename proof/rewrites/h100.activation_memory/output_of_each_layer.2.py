"""a loop over the layers, one number for each"""
BFLOAT16 = 2


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    rows = time // tensor if sequence_parallel else time
    kept = [batch * rows * width for _ in range(layers)]
    return BFLOAT16 * sum(kept) * in_flight
