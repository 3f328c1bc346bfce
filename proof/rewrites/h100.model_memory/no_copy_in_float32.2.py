"""every array listed with its dtype, bytes summed up"""
ITEMSIZE = {"bfloat16": 2, "float32": 4}
ARRAYS = [
    ("weights", "weight", "bfloat16"),
    ("gradients", "gradient", "bfloat16"),
    ("states", "first moment", "float32"),
    ("states", "second moment", "float32"),
]
SHARED = {
    "DDP": [],
    "ZeRO-1": ["states"],
    "ZeRO-2": ["states", "gradients"],
    "ZeRO-3": ["states", "gradients", "weights"],
}


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    try:
        shared = SHARED[strategy]
    except KeyError:
        raise ValueError(f"unknown strategy {strategy}") from None
    ways = tensor * pipeline
    part = parameters // ways + bool(parameters % ways)
    total = {"weights": 0, "gradients": 0, "states": 0}
    for group, _, dtype in ARRAYS:
        if group != "weights" and not learns:
            continue
        count = part // data + bool(part % data) if group in shared else part
        total[group] += count * ITEMSIZE[dtype]
    return tuple(total.values())
