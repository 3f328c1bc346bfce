"""counts by dtype in nested dicts"""
BYTES = {"bfloat16": 2, "bool": 2}


def total(counts):
    return sum(BYTES[dtype] * numbers for dtype, numbers in counts.items())


def activation_memory(
    batch, time, width, heads, layers, tensor=1, sequence_parallel=False, flash=True, recompute=False, in_flight=1, data=1
):
    sbh = batch * time * width
    weights = 0 if flash else heads * batch * time**2
    around = tensor if sequence_parallel else 1
    parts = {
        "input": {"bfloat16": sbh // around},
        "outside": {"bfloat16": 3 * sbh // around, "bool": 2 * sbh // around},
        "inside": {"bfloat16": (12 * sbh + 2 * weights) // tensor, "bool": weights // tensor},
    }
    times = {part: layers * in_flight for part in parts}
    if recompute:
        times["outside"] = times["inside"] = 1
    return sum(times[part] * total(counts) for part, counts in parts.items())
