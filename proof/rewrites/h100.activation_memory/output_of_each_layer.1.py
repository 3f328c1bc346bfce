"""an inner function for what stands outside, early return"""


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    def outside(amount):
        return amount // tensor if sequence_parallel else amount

    elements = batch * time * width
    if recompute:
        entry = outside(2 * elements)
        shared = 24 * elements if flash else 24 * elements + 5 * batch * heads * time * time
        return in_flight * layers * entry + outside(8 * elements) + shared // tensor
    return in_flight * layers * outside(2 * elements)
