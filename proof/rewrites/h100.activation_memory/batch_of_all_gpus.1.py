"""the table as rows, one loop over them"""


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    stream = batch * time * width
    pairs = batch * heads * time * time
    rows = [
        ("input of the first norm", stream, 2, "outside"),
        ("input of the second norm", stream, 2, "outside"),
        ("outputs of the norms", 2 * stream, 2, "outside"),
        ("masks of two dropouts", 2 * stream, 1, "outside"),
        ("q, k, v, input of the projection", 4 * stream, 2, "inside"),
        ("input and output of the GELU", 8 * stream, 2, "inside"),
    ]
    if not flash:
        rows.append(("softmax and after dropout", 2 * pairs, 2, "inside"))
        rows.append(("mask of that dropout", pairs, 1, "inside"))

    first = others = 0
    for name, numbers, size, where in rows:
        amount = numbers * size
        if where == "inside" or sequence_parallel:
            amount //= tensor
        if name == "input of the first norm":
            first += amount
        else:
            others += amount

    waiting = layers * in_flight
    if recompute:
        return data * (first * waiting + others)
    return data * (first + others) * waiting
