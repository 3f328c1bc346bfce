"""a table of booleans and zip"""
CUT = {
    "DDP": (False, False, False),
    "ZeRO-1": (False, False, True),
    "ZeRO-2": (True, True, True),
    "ZeRO-3": (True, True, True),
}
BYTES = (2, 2, 12)


def ceil_div(n, k):
    return -(-n // k)


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    if strategy not in CUT:
        raise ValueError(f"unknown strategy: {strategy!r}")
    part = ceil_div(parameters, tensor * pipeline)
    share = ceil_div(part, data)
    sizes = [size * (share if cut else part) for size, cut in zip(BYTES, CUT[strategy])]
    return tuple(sizes) if learns else (sizes[0], 0, 0)
