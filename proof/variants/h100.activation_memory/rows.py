"""The rows of the table, one after another, each divided where it stands."""


def activation_memory(batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True,
                      recompute=False, in_flight=1, data=1):
    sbh = batch * time * width
    pairs = heads * time * time * batch
    outside = tensor if sequence_parallel else 1
    first_input = sbh * 2 // outside
    rest = [
        sbh * 2 // outside,  # input of the second norm
        2 * sbh * 2 // outside,  # outputs of both norms
        2 * sbh // outside,  # masks
        4 * sbh * 2 // tensor,
        8 * sbh * 2 // tensor,
    ]
    if not flash:
        rest += [2 * pairs * 2 // tensor, pairs // tensor]
    if recompute:
        return first_input * layers * in_flight + sum(rest)
    return (first_input + sum(rest)) * layers * in_flight
