"""an if and elif chain, rounding up by adding k - 1"""


def model_memory(parameters, strategy, data=1, tensor=1, pipeline=1, learns=True):
    n = parameters
    shard = (n + data - 1) // data
    if strategy == "DDP":
        gpus = tensor * pipeline
        w = g = s = (n + gpus - 1) // gpus
    elif strategy == "ZeRO-1":
        w, g, s = n, n, shard
    elif strategy == "ZeRO-2":
        w, g, s = n, shard, shard
    elif strategy == "ZeRO-3":
        w, g, s = shard, shard, shard
    else:
        raise ValueError(f"{strategy} is no strategy")
    if not learns:
        g = s = 0
    return 2 * w, 2 * g, 12 * s
