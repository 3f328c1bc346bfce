"""three helper functions, each returns bytes"""


def attention_bytes(stream, pairs):
    return 2 * 4 * stream + (2 + 2 + 1) * pairs


def mlp_bytes(stream):
    return 2 * (4 * stream + 4 * stream)


def stream_bytes(stream):
    inputs = outputs = 2 * 2 * stream
    masks = 2 * stream
    return inputs + outputs + masks


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    stream = width * time * batch
    pairs = 0 if flash else heads * time * time * batch
    per_layer = (attention_bytes(stream, pairs) + mlp_bytes(stream)) // tensor
    per_layer += stream_bytes(stream) // (tensor if sequence_parallel else 1)
    return per_layer * layers * in_flight
