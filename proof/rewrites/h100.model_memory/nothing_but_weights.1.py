"""one conditional division"""


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    if strategy not in ("DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3"):
        raise ValueError(f"unknown strategy {strategy!r}")
    ways = tensor * pipeline * (data if strategy == "ZeRO-3" else 1)
    return 2 * -(-parameters // ways), 0, 0
