"""Goes through microbatches and layers, keeps what each keeps, and ends at the first layer of the backward pass."""


def one_layer(sbh, pairs, tensor, sequence_parallel, flash):
    inside = 24 * sbh // tensor
    outside = 10 * sbh // (tensor if sequence_parallel else 1)
    weights = 0 if flash else (2 + 1 + 2) * pairs // tensor
    return inside + outside + weights


def activation_memory(batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True,
                      recompute=False, in_flight=1, data=1):
    sbh = batch * time * width
    everything = one_layer(sbh, batch * heads * time**2, tensor, sequence_parallel, flash)
    entry = 2 * sbh // tensor if sequence_parallel else 2 * sbh
    kept = 0
    for _ in range(in_flight):
        for _ in range(layers):
            kept += entry if recompute else everything
    if recompute:
        kept += everything - entry
    return kept
