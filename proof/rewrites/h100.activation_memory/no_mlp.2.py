"""bytes of one token of one text first, everything multiplied at the end"""


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    columns = width // tensor
    per_token = 8 * columns
    if not flash:
        per_token += 5 * time * (heads // tensor)
    tokens = batch * time
    norm_tokens = tokens // tensor if sequence_parallel else tokens
    shared = per_token * tokens
    repeated = 3 * width * norm_tokens
    entering = 2 * width * norm_tokens
    in_memory = layers * in_flight
    computed = 1 if recompute else in_memory
    return entering * in_memory + (shared + repeated) * computed
