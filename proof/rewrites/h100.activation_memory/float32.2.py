"""recomputation by calling itself for one layer of one microbatch"""


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    def outside(amount):
        return amount // tensor if sequence_parallel else amount

    elements = batch * time * width
    if recompute:
        entry = outside(4 * elements)
        whole = activation_memory(batch, time, width, heads, 1, tensor, sequence_parallel, flash)
        return in_flight * layers * entry + whole - entry

    norms = outside(16 * elements)
    masks = outside(8 * elements)
    attention = 16 * elements // tensor
    if not flash:
        attention += 12 * batch * heads * time * time // tensor
    mlp = 32 * elements // tensor
    return in_flight * layers * (norms + masks + attention + mlp)
