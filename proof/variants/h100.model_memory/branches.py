"""One branch for each strategy, with divmod for the rounding."""


def up(n, k):
    whole, rest = divmod(n, k)
    return whole + (1 if rest else 0)


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    part = up(up(parameters, tensor), pipeline)
    share = up(part, data)
    if strategy == "DDP":
        w, g, s = part, part, part
    elif strategy == "ZeRO-1":
        w, g, s = part, part, share
    elif strategy == "ZeRO-2":
        w, g, s = part, share, share
    elif strategy == "ZeRO-3":
        w, g, s = share, share, share
    else:
        raise ValueError("unknown strategy " + repr(strategy))
    if learns:
        return (w * 2, g * 2, s * (4 + 4 + 4))
    return (w * 2, 0, 0)
