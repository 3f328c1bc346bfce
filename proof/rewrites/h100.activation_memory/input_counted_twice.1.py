"""recomputation by calling itself for one layer of one microbatch"""


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    def outside(amount):
        return amount // tensor if sequence_parallel else amount

    elements = batch * time * width
    if recompute:
        entry = outside(2 * elements)
        whole = activation_memory(batch, time, width, heads, 1, tensor, sequence_parallel, flash)
        return in_flight * layers * entry + whole

    norms = outside(8 * elements)
    masks = outside(2 * elements)
    attention = 8 * elements // tensor
    if not flash:
        attention += 5 * batch * heads * time * time // tensor
    mlp = 16 * elements // tensor
    return in_flight * layers * (norms + masks + attention + mlp)
